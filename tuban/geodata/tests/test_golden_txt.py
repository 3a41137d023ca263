"""Golden cases of the boundary TXT: the standard file, and every way it is bent."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np
import pytest
import yaml

from tuban.geodata.area import rounded_m2
from tuban.geodata.crs import DISTRICT_ZONES, GEOGRAPHIC, transform
from tuban.geodata.model import Choices
from tuban.geodata.tests.samples import GOLDEN, codes
from tuban.geodata.txt import read
from tuban.geodata.writer import write

EXAMPLE = (GOLDEN / "example.txt").read_bytes()
CASES = yaml.safe_load((GOLDEN / "txt.yaml").read_text("utf-8"))["cases"]


def _bent(case: dict[str, Any]) -> bytes:
    content = EXAMPLE.decode("gb18030")
    dropped = case.get("drop_lines", ())
    lines = content.split("\r\n")
    content = "\r\n".join(line for number, line in enumerate(lines, 1) if number not in dropped)
    if case.get("exchange"):
        content = re.sub(r"(J\d,\d),([\d.]+),([\d.]+)", r"\1,\3,\2", content)
    for old, new in case.get("replace", ()):
        assert old in content
        content = content.replace(old, new)
    return content.encode(case.get("encoding", "gb18030"))


def _choices(case: dict[str, Any]) -> Choices:
    given = dict(case.get("choices", {}))
    if "district" in given:
        given["district_zone"] = DISTRICT_ZONES[given.pop("district")]
    if "box" in given:
        given["box"] = tuple(given["box"])
    return Choices(**given)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_example_bent_so_is_read_so(case: dict[str, Any]) -> None:
    made = read(_bent(case), "例.txt", _choices(case))
    assert codes(made) == case["codes"]
    assert made.blocked == case.get("blocked", False)
    planar = [p.planar_m2 and float(rounded_m2(p.planar_m2)) for p in made.parcels]
    assert planar == case["planar"]
    if "ellipsoidal" in case:
        measured = [float(rounded_m2(p.ellipsoidal_m2 or 0)) for p in made.parcels]
        assert measured == case["ellipsoidal"]
    if "parts" in case:
        assert [[list(part) for part in p.parts] for p in made.parcels] == case["parts"]
    if "epsg" in case:
        assert {p.epsg for p in made.parcels} == {case["epsg"]}
    if "extras" in case:
        assert list(made.parcels[0].head.extras) == case["extras"]
    assert case.get("says", "") in "".join(finding.message for finding in made.findings)


def test_golden_g1_01_the_example_is_gb18030_of_751_bytes() -> None:
    assert len(EXAMPLE) == 751
    assert hashlib.sha256(EXAMPLE).hexdigest().startswith("7c3a60c7eeb9a0b4")
    in_utf8 = EXAMPLE.decode("gb18030").encode()
    assert len(in_utf8) == 840
    assert hashlib.sha256(in_utf8).hexdigest().startswith("727ce22e14b0426e")
    with pytest.raises(UnicodeDecodeError) as caught:
        EXAMPLE.decode("utf-8")
    assert caught.value.start == 1
    assert (read(EXAMPLE, "a").encoding, read(in_utf8, "a").encoding) == ("gb18030", "utf-8")


def test_golden_g1_02_attributes_bounds_and_declared_areas_are_kept() -> None:
    made = read(EXAMPLE, "例.txt")
    first, second = made.parcels
    assert (first.head.code, first.head.name, first.head.sheet) == (
        "DK-001",
        "示例地块一",
        "J49G010029",
    )
    assert (first.head.use, second.head.use) == ("工业用地", "公园绿地")
    assert first.head.area is not None
    assert (first.head.area_text, first.head.area.m2) == ("9.7000", 97_000)
    shell = first.rings[0].coordinates
    assert shell.min(axis=0).tolist() == [37395000, 4385000]
    assert shell.max(axis=0).tolist() == [37395400, 4385250]
    lengths = [np.hypot(*np.diff(r.coordinates, axis=0).T).sum() for r in first.rings]
    assert sum(lengths) == pytest.approx(1520)
    assert first.rings[1].labels == ("J5", "J6", "J7", "J8", "J5")
    assert made.header["数据产生单位"] == "示例旗自然资源局"


@pytest.mark.parametrize("prefixed", [True, False])
def test_golden_g1_03_and_08_the_same_place_with_and_without_prefix(prefixed: bool) -> None:
    content = EXAMPLE if prefixed else EXAMPLE.replace(b",37395", b",395")
    parcel = read(content, "例.txt").parcels[0]
    assert parcel.epsg is not None
    degrees = transform(parcel.rings[0].coordinates, parcel.epsg, GEOGRAPHIC)
    assert degrees[0] == pytest.approx([109.777616099, 39.594770167], abs=1e-9)
    assert degrees[2] == pytest.approx([109.782311230, 39.592567860], abs=1e-9)


def test_golden_g1_14_what_is_written_is_what_was_read() -> None:
    assert write(read(EXAMPLE, "例.txt")) == EXAMPLE
    assert write(read(EXAMPLE, "例.txt"), encoding="utf-8") == EXAMPLE.decode("gb18030").encode()
