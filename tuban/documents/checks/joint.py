"""表内结论: verdicts and formulas of whole tables (`arithmetic`) as findings and agreements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tuban.documents.arithmetic.formulas import find_formulas
from tuban.documents.arithmetic.grid import Grid, Identity
from tuban.documents.arithmetic.rounding import check_rounding, decimal_text
from tuban.documents.figures import metric_of
from tuban.documents.model import Finding, Span, Table
from tuban.documents.verdicts import Agreement, ColumnFormula, TableCheck
from tuban.values.area import Area, Unit, parse_unit

_PERCENT = re.compile(r"(\d{1,2}(?:\.\d+)?)%")


def check_table(
    index: int, table: Table, grid: Grid
) -> tuple[TableCheck, list[Finding], list[Agreement]]:
    """Verdict, findings and agreements of one table that adds up."""
    check = check_rounding(index, grid)
    if check.verdict in ("一致", "取整可解释"):
        check = replace(check, formulas=find_formulas(grid))
    findings = [*_verdict(table, grid, check), *_formula(table, grid, check.formulas)]
    agreements: list[Agreement] = []
    asked = "、".join(
        word for word, sums in (("各行", grid.rows), ("各列", grid.by_column)) if sums
    )
    if check.verdict == "一致" and not any(each.has_blank for each in grid.identities):
        agreements.append(
            Agreement("sums-hold", f"{_name(table)}{asked}加总与载明数一致。", (table.span,))
        )
    stated, agreed = _stated(table, grid, check.formulas)
    return check, [*findings, *stated], [*agreements, *agreed]


def _name(table: Table) -> str:
    return f"{table.annex or '附表'}（{metric_of(table)}）"


def _verdict(table: Table, grid: Grid, check: TableCheck) -> Iterator[Finding]:
    failing = [identity for identity in grid.identities if identity.difference]
    spans = (table.span, *(identity.whole.span for identity in failing))
    if check.verdict == "取整可解释":
        edge = "" if check.strict else "（须恰在四舍五入的界上）"
        yield Finding(
            "table-rounding",
            "取整",
            "note",
            f"{_name(table)}有 {len(failing)} 处相加与载明数不符；把各数看作四舍五入的结果，"
            f"存在一组真实数值使全部行、列同时成立{edge}：取整可解释，不是笔误。",
            spans,
        )
    elif check.verdict == "无法由取整解释":
        yield Finding(
            "table-not-rounding",
            "笔误",
            "error",
            f"{_name(table)}全部行、列不能同时由四舍五入解释，至少还差 "
            f"{_amount(check.violation or '0', table.unit)}：无法由取整解释。{_suspects(table, check)}",
            (table.span, *(table.row_spans[row][column] for row, column in check.suspects)),
        )
    elif check.verdict == "未判定":
        yield Finding(
            "table-undecided",
            "取整",
            "warning",
            f"{_name(table)}能否由四舍五入解释，未能证实，请人工核对。",
            spans,
        )


def _suspects(table: Table, check: TableCheck) -> str:
    named = [
        f"“{''.join((table.rows[row][0] or '').split())}”行“{table.columns[column]}”"
        f"（载明 {table.rows[row][column]}）"
        for row, column in check.suspects
    ]
    if not named:
        return "不止一格有误，请核对原件。"
    if len(named) == 1:
        return f"只有{named[0]}一格，改正后全表可以对上。"
    return f"改正下列任何一格，全表都可以对上：{'；'.join(named[:6])}{'……' if len(named) > 6 else ''}。"


def _formula(table: Table, grid: Grid, formulas: tuple[ColumnFormula, ...]) -> Iterator[Finding]:
    """How the columns were computed, and what that means for the total row."""
    if not formulas or grid.whole is None:
        return
    base = table.columns[grid.whole]
    words = "；".join(f"{table.columns[each.column]}{_said(each)}" for each in formulas)
    yield Finding(
        "table-formula",
        "口径",
        "note",
        f"{_name(table)}的算法可由数字还原：按“{base}”，{words}。",
        (table.span,),
    )
    if grid.total is None or any(each.of != "printed" for each in formulas):
        return
    apart = [
        identity
        for identity in grid.by_column
        if identity.difference and identity.whole.column in {each.column for each in formulas}
    ]
    if apart:
        yield Finding(
            "total-by-share",
            "口径",
            "warning",
            f"{_name(table)}的“{grid.names[grid.total]}”行由本行的 "
            f"{table.rows[grid.total][grid.whole]}{table.unit or ''}乘比例得出，不是各地区之和："
            + "；".join(_apart(identity, table.unit) for identity in apart)
            + "。考核以哪个为准，请发文机关明确。",
            tuple(identity.whole.span for identity in apart),
        )


def _apart(identity: Identity, unit: str | None) -> str:
    word = "多" if identity.difference > 0 else "少"
    amount = _amount(format(abs(identity.difference), "f"), unit)
    return f"{identity.label}各地区之和比合计{word} {amount}"


def _said(formula: ColumnFormula) -> str:
    if formula.kind == "remainder":
        return "为余数"
    if formula.kind == "given":
        return "另行给定"
    spread = f"{formula.low}%—{formula.high}%" if formula.low != formula.high else f"{formula.low}%"
    return f"为其 {formula.percent}%（符合各格的范围 {spread}）"


def _stated(
    table: Table, grid: Grid, formulas: tuple[ColumnFormula, ...]
) -> tuple[list[Finding], list[Agreement]]:
    """Percentages that a note names for the years, against those the figures show."""
    shares = [each for each in formulas if each.kind == "share"]
    if not formulas:
        return [], []
    for note, span in zip(table.notes, table.note_spans, strict=True):
        named = [Decimal(number) for number in _PERCENT.findall(note)]
        if len(named) != len(formulas) or len(shares) != len(formulas):
            continue
        off = [
            (each, number)
            for each, number in zip(shares, named, strict=True)
            if not Decimal(each.low or 0) <= number <= Decimal(each.high or 0)
        ]
        if not off:
            words = "、".join(f"{number}%" for number in named)
            return [], [
                Agreement(
                    "formula-agrees",
                    f"{_name(table)}备注所列比例 {words} 与各格数字相符。",
                    (span,),
                )
            ]
        return [_differs(table, grid, off, span)], []
    return [], []


def _differs(
    table: Table, grid: Grid, off: list[tuple[ColumnFormula, Decimal]], span: Span
) -> Finding:
    return Finding(
        "formula-differs",
        "冲突",
        "error",
        f"{_name(table)}备注所列比例与数字不符："
        + "；".join(
            f"{table.columns[each.column]}备注 {number}%，数字只容 {each.low}%—{each.high}%"
            for each, number in off
        )
        + "。",
        (span, *(grid.cells[0, each.column].span for each, _ in off)),
    )


def _amount(value: str, unit: str | None) -> str:
    """0.012万亩（120亩)."""
    shown = f"{value}{unit or ''}"
    try:
        area = Area(Decimal(value), parse_unit(unit or ""))
    except ValueError:
        return shown
    if area.unit is Unit.MU:
        return shown
    return f"{shown}（{decimal_text(Fraction(area.m2) * 3 / 2000)}亩）"
