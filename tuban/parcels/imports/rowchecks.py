"""Checks within one row: order of dates, codes and numbers by their form, units, balance.

What cannot be is an error and keeps the row waiting; what is odd is a remark (待说明). Whether the
law lets the facts stand together is asked later, of the record as a whole (`plans`).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from tuban.law.supply import not_yet
from tuban.parcels.imports import unitslips
from tuban.parcels.imports.ledger import BY_KEY
from tuban.parcels.imports.problems import ERROR, REMARK
from tuban.values.docnos import is_doc_no
from tuban.values.identifiers import (
    county_of_parcel_code,
    county_of_supervision_no,
    is_parcel_code_like,
    parcel_code_flaw,
)
from tuban.values.landuse import use_doubt
from tuban.values.numbers import squeeze
from tuban.values.places import CITY_CODE, REGIONS

if TYPE_CHECKING:
    from tuban.parcels.imports.rows import Row

BALANCE_TOLERANCE_M2 = Fraction(1)
"""已供 + 未供 = 批准 within 0.0001 公顷 (data-standards.md 5.3)."""
FIRST_LISTED_YEAR = 2017
"""Land-use codes on older papers are of editions that are not kept: they are remarked at most."""

_CANNOT = (
    ("start_due", "complete_due"),
    ("started_on", "completed_on"),
    ("excluded_from", "excluded_to"),
    ("disposed_on", "new_start_due"),
)
_ODD = (
    ("supplied_on", "delivered_on", "先交地后签合同的，核对两个日期"),
    ("supplied_on", "start_due", "补签合同的，核对合同签订日期"),
    ("supplied_on", "started_on", "未供先用的属实，否则核对两个日期"),
    ("delivered_on", "start_due", "迟延交地经核实的，填写不计入期间和原因"),
    ("start_due", "recognised_on", "核对闲置认定日期和约定动工日期"),
)
_DISPOSED_FIRST = ("recognised_on", "disposed_on")
_COMPARED = (
    ("supplied_area", "approved_area"),
    ("unsupplied_area", "approved_area"),
    ("disposed_area", "supplied_area"),
)


def check(row: Row) -> None:
    """Adds what is wrong or odd about the row by itself."""
    _order(row)
    _forms(row)
    _use(row)
    _units(row)
    _balance(row)


def _order(row: Row) -> None:
    """Dates that contradict each other. A month or a year may have been its first day."""
    if len(row.days) < 2:
        return
    for first, then in _CANNOT:
        if _reversed(row, first, then):
            _say_order(row, first, then, ERROR, f"不早于 {row.days[first].on}")
    for first, then, remedy in _ODD:
        if _reversed(row, first, then):
            _say_order(row, first, then, REMARK, remedy)
    first, then = _DISPOSED_FIRST
    if _reversed(row, first, then):
        row.problem(
            "disposed_before_recognised",
            then,
            f"处置日期 {row.days[then].on} 早于闲置认定日期 {row.days[first].on}，按两次闲置理解。",
            "核对两个日期",
            level=REMARK,
        )


def _reversed(row: Row, first: str, then: str) -> bool:
    """Whether both are given and the second lies wholly before the first."""
    earlier, later = row.days.get(first), row.days.get(then)
    return earlier is not None and later is not None and later.on < earlier.first


def _say_order(row: Row, first: str, then: str, level: str, remedy: str) -> None:
    message = (
        f"{BY_KEY[then].heading} {row.days[then].on} 早于"
        f"{BY_KEY[first].heading} {row.days[first].on}。"
    )
    row.problem("date_order", then, message, remedy, level=level)


def _forms(row: Row) -> None:
    """Numbers that have a form: 文号, 宗地代码, 电子监管号; the mode of supply by its date."""
    approval_no, parcel_no = row.text("approval_no"), row.text("parcel_no")
    if approval_no is not None and not _doc_no(approval_no):
        row.problem(
            "doc_no_form",
            "approval_no",
            f"“{approval_no}”不是完整的发文字号，照原样登记。",
            "形如 内政土发〔2016〕12号：机关代字、六角括号年份、不编虚位的序号",
            level=REMARK,
        )
    if parcel_no is not None and len(parcel_no) >= _SHORTEST_CODE:
        _parcel_code(row, parcel_no.upper())
    contract_no = row.text("contract_no")
    if contract_no is not None and len(contract_no) >= _SHORTEST_NUMBER:
        county = county_of_supervision_no(squeeze(contract_no))
        if county is not None and row.stated.region and county not in _own(row):
            row.problem(
                "county_of_number",
                "contract_no",
                f"编号前六位 {county} 不是{REGIONS[row.stated.region]}或全市的代码。",
                "核对旗区和编号",
                level=REMARK,
            )
    signed = row.days.get("supplied_on")
    if signed is not None and "supply_mode" in row.values:
        form = not_yet(squeeze(row.shown("supply_mode")), signed.on)
        if form is not None:
            row.problem(
                "mode_by_date",
                "supply_mode",
                f"{form.word}的办法（{form.instrument}）{form.since} 才印发，合同签订在此之前"
                "（办法日期待核实）。",
                "依地方试点文件办理的属实，否则核对供地方式和合同签订日期",
                level=REMARK,
            )


_SHORTEST_CODE = 19
_SHORTEST_NUMBER = 16
_doc_no = lru_cache(maxsize=16_384)(is_doc_no)


def _own(row: Row) -> tuple[str | None, str]:
    return row.stated.region, CITY_CODE


def _parcel_code(row: Row, code: str) -> None:
    """A parcel's number that is meant as a 宗地代码: its structure, and the county in it."""
    if not is_parcel_code_like(code):
        return
    flaw = parcel_code_flaw(code)
    if flaw is not None:
        remedy = "照不动产权证书或权籍调查表核对；不是宗地代码的，改用本单位编号"
        row.problem("parcel_code", "parcel_no", f"宗地代码不成立：{flaw}。", remedy)
        return
    county = county_of_parcel_code(code)
    if row.stated.region and county != row.stated.region:
        row.problem(
            "county_of_number",
            "parcel_no",
            f"宗地代码前六位 {county}"
            f"（{REGIONS.get(county, '不是本市旗区')}）与{REGIONS[row.stated.region]}不符。",
            "核对旗区；区划调整前编的代码属实",
            level=REMARK,
        )


