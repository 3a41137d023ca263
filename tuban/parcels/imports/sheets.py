"""Records, totals and remarks of a ledger: which rows of the chosen sheet are what.

合计 and 小计 rows are never records. Their figures (载明数) are compared with the sums of the rows
(计算数) and both are kept: an issued total is not corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tuban.parcels.imports import headings, units, words
from tuban.parcels.imports.ledger import BY_KEY, COLUMNS, TEMPLATE_VERSION, Type
from tuban.parcels.imports.mapping import ENOUGH, REMEMBERED, Answer, Mapping, Memory
from tuban.parcels.imports.problems import Problem, Unreadable
from tuban.parcels.imports.workbook import Cell, Merge, Sheet
from tuban.values.numbers import parse_decimal, squeeze
from tuban.values.places import resolve_place

TEMPLATE_SHEET = "填报"
VERSION_LABEL = "模板版本"
_TOTAL = re.compile(r"(?P<of>.{0,12}?)(?P<word>合计|总计|小计|共计|累计)[:：]?")
_SUM_WORD = re.compile(r"计|全\s*市")
_FOOTER = re.compile(r"(注|备注|说明|填表|制表|审核|复核|填报|单位负责人|联系)")
_SUMMED = tuple(column.key for column in COLUMNS if column.type in {Type.AREA, Type.MONEY})


@dataclass(slots=True)
class Record:
    """One record as read. `row_no` counts from 1 as the spreadsheet shows it."""

    row_no: int
    cells: dict[str, Cell]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """核对说明 about the file as a whole. `warn` marks what a person should look at."""

    kind: str
    text: str
    warn: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The note as `Upload.notes` keeps it."""
        return {"kind": self.kind, "text": self.text, "warn": self.warn, **self.data}


@dataclass(frozen=True, slots=True)
class _Total:
    """A 合计 or 小计 row: what it calls itself and the figures it states."""

    row_no: int
    label: str
    region: str | None
    sub: bool
    stated: dict[str, Decimal]


