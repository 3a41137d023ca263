"""属性描述 and 地块行: the lines that describe, as opposed to the rows of points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tuban.geodata.model import Datum, Finding, Head
from tuban.geodata.text import half_width
from tuban.values.area import Area, Unit
from tuban.values.dates import parse_date

SLOTS = 9
"""Comma slots of a standard parcel line, the end mark counted."""

DATUM, WIDTH, ZONE, PARAMETERS = "坐标系", "几度分带", "带号", "转换参数"
PROJECTION, UNIT, DAY = "投影类型", "计量单位", "数据产生日期"
MOST_REPEATED = 20
"""Findings of one kind told one by one; beyond that only their number is."""
_LONGEST_AREA = 24  # characters; a country in µm² has fewer
_OLDER = {"分带": WIDTH}
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]*)?")
_SECTION = re.compile(r"\[\s*(属性描述|地块坐标|项目信息)\s*\]")
_KEYWORDS = (("2000", Datum.CGCS2000), ("80", Datum.XIAN80), ("54", Datum.BEIJING54))


@dataclass(slots=True)
class Description:
    """What stands before the parcels, keys and values as printed, with the line of each key."""

    header: dict[str, str] = field(default_factory=dict)
    project: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def datum(self) -> Datum | None:
        """By keyword 2000, 80 or 54; None when blank or unknown."""
        stated = half_width(self.header.get(DATUM, ""))
        return next((datum for word, datum in _KEYWORDS if word in stated), None)

    def number(self, key: str) -> int | None:
        """The first number of a value: 3 of “3度带”, 37 of “37带”."""
        found = re.search(r"\d{1,4}", half_width(self.header.get(key, "")))
        return int(found.group()) if found else None


def section_of(line: str) -> str | None:
    """The section a line opens: 属性描述, 地块坐标, 项目信息; else None."""
    plain = half_width(line)
    if not plain.startswith("["):
        return None
    match = _SECTION.fullmatch(plain)
    return match.group(1) if match else None


def describe(lines: list[str], upto: int) -> Description:
    """Reads the lines before the first parcel.

    Args:
        lines: the whole file.
        upto: index of the first parcel line, or of the end.
    """
    made = Description()
    section = None
    for number, raw in enumerate(lines[:upto], 1):
        line = half_width(raw)
        if not line:
            continue
        opened = section_of(raw)
        if opened is not None:
            section = opened
            if raw.rstrip() != f"[{opened}]":
                made.findings.append(Finding("T02", f"节名写作“{short(raw)}”。", number))
        elif "=" in line and section != "地块坐标":
            _take(made, section, raw, number)
        elif len(made.findings) < MOST_REPEATED:
            made.findings.append(Finding("T52", f"“{short(raw)}”。", number))
    _judge(made)
    return made


def _take(made: Description, section: str | None, raw: str, number: int) -> None:
    key, value = re.split("[=＝]", raw, maxsplit=1)
    key, value = half_width(key), value.strip()
    if section == "项目信息":
        made.project[key] = value
        return
    key = _OLDER.get(key, key)
    made.lines.setdefault(key, number)
    if PARAMETERS in key:
        if re.search("[1-9]", half_width(value)):
            made.findings.append(Finding("T40", "转换参数不是空的，也不是零。", number))
        value = ""
    made.header[key] = value


def _judge(made: Description) -> None:
    """Keys with a meaning that do not read as they should."""
    projection, unit = (half_width(made.header.get(key, "")) for key in (PROJECTION, UNIT))
    if projection and "高斯" not in projection:
        message = f"投影类型是“{short(projection)}”，不是高斯-克吕格。"
        made.findings.append(Finding("T10", message, made.lines[PROJECTION]))
    if unit and unit not in {"米", "m", "M"}:
        message = f"计量单位是“{short(unit)}”，应为米。"
        made.findings.append(Finding("T10", message, made.lines[UNIT]))
    day = made.header.get(DAY, "")
    if day and not _is_date(day):
        made.findings.append(Finding("T50", f"日期写作“{short(day)}”。", made.lines[DAY]))


def _is_date(text: str) -> bool:
    try:
        found = parse_date(text)
    except ValueError:
        return False
    return found is not None and found.precision == "day" and found.on >= date(1949, 10, 1)


def is_head(line: str) -> bool:
    """Whether a line is a parcel's own: it ends in @, or has its slots and names its geometry."""
    if line.endswith("@"):
        return True
    plain = half_width(line)
    if plain.endswith("@"):
        return True
    return not line.isascii() and len(plain.split(",")) >= SLOTS - 2 and ",面," in plain


def read_head(raw: str, line: int, ordinal: int) -> tuple[Head, list[Finding]]:
    """A parcel line by position; what is odd about it is reported, never fatal."""
    findings: list[Finding] = []
    slots = _slots(raw)
    marked = slots[-1].endswith("@")
    if marked and slots[-1] != "@":  # the comma before the end mark is missing
        slots[-1:] = [slots[-1][:-1].strip(), "@"]
        findings.append(Finding("T05", "@ 之前少一个逗号。", line, ordinal))
    if not marked:
        findings.append(Finding("T05", "地块行末尾没有 @。", line, ordinal))
        slots.append("@")
    elif len(slots) != SLOTS and not findings:
        message = f"地块行有 {len(slots)} 项，标准是 {SLOTS} 项。"
        findings.append(Finding("T05", message, line, ordinal))
    values = [*slots[:-1], *[""] * (SLOTS - 1)]
    count = half_width(values[0])
    area, trouble = area_of(values[1])
    if trouble:
        findings.append(Finding("T31", trouble, line, ordinal))
    head = Head(
        line=line,
        count=int(count) if count.isdecimal() and len(count) < 10 else None,
        area_text=values[1],
        area=area,
        code=values[2],
        name=values[3],
        geometry_type=half_width(values[4]),
        sheet=values[5],
        use=values[6],
        slot8=values[7],
        extras=tuple(slots[8:-1]),
        slots=len(slots),
    )
    return head, findings


def _slots(raw: str) -> list[str]:
    """The slots of a parcel line, by half-width commas alone if these are enough."""
    slots = [part.strip() for part in raw.strip().replace("＠", "@").split(",")]
    if len(slots) >= SLOTS:
        return slots
    return [part.strip() for part in half_width(raw).split(",")]


def area_of(text: str) -> tuple[Area | None, str]:
    """Declared area; hectares unless a unit is written. And what is odd about it, if anything."""
    plain = half_width(text)
    if not plain:
        return None, "地块面积是空的。"
    if len(plain) > _LONGEST_AREA:
        return None, f"地块面积“{short(text)}”不是数字。"
    try:
        area = Area(Decimal(plain), Unit.HA) if _DIGITS.fullmatch(plain) else Area.parse(plain)
    except (ValueError, ArithmeticError):
        return None, f"地块面积“{short(text)}”不是数字。"
    if area.value <= 0:
        return None, f"地块面积是“{short(text)}”。"
    return area, ""


def short(text: str) -> str:
    """A piece of the file inside a message: never more than a glance."""
    plain = "".join(char for char in text.strip() if char.isprintable())
    return plain if len(plain) <= 30 else f"{plain[:30]}…"