def _use(row: Row) -> None:
    """规划用途: a code must be one of the classification of its day."""
    use = row.text("use")
    if use is None:
        return
    paper = row.days.get("supplied_on") or row.days.get("approved_on")
    year = paper.on.year if paper is not None else date.max.year
    doubt = use_doubt(use, year)
    if doubt is None:
        return
    certain = doubt.grade in {"unknown", "mismatch"} and year >= FIRST_LISTED_YEAR
    row.problem(
        f"use_{doubt.grade}",
        "use",
        doubt.text,
        "填写分类名称，或名称加代码，如 工业用地（1001）",
        level=ERROR if certain else REMARK,
    )


def _units(row: Row) -> None:
    """Two areas of the row that are apart by exactly what one unit has of another."""
    for one, other in _COMPARED:
        first, second = row.area(one), row.area(other)
        if first is None or second is None or first.ticks == second.ticks:
            continue
        for key, stated, base_key, base in (
            (one, first, other, second),
            (other, second, one, first),
        ):
            unit = unitslips.typed_in(stated, base.ticks)
            if unit is not None:
                row.problem(
                    "unit_ratio",
                    key,
                    f"{BY_KEY[key].heading} {stated.printed} {stated.unit.label}与"
                    f"{BY_KEY[base_key].heading} {base.printed} {base.unit.label}"
                    f"恰好相差一个单位，可能按{unit.label}填写。",
                    f"核对单位；{unitslips.as_if(stated, unit)}",
                    level=REMARK,
                )
                break


def _balance(row: Row) -> None:
    """未供面积 follows from facts; a stated one is only compared: 批准 = 已供 + 未供."""
    stated = row.area("unsupplied_area")
    if stated is None or "supplied_area" in row.unread:
        return
    approved, supplied = row.area("approved_area"), row.area("supplied_area")
    if approved is None:
        return
    rest = approved.m2 - (supplied.m2 if supplied is not None else 0)
    if abs(rest - stated.m2) > BALANCE_TOLERANCE_M2:
        row.problem(
            "unbalanced",
            "unsupplied_area",
            "未供面积由批准面积减已供面积推出，本列不入库；载明数与推出的数不符。",
            "核对批准面积和已供面积",
            level=REMARK,
        )