@dataclass(slots=True)
class LedgerSheet:
    """The chosen sheet, read. `shown`: its mapping as `Upload.mapping` keeps it."""

    mapping: Mapping
    records: list[Record]
    notes: list[Note]
    shown: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sheet to read, and how.

    Attributes:
        notes: What is to be said of the file's other sheets and of its template.
        names: Of every sheet of the file.
    """

    sheet: Sheet
    mapping: Mapping
    notes: tuple[Note, ...]
    names: tuple[str, ...]


def choose(
    sheets: Iterable[Sheet], *, memory: Memory | None = None, answer: Answer | None = None
) -> Chosen:
    """The sheet that holds the ledger: 填报 where there is one, else the best headings.

    Args:
        sheets: Of the file.
        memory: What the sender's office has chosen for earlier files.
        answer: What the sender says of this file; comes before everything else.

    Raises:
        Unreadable: No sheet has anything like headings.
    """
    sheets = tuple(sheets)
    sheet, mapping, others = _mapped(sheets, memory or {}, answer)
    notes = (*others, *_version_note(sheets))
    return Chosen(sheet, mapping, notes, tuple(other.name for other in sheets))


def _mapped(
    sheets: tuple[Sheet, ...], memory: Memory, answer: Answer | None
) -> tuple[Sheet, Mapping, tuple[Note, ...]]:
    """The sheet to read, its mapping, and what is to be said of the other sheets."""
    named = next((s for s in sheets if answer is not None and s.name == answer.sheet), None)
    if answer is not None and named is not None:
        return named, _as_answered(named, memory, answer), ()
    for look in (headings.find, headings.suppose):
        mapped = [(sheet, found) for sheet in sheets if (found := look(sheet, memory)) is not None]
        if mapped:
            break
    else:
        raise Unreadable(
            "没有找到地块台账的表头，文件与模板不符。",
            code="wrong_template",
            place=f"工作表{'、'.join(f'“{sheet.name}”' for sheet in sheets)}前 15 行",
            cause="没有一行像是表头：旗区、地块编号、批准文号、批准面积等一个也没有认出。",
            remedy="请取用地块台账空白模板，把数据填在“填报”工作表中再上传。",
        )
    mapped.sort(key=lambda pair: (pair[0].name != TEMPLATE_SHEET, -len(pair[1].placed)))
    others = tuple(
        Note("sheet", f"工作表“{other.name}”也像地块台账，没有读取；需要时另存后上传。", True)
        for other, found in mapped[1:]
        if "parcel_no" in found.placed
    )
    return (*mapped[0], others)


def _as_answered(sheet: Sheet, memory: Memory, answer: Answer) -> Mapping:
    top, height = answer.rows
    base = headings.find(sheet, memory) or headings.suppose(sheet, memory)
    if base is None or (base.first_row - base.height, base.height) != answer.rows:
        base = headings.at_rows(sheet, top, height, memory)
    return headings.answered(sheet, base, answer.columns) if answer.columns else base


def _version_note(sheets: Iterable[Sheet]) -> list[Note]:
    """A remark when the file was filled into another version of the template."""
    for sheet in sheets:
        for row in sheet.rows[: headings.SEARCHED_ROWS]:
            if row[:1] == [VERSION_LABEL] and row[1:2] not in ([], [TEMPLATE_VERSION]):
                text = f"文件用的是模板 {row[1]} 版，现行 {TEMPLATE_VERSION} 版；已按字段代码对应。"
                return [Note("version", text)]
    return []


def no_records(ledger: LedgerSheet) -> Unreadable:
    """The refusal of a ledger without a single record."""
    return Unreadable(
        "台账里没有记录。",
        code="no_records",
        place=f"工作表“{ledger.mapping.sheet}”",
        cause="表头以下没有一行数据。",
        remedy="请核对是否传错了文件，填写后再上传。",
    )


def read(chosen: Chosen) -> LedgerSheet:
    """Records and notes of a sheet whose mapping is settled."""
    sheet, mapping = chosen.sheet, chosen.mapping
    records: list[Record] = []
    totals: list[tuple[_Total, int]] = []
    skipped: list[int] = []
    filled, spoiled, notes = _merged(sheet, mapping)
    for at in range(mapping.first_row, len(sheet.rows)):
        row = sheet.rows[at]
        present = [cell for cell in row if cell != ""]
        if not present:
            continue
        cells = {
            key: row[column.index] if column.index < len(row) else ""
            for key, column in mapping.placed.items()
        }
        total = _total(row, cells, at + 1)
        if total is not None:
            totals.append((total, len(records)))
        elif _is_record(cells, present, mapping):
            cells.update(filled.get(at, {}))
            records.append(Record(at + 1, cells, spoiled.get(at, [])))
        else:
            skipped.append(at + 1)
    notes = [*_mapping_notes(mapping), *notes]
    if skipped:
        shown = "、".join(str(row_no) for row_no in skipped[:20])
        notes.append(Note("skipped", f"第 {shown} 行不是记录（表头重复、序号行或注），没有读取。"))
    notes.extend(
        _compared(total, before, records, totals, mapping)
        for total, before in totals
        if total.stated
    )
    notes.extend(chosen.notes)
    return LedgerSheet(mapping, records, notes)


def _is_record(cells: dict[str, Cell], present: list[Cell], mapping: Mapping) -> bool:
    """Whether a row is a record: not headings again, not column numbers, not a footnote."""
    if _headings_again(cells, mapping):
        return False
    if all(isinstance(cell, int | float) for cell in present) and len(present) > ENOUGH:
        steps = {later - earlier for earlier, later in pairwise(present)}  # type: ignore[operator]
        if steps == {1}:
            return False
    footnote = len(present) == 1 and _FOOTER.match(str(present[0])) is not None
    return not footnote or cells.get("parcel_no", "") != ""


def _headings_again(cells: dict[str, Cell], mapping: Mapping) -> bool:
    """Whether the row repeats the headings, as printed pages do; a record differs at once."""
    repeated = 0
    for key, column in mapping.placed.items():
        if cells[key] == "":
            continue
        if words.normalise(cells[key]) != words.normalise(column.heading):
            return False
        repeated += 1
    return repeated >= ENOUGH


def _total(row: list[Cell], cells: dict[str, Cell], row_no: int) -> _Total | None:
    """The row as a total, or None: a word of sum in some cell and no parcel number beside it."""
    if not _SUM_WORD.search("\n".join([cell for cell in row if type(cell) is str])):
        return None
    for cell in row:
        if not isinstance(cell, str) or len(cell) > 40 or not _SUM_WORD.search(cell):
            continue
        plain = squeeze(cell)
        match = _TOTAL.fullmatch(plain)
        number = str(cells.get("parcel_no", ""))
        if (match is None and plain != "全市") or number not in {"", cell}:
            continue
        place = resolve_place(match["of"]) if match and match["of"] else None
        return _Total(
            row_no,
            plain,
            place.code if place is not None and place.kind == "region" else None,
            bool(match and match["word"] == "小计"),
            {key: figure for key in _SUMMED if (figure := _number(cells.get(key, ""))) is not None},
        )
    return None


def _compared(
    total: _Total,
    before: int,
    records: list[Record],
    totals: list[tuple[_Total, int]],
    mapping: Mapping,
) -> Note:
    """载明数 against 计算数 of one total row.

    合计 covers the whole table, 东胜区小计 the rows of that 旗区, a bare 小计 the rows since the
    total before it. Offices also write 合计 where 小计 is meant: a block that agrees is accepted.
    """
    since = max((at for other, at in totals if other.row_no < total.row_no), default=0)
    block = records[since:before]
    scopes = [records, block]
    if total.region is not None:
        scopes.insert(0, [r for r in records if _region(r) == total.region])
    elif total.sub:
        scopes.reverse()
    sums = [{key: _sum(scope, key) for key in total.stated} for scope in scopes]
    computed = next((found for found in sums if found == total.stated), sums[0])
    figures = [
        {
            "key": key,
            "column": BY_KEY[key].heading,
            "unit": mapping.placed[key].unit,
            "stated": format(stated, "f"),
            "computed": format(computed[key], "f"),
            "difference": format(stated - computed[key], "f"),
        }
        for key, stated in total.stated.items()
    ]
    differing = [figure for figure in figures if Decimal(figure["difference"]) != 0]
    if differing:
        words = "；".join(
            f"{f['column']}载明 {f['stated']}，逐行相加 {f['computed']}，差异 {f['difference']}"
            for f in differing
        )
        text = f"第 {total.row_no} 行“{total.label}”与各行不符：{words}。合计行只作核对，不入库。"
    else:
        text = f"第 {total.row_no} 行“{total.label}”与各行之和相符。"
    return Note("total", text, bool(differing), {"row": total.row_no, "figures": figures})


def _sum(records: Iterable[Record], key: str) -> Decimal:
    """Sum of what the column holds; a cell that is no number counts nothing (its row says so)."""
    numbers = (_number(record.cells.get(key, "")) for record in records)
    return sum((number for number in numbers if number is not None), Decimal(0))


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool | date | time | timedelta):
        return None
    try:
        return parse_decimal(plain_number(cell) if isinstance(cell, float) else cell)
    except ValueError:
        return None


def plain_number(value: float) -> str:
    """A spreadsheet's number as it was typed: fifteen significant digits are all it keeps."""
    return format(Decimal(format(value, ".15g")), "f")


