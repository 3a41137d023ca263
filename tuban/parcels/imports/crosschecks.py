"""Checks that need the whole file: what only a row's neighbours show.

A parcel named twice, an approval with two dates, a contract on several parcels, a company with two
codes, a price a unit apart from all others. Figures are compared as floats here, and only compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from tuban.parcels.imports import cells, unitslips
from tuban.parcels.imports.ledger import BY_KEY, Type
from tuban.parcels.imports.mapping import Mapping
from tuban.parcels.imports.problems import REMARK, Problem
from tuban.parcels.imports.sheets import Note, Record
from tuban.parcels.imports.units import MONEY_UNITS
from tuban.values.area import Area, Unit, format_area
from tuban.values.dates import LegalDate
from tuban.values.places import DIVISION_SINCE, REGIONS

ENOUGH = 8
"""Fewer figures have no median worth comparing with."""
_SHOWN = 5
_NAMED_ROWS = 20

Groups = dict[tuple[str, ...], list[Record]]


def add(records: Sequence[Record], mapping: Mapping) -> list[Note]:
    """Adds to each record's problems what only its neighbours show.

    Returns:
        核对说明 about the file as a whole.
    """
    parcels: Groups = {}
    dates: dict[tuple[str, str], dict[str, list[Record]]] = {}
    early: dict[str, list[int]] = {}
    for record in records:
        region = text("region", record, mapping)
        number = text("parcel_no", record, mapping)
        if region and number:
            parcels.setdefault((region, number), []).append(record)
        approval_no = text("approval_no", record, mapping)
        day = read("approved_on", record, mapping)
        if region and isinstance(day, LegalDate):
            if approval_no:
                given = dates.setdefault((region, approval_no), {})
                given.setdefault(day.on.isoformat(), []).append(record)
            if day.on.year < DIVISION_SINCE.get(region, 0):
                early.setdefault(region, []).append(record.row_no)
    for (_, number), twins in _several(parcels):
        _mark_twins(number, twins, mapping)
    for (_, approval_no), by_day in dates.items():
        if len(by_day) > 1:
            _mark_dates(approval_no, by_day)
    for _, sharing in _several(_grouped(records, mapping, "contract_no")):
        _mark_contract(sharing, mapping)
    _mark_holders(_grouped(records, mapping, "holder", "holder_uscc"))
    _mark_prices(records, mapping)
    return [_early_note(region, rows) for region, rows in early.items()]


def read(key: str, record: Record, mapping: Mapping) -> object:
    """The record's cell as its column's type; None when empty or absent, a Problem when unread."""
    cell = record.cells.get(key, "")
    if cell == "":
        return None
    return cells.read(key, cell, mapping.placed[key])


def text(key: str, record: Record, mapping: Mapping) -> str | None:
    """The same for columns of text."""
    value = read(key, record, mapping)
    return value if isinstance(value, str) else None


def figure(key: str, mapping: Mapping) -> Callable[[Record], float | None] | None:
    """Reads an area (m²) or a sum of money (yuan) roughly; None for a file without the column."""
    placed = mapping.placed.get(key)
    if placed is None:
        return None
    area = BY_KEY[key].type is Type.AREA
    factor = float(Unit(placed.unit).m2) if area else float(MONEY_UNITS[placed.unit])

    def reader(record: Record) -> float | None:
        cell = record.cells.get(key, "")
        if cell == "" or isinstance(cell, bool):
            return None
        if isinstance(cell, int | float):
            return cell * factor
        value = cells.read(key, cell, placed)
        if isinstance(value, Area):
            return float(value.m2)
        return None if value is None or isinstance(value, Problem) else float(value)  # type: ignore[arg-type]

    return reader


def prices(records: Iterable[Record], mapping: Mapping) -> list[tuple[Record, float]]:
    """Yuan a square metre of every record that states a price and a supplied area."""
    price, area = figure("price", mapping), figure("supplied_area", mapping)
    if price is None or area is None:
        return []
    found = []
    for record in records:
        yuan = price(record)
        if yuan:
            m2 = area(record)
            if m2:
                found.append((record, yuan / m2))
    return found


def _grouped(records: Sequence[Record], mapping: Mapping, *keys: str) -> Groups:
    """Records by the texts in these columns, those that hold all of them."""
    groups: Groups = {}
    if not mapping.placed.keys() >= set(keys):
        return groups
    for record in records:
        found = [value for key in keys if (value := text(key, record, mapping))]
        if len(found) == len(keys):
            groups.setdefault(tuple(found), []).append(record)
    return groups


def _several(groups: Groups) -> list[tuple[tuple[str, ...], list[Record]]]:
    return [(key, records) for key, records in groups.items() if len(records) > 1]


def _mark_twins(number: str, twins: list[Record], mapping: Mapping) -> None:
    """Every one of them waits: which is right is not ours to guess."""
    sums = _supplied_words(twins, mapping)
    for record in twins:
        others = _others(record, twins)
        message = f"与第 {others} 行重复。{sums}"
        remedy = "保留一行；分次供应的，先登记一行，其余在地块页逐笔登记" if sums else "保留一行"
        record.problems.append(Problem("repeated", "parcel_no", number, message, remedy))


def _supplied_words(twins: list[Record], mapping: Mapping) -> str:
    """What the rows of one parcel supply together, against what was approved for it."""
    supplied = [_m2("supplied_area", record, mapping) for record in twins]
    if sum(m2 is not None and m2 > 0 for m2 in supplied) < 2:
        return ""
    total = sum((m2 for m2 in supplied if m2 is not None), Fraction(0))
    approved = max(_m2("approved_area", r, mapping) or Fraction(0) for r in twins)
    words = f"各行已供面积合计 {format_area(total, Unit.HA)} 公顷"
    if approved and total > approved:
        words += f"，超过批准面积 {format_area(approved, Unit.HA)} 公顷"
    return words + "。"


def _m2(key: str, record: Record, mapping: Mapping) -> Fraction | None:
    value = read(key, record, mapping)
    return value.m2 if isinstance(value, Area) else None


def _others(record: Record, group: list[Record]) -> str:
    others = [str(other.row_no) for other in group if other is not record]
    return "、".join(others[:_SHOWN]) + (" 等" if len(others) > _SHOWN else "")


def _mark_dates(approval_no: str, dates: dict[str, list[Record]]) -> None:
    usual = max(dates, key=lambda day: len(dates[day]))
    for day, records in dates.items():
        if day == usual:
            continue
        for record in records:
            record.problems.append(
                Problem(
                    "approval_dates",
                    "approved_on",
                    day,
                    f"{approval_no} 在其他行的批准日期是 {usual}。",
                    "一份批准文件只有一个批准日期，请核对",
                    REMARK,
                )
            )


_OF_ONE_CONTRACT = ("supplied_on", "supplied_area", "holder", "price")


def _mark_contract(sharing: list[Record], mapping: Mapping) -> None:
    """One contract on several parcels: possible, and often one contract copied over."""
    differing = [
        BY_KEY[key].heading
        for key in _OF_ONE_CONTRACT
        if key in mapping.placed
        and len({cells.shown(record.cells.get(key, "")) for record in sharing}) > 1
    ]
    what = f"，{'、'.join(differing)}不同" if differing else ""
    for record in sharing:
        record.problems.append(
            Problem(
                "contract_shared",
                "contract_no",
                cells.shown(record.cells["contract_no"]),
                f"与第 {_others(record, sharing)} 行合同编号相同{what}。",
                "一份合同供应多宗地的，逐行填本宗的面积和价款；否则核对合同编号",
                REMARK,
            )
        )


def _mark_holders(pairs: Groups) -> None:
    """One company has one code, one code one company."""
    codes: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    for name, code in pairs:
        codes.setdefault(name, set()).add(code)
        names.setdefault(code, set()).add(name)
    for (name, code), records in pairs.items():
        if len(names[code]) > 1:
            others = "、".join(sorted(names[code] - {name})[:_SHOWN])
            message = f"本表另有“{others}”用同一统一社会信用代码。"
        elif len(codes[name]) > 1:
            others = "、".join(sorted(codes[name] - {code})[:_SHOWN])
            message = f"“{name}”在其他行的统一社会信用代码是 {others}。"
        else:
            continue
        for record in records:
            record.problems.append(
                Problem(
                    "uscc_names", "holder_uscc", code, message,
                    "更名的属实，否则照营业执照核对名称和代码", REMARK,
                )
            )  # fmt: skip


def _mark_prices(records: Sequence[Record], mapping: Mapping) -> None:
    """Prices a square metre that are a unit apart from the file's median."""
    found = prices(records, mapping)
    if len(found) < ENOUGH:
        return
    usual = unitslips.median([price for _, price in found])
    for record, price in found:
        factor = unitslips.price_apart(price, usual)
        if factor is not None:
            record.problems.append(
                Problem(
                    "price_unit",
                    "price",
                    cells.shown(record.cells["price"]),
                    f"折合每平方米 {price:,.2f} 元，本表中位数 {usual:,.2f} 元，约差"
                    f" {factor:,.0f} 倍，价款或已供面积的单位可能填错。",
                    "核对成交价款和已供面积的单位",
                    REMARK,
                )
            )


def _early_note(region: str, rows: list[int]) -> Note:
    """Papers older than the 旗区 itself were given to another: only said, the land lies there now."""
    shown = "、".join(str(row_no) for row_no in rows[:_NAMED_ROWS])
    more = f" 等 {len(rows)} 行" if len(rows) > _NAMED_ROWS else " 行"
    return Note(
        "division",
        f"第 {shown}{more}的批准日期早于{REGIONS[region]}（{region}）设立的"
        f" {DIVISION_SINCE[region]} 年；按现行旗区登记，批文以当时的旗区名义取得的属实。",
    )
