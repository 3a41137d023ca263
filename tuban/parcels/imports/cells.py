"""One cell → a value of its column's type, or a problem that says what is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from tuban.parcels.imports.ledger import BY_KEY, Choice, Column, Type
from tuban.parcels.imports.mapping import Placed
from tuban.parcels.imports.problems import ERROR, REMARK, Problem
from tuban.parcels.imports.sheets import plain_number
from tuban.parcels.imports.units import MONEY_UNITS
from tuban.parcels.imports.workbook import Cell
from tuban.values.area import Area, Unit, format_area
from tuban.values.dates import LegalDate, parse_date
from tuban.values.docnos import normalise_doc_no
from tuban.values.identifiers import is_old_registration_no, plain_code, uscc_flaw
from tuban.values.numbers import BLANKS, parse_decimal, squeeze
from tuban.values.places import CITY_CODE, COUNTY_CODES, REGIONS, resolve_place

MOST_M2 = 100_000_000
"""100 km²: no single parcel of construction land is larger; such a figure has the wrong unit."""
EXACT_INTEGER = 10**15
"""A number of sixteen digits has lost its last ones in a spreadsheet."""
_SHORT = 64
"""Longer texts are not remembered: a file of others' making must not fill the memory."""

_NO_NUMBER_BEGINS = "=@+"
"""What a spreadsheet takes for a formula begins with these; no parcel number does."""

Value = str | Area | Decimal | LegalDate


@dataclass(slots=True)
class CellError(Exception):
    """A cell that cannot be taken: what is wrong, and what is accepted."""

    code: str
    message: str
    remedy: str
    level: str = ERROR


def read(key: str, cell: Cell, placed: Placed) -> Value | Problem | None:
    """The cell's value; None for an empty one (also `/`, `—`, `无`).

    Returns:
        Text for text, region (code), document number and choice (stored value); an `Area` as
        printed; money in yuan; a `LegalDate`; or the problem with the cell.
    """
    if type(cell) is date or (type(cell) is str and len(cell) <= _SHORT):
        return _read_once(key, cell, placed)
    return _read(key, cell, placed)


def _read(key: str, cell: Cell, placed: Placed) -> Value | Problem | None:
    column = BY_KEY[key]
    try:
        return _READERS[column.type](column, cell, placed)
    except CellError as error:
        return Problem(error.code, key, shown(cell), error.message, error.remedy, error.level)


_read_once = lru_cache(maxsize=16_384)(_read)
"""Regions, uses, batches, document numbers and dates recur from row to row; figures do not."""