def _region(record: Record) -> str | None:
    return resolve_place(str(record.cells.get("region", ""))).code


def _merged(
    sheet: Sheet, mapping: Mapping
) -> tuple[dict[int, dict[str, Cell]], dict[int, list[Problem]], list[Note]]:
    """What merged cells mean for the rows they cover.

    旗区 and 批次 columns merged downwards hold for every row of the range. Any other merged cell
    belongs to no single row: its rows are kept out until somebody unmerges it.
    """
    filled: dict[int, dict[str, Cell]] = {}
    spoiled: dict[int, list[Problem]] = {}
    names: list[str] = []
    by_index = {column.index: key for key, column in mapping.placed.items()}
    for merge in sheet.merges:
        keys = [by_index[i] for i in range(merge.left, merge.right + 1) if i in by_index]
        if merge.bottom < mapping.first_row or not keys:
            continue
        top = max(merge.top, mapping.first_row)
        value = sheet.rows[merge.top][merge.left]
        if len(keys) == 1 and (merge.top == merge.bottom or BY_KEY[keys[0]].fills_down):
            for at in range(top, merge.bottom + 1):
                filled.setdefault(at, {})[keys[0]] = value
            names.append(f"{merge.name}（{BY_KEY[keys[0]].heading}）")
        else:
            for at in range(top, merge.bottom + 1):
                spoiled.setdefault(at, []).extend(_spoiled(merge, key, value) for key in keys)
    notes = [Note("merged", f"合并单元格已向下填充：{'、'.join(names[:20])}。")] if names else []
    return filled, spoiled, notes


def _spoiled(merge: Merge, key: str, value: Cell) -> Problem:
    return Problem(
        "merged_cell",
        key,
        str(value),
        f"{merge.name} 是合并单元格，分不清“{BY_KEY[key].heading}”属于哪一行。",
        "取消合并，逐行填写",
    )


def _mapping_notes(mapping: Mapping) -> list[Note]:
    """What the sender should know about how the headings were read."""
    notes = []
    defaults = [
        f"{BY_KEY[key].heading}按{BY_KEY[key].unit}"
        for key, column in mapping.placed.items()
        if column.unit_from == units.DEFAULT
    ]
    if defaults:
        notes.append(Note("unit", f"表头和表注没有写明单位：{'、'.join(defaults)}读取。", True))
    notes.extend(_remembered_notes(mapping))
    if mapping.ignored:
        notes.append(Note("ignored", f"以下列不入库，没有读取：{_explained(mapping.ignored)}。"))
    if mapping.derived:
        notes.append(
            Note("derived", f"{'、'.join(mapping.derived)}由事实推出，本列不入库。", False)
        )
    return notes


def _remembered_notes(mapping: Mapping) -> list[Note]:
    """按贵单位某日选定的对照: one note for each day on which columns were chosen."""
    chosen: dict[date, list[str]] = {}
    for key, column in mapping.placed.items():
        if column.on is None:
            continue
        meant = BY_KEY[key].heading
        if column.unit_from == units.REMEMBERED:
            meant += f"（{units.label(column.unit)}）"
        chosen.setdefault(column.on, []).append(f"“{column.heading}”为{meant}")
    for heading, on in mapping.left_out:
        chosen.setdefault(on, []).append(f"“{heading}”不登记")
    return [
        Note(REMEMBERED, f"按贵单位 {on} 选定的对照读取：{'、'.join(words)}。")
        for on, words in sorted(chosen.items())
    ]


def _explained(ignored: Iterable[str]) -> str:
    """Headings that are not recorded; a code with what it means."""
    told = []
    for heading in ignored:
        meant = words.unrecorded(heading)
        told.append(f"{heading}（{meant}）" if meant and meant not in heading else heading)
    return "、".join(told)
