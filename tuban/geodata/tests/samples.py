"""Tiny boundary files for tests: a square, its header, and what is to be odd about them."""

from __future__ import annotations

from pathlib import Path

from tuban.geodata.model import BoundaryFile, Choices
from tuban.geodata.txt import read

GOLDEN = Path(__file__).parent / "golden"
HEADER = {
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "37",
    "转换参数": ",,,,,,",
}
HEAD = "5,1.0000,DK-1,方块,面,,工业用地,,@"
SQUARE = (
    "J1,1,4385100.000,37395000.000",
    "J2,1,4385100.000,37395100.000",
    "J3,1,4385000.000,37395100.000",
    "J4,1,4385000.000,37395000.000",
    "J1,1,4385100.000,37395000.000",
)


def text(*blocks: tuple[str, ...], header: dict[str, str] | None = None) -> str:
    """A file of parcels, each block a parcel line and its rows; keys of the header replaced."""
    keys = {**HEADER, **(header or {})}
    described = [f"{key}={value}" for key, value in keys.items()]
    rows = [row for block in blocks or ((HEAD, *SQUARE),) for row in block]
    return "\r\n".join(["[属性描述]", *described, "[地块坐标]", *rows, ""])


def reading(
    content: str, choices: Choices | None = None, encoding: str = "gb18030"
) -> BoundaryFile:
    """The file as read."""
    return read(content.encode(encoding), "试.txt", choices)


def codes(boundary: BoundaryFile) -> list[str]:
    """Codes found, in the order of lines."""
    return [finding.code for finding in boundary.findings]