def shown(cell: Cell) -> str:
    """The cell as a person sees it in the file."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return str(cell)


def _text(column: Column, cell: Cell, placed: Placed) -> str | None:
    if isinstance(cell, int | float) and abs(cell) >= EXACT_INTEGER:
        raise CellError(
            "long_number",
            f"“{column.heading}”以数字存储，超过 15 位的尾数已经丢失。",
            "把该列设为文本格式后重新填写",
        )
    text = " ".join(shown(cell).split())
    if squeeze(text) in BLANKS:
        return None
    if column.key == "parcel_no":
        text = squeeze(text)
    if len(text) > column.max_length:
        raise CellError(
            "too_long", f"有 {len(text)} 个字，超过 {column.max_length} 个字。", "缩短后重填"
        )
    if column.key == "parcel_no" and text[0] in _NO_NUMBER_BEGINS:
        raise CellError(
            "parcel_no", f"地块编号不能以“{text[0]}”开头。", "填写编号本身；公式请先粘贴为数值"
        )
    if not text.isprintable():
        raise CellError("control_character", "含有不可见的控制字符。", "清除格式后重填")
    return text


def _region(column: Column, cell: Cell, placed: Placed) -> str | None:
    text = shown(cell)
    if squeeze(text) in BLANKS:
        return None
    code, name, kind = _place(text)
    if code is not None and code in COUNTY_CODES:
        return code
    why = {
        "total": f"“{name}”是汇总，不是旗区。",
        "park": f"“{name}”是园区，不是行政区划。",
    }.get(kind, f"“{name}”是全市，不是旗区。" if code == CITY_CODE else f"没有“{name}”这个旗区。")
    accepted = "、".join(REGIONS[county] for county in COUNTY_CODES)
    raise CellError("region_unknown", why, f"填写地块所在旗区：{accepted}")


@lru_cache(maxsize=1024)
def _place(text: str) -> tuple[str | None, str, str]:
    place = resolve_place(text)
    return place.code, place.name, place.kind


def _doc_no(column: Column, cell: Cell, placed: Placed) -> str | None:
    text = _text(column, cell, placed)
    return normalise_doc_no(text) if text is not None else None


def _area(column: Column, cell: Cell, placed: Placed) -> Area | None:
    unit = Unit(placed.unit)
    try:
        number = _decimal(cell)
    except CellError as error:
        raise (_other_unit(cell, unit) if isinstance(cell, str) else error) from None
    if number is None:
        return None
    if number < 0:
        raise CellError("negative", "面积不能是负数。", "填写 0 或正数")
    try:
        area = Area(number, unit)
    except ValueError as error:
        raise CellError("area_too_fine", str(error), "小数位数不超过 6 位") from error
    if area.m2 > MOST_M2:
        hectares = format_area(area.m2, Unit.HA)
        raise CellError(
            "area_implausible",
            f"按表头单位（{unit.label}）合 {hectares} 公顷，一宗地不可能有这么大，单位可能填错。",
            _suggested_units(number, unit),
        )
    return area


def _suggested_units(number: Decimal, unit: Unit) -> str:
    """What the number would be if it was typed in a smaller unit."""
    readings = [
        f"若为{other.label}，应填 {format_area(Area(number, other).m2, unit)}"
        for other in (Unit.M2, Unit.MU)
        if other is not unit and Area(number, other).m2 <= MOST_M2
    ]
    return "；".join(readings) or "核对面积和单位"


def _other_unit(text: str, unit: Unit) -> CellError:
    """A cell that is no number: perhaps a number with a unit glued on."""
    try:
        area = Area.parse(text)
    except ValueError:
        return CellError("not_a_number", f"“{text}”不是数字。", f"只填数字，单位{unit.label}")
    converted = format_area(area.m2, unit)
    if area.unit is unit:
        return CellError("unit_in_cell", "单元格里带了单位。", f"只填数字 {area.printed}")
    return CellError(
        "unit_mismatch",
        f"单位应为{unit.label}；{area.printed} {area.unit.label} ＝ {converted} {unit.label}。",
        f"填 {converted}",
    )


def _money(column: Column, cell: Cell, placed: Placed) -> Decimal | None:
    number = _decimal(cell)
    if number is None:
        return None
    if number < 0:
        raise CellError("negative", "价款不能是负数。", "填写 0 或正数")
    return (number * MONEY_UNITS[placed.unit]).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _decimal(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool | date | time | timedelta):
        raise CellError("not_a_number", f"“{shown(cell)}”不是数字。", "设为常规格式，只填数字")
    try:
        return parse_decimal(plain_number(cell) if isinstance(cell, float) else cell)
    except ValueError as error:
        raise CellError("not_a_number", f"“{cell}”不是数字。", "只填数字，单位写在表头") from error


def _date(column: Column, cell: Cell, placed: Placed) -> LegalDate | None:
    if isinstance(cell, time | timedelta):
        raise CellError("not_a_date", f"“{cell}”是时刻，不是日期。", "格式 2021-12-02")
    try:
        return _parsed_date(cell)
    except ValueError as error:
        raise CellError("not_a_date", str(error), "格式 2021-12-02") from error


_parsed_date = lru_cache(maxsize=65_536, typed=True)(parse_date)  # True == 1 == 1.0 otherwise


def _choice(column: Column, cell: Cell, placed: Placed) -> str | None:
    text = squeeze(shown(cell))
    if text in BLANKS:
        return None
    value = _choices(column.key).get(text)
    if value is None:
        accepted = "、".join(choice.label for choice in column.choices)
        raise CellError("not_in_list", f"“{text}”不在“{column.heading}”的可选值中。", accepted)
    return value


@lru_cache(maxsize=64)
def _choices(key: str) -> dict[str, str]:
    """Accepted spellings → stored value of a choice column."""
    found: dict[str, str] = {}
    choice: Choice
    for choice in BY_KEY[key].choices:
        for spelling in (choice.label, *choice.aliases):
            found[squeeze(spelling)] = choice.value
    return found


def _uscc(column: Column, cell: Cell, placed: Placed) -> str | None:
    """A 统一社会信用代码 with its check digit in order; an old number is left out, not refused."""
    text = _text(column, cell, placed)
    if text is None:
        return None
    code = plain_code(text)
    if is_old_registration_no(code):
        raise CellError(
            "old_number",
            f"{code} 是 15 位旧注册号，没有登记。",
            "换照后的补填 18 位统一社会信用代码",
            REMARK,
        )
    flaw = uscc_flaw(code)
    if flaw is not None:
        raise CellError(
            "uscc_invalid", f"统一社会信用代码{flaw}。", "照营业执照或登记证书核对 18 位"
        )
    return code


_READERS = {
    Type.TEXT: _text,
    Type.REGION: _region,
    Type.DOC_NO: _doc_no,
    Type.AREA: _area,
    Type.MONEY: _money,
    Type.DATE: _date,
    Type.CHOICE: _choice,
    Type.USCC: _uscc,
}
