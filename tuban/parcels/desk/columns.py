"""表头对照: each column of a file with the field it is read as, shown to be put right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tuban.parcels.desk.kinds import AnswerRefused
from tuban.parcels.imports import mapping, units, words
from tuban.parcels.imports.asking import HEADINGS
from tuban.parcels.imports.headings import SEARCHED_ROWS
from tuban.parcels.imports.ledger import BY_KEY, REQUIRED_KEYS, SUBJECTS, Type
from tuban.parcels.imports.mapping import Answer
from tuban.parcels.imports.workbook import column_name
from tuban.parcels.models import Upload
from tuban.values.numbers import parse_decimal

NOT_READ = "不登记"
_WHY = {
    mapping.KEY_ROW: "模板的字段代码",
    mapping.ALIAS: "表头",
    mapping.ANSWER: "本次选定",
}
_SAID = {units.HEADING: "表头写明", units.NOTE: "表注写明"}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of one subject."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One column of the file.

    Attributes:
        fields: The ledger's fields by subject.
        units: Units by kind; empty where the column holds no numbers.
        unsaid: What leaving the unit open means.
        why: By what it was placed.
        asked: Whether the sender has to look at it.
        error: What is wrong with what was posted.
    """

    index: int
    letter: str
    heading: str
    samples: tuple[str, ...]
    reads: bool
    fields: tuple[Group, ...]
    units: tuple[Group, ...]
    unsaid: str
    why: str
    asked: bool
    error: str


@dataclass(frozen=True, slots=True)
class ColumnsQuestion:
    """对照 of all columns.

    Attributes:
        points: What has to be answered; empty for a file that was read.
        first: Row of the headings as the spreadsheet counts, from 1.
        by_key_row: The template's hidden row says what the columns are.
        focus: First column with an error; None where there is none.
    """

    sheet: str
    sheets: tuple[str, ...]
    first: int
    height: int
    by_key_row: bool
    points: tuple[str, ...]
    rows: tuple[Row, ...]
    remember: bool
    focus: int | None
    asks: str = HEADINGS


class ColumnsRefused(AnswerRefused):
    """对照有误. `at`: 0-based column → what is wrong with its answer."""

    def __init__(self, at: dict[int, list[str]], missing: list[str]) -> None:
        fields = "、".join(f"“{BY_KEY[key].heading}”" for key in missing)
        cause = f"必需的{fields}没有指定。" if missing else "有几列的答复互相矛盾，见各列。"
        remedy = (
            "请在“登记为”中指定；文件里没有这一列的，请补上后重新上传，或指定能逐宗区分地块的一列。"
            if missing
            else "请逐列改正后再提交。"
        )
        super().__init__("对照还不能用，没有读取文件。", cause=cause, remedy=remedy)
        self.at = at


def show(
    upload: Upload, posted: QueryDict | None, refused: AnswerRefused | None
) -> ColumnsQuestion:
    """The columns as they were read, or as they were just answered."""
    kept = upload.mapping
    offer: dict[str, Any] = next((o for o in upload.offers if o["asks"] == HEADINGS), {})
    wrong = refused.at if isinstance(refused, ColumnsRefused) else {}
    return ColumnsQuestion(
        sheet=kept["sheet"],
        sheets=tuple(kept["sheets"]),
        first=kept["top"] + 1,
        height=kept["height"],
        by_key_row=kept["by_key_row"],
        points=tuple(offer.get("points", ())),
        rows=tuple(
            _row(column, posted, column["index"] in offer.get("columns", ()), wrong)
            for column in kept["seen"]
        ),
        remember=posted is None or "remember" in posted,
        focus=min(wrong, default=None),
    )


def read(upload: Upload, posted: QueryDict) -> dict[str, Any]:
    """The answer posted: which rows hold the headings, or what each column is.

    Raises:
        AnswerRefused: Says at which column.
    """
    if posted.get("act") == "rows":
        return _rows_answer(upload, posted)
    seen: list[dict[str, Any]] = upload.mapping["seen"]
    columns = _posted_columns(posted, {column["index"] for column in seen})
    wrong = _contradictions(seen, columns)
    placed = {key for key, _ in columns.values()}
    missing = sorted(REQUIRED_KEYS - placed, key=list(BY_KEY).index)
    if wrong or missing:
        raise ColumnsRefused(wrong, missing)
    rows = (upload.mapping["top"], upload.mapping["height"])
    answer = Answer(upload.mapping["sheet"], rows, columns)
    return {**answer.as_json(), "remember": "remember" in posted}


def _posted_columns(posted: QueryDict, known: set[int]) -> dict[int, tuple[str, str]]:
    """Column → (field, unit) of every column of the file; what was not posted is not recorded."""
    for name in posted:
        kind, _, number = name.partition("-")
        if (
            kind in {"key", "unit"}
            and number
            and not (number.isascii() and number.isdigit() and int(number[:9]) in known)
        ):
            raise AnswerRefused(
                f"文件里没有第 {number[:9]} 列。",
                cause="答复里有一列不在这张工作表的表头中。",
                remedy="请刷新页面后重新对照。",
            )  # fmt: skip
    return {
        index: (posted.get(f"key-{index}", ""), posted.get(f"unit-{index}", "")) for index in known
    }


def _contradictions(
    seen: list[dict[str, Any]], columns: dict[int, tuple[str, str]]
) -> dict[int, list[str]]:
    """What is wrong with the answers, by column."""
    wrong: dict[int, list[str]] = defaultdict(list)
    at: dict[str, list[int]] = defaultdict(list)
    for column in seen:
        index = column["index"]
        key, unit = columns[index]
        if not key:
            continue
        if key not in BY_KEY:
            wrong[index].append(f"台账没有“{key[:40]}”这个字段。")
            continue
        at[key].append(index)
        field = BY_KEY[key]
        if field.type not in units.MEASURED:
            continue
        if unit and unit not in dict(units.choices(field)):
            wrong[index].append(f"“{field.heading}”不能用这个单位。")
        elif not unit and column["said_from"] == units.UNKNOWN:
            wrong[index].append(f"写的单位“{column['words']}”不认识，请选择单位。")
    for key, indexes in at.items():
        for index in indexes if len(indexes) > 1 else ():
            others = "、".join(f"{column_name(i)} 列" for i in indexes if i != index)
            wrong[index].append(f"{others}也指定为“{BY_KEY[key].heading}”，只能留一列。")
    return dict(wrong)


def _rows_answer(upload: Upload, posted: QueryDict) -> dict[str, Any]:
    sheet, first, height = (posted.get(name, "") for name in ("sheet", "first", "height"))
    within = first.isascii() and first.isdigit() and 1 <= int(first[:9]) <= SEARCHED_ROWS
    if sheet not in upload.mapping["sheets"] or not within or height not in {"1", "2"}:
        raise AnswerRefused(
            "表头的位置不对。",
            cause=f"表头要在一张可见的工作表的前 {SEARCHED_ROWS} 行之内，占一行或两行。",
            remedy="请核对工作表和行号。",
        )
    answer = Answer(sheet, (int(first) - 1, int(height)), {})
    return {**answer.as_json(), "remember": False}


def _row(
    column: dict[str, Any], posted: QueryDict | None, asked: bool, wrong: dict[int, list[str]]
) -> Row:
    index = column["index"]
    chosen_unit = column["unit"] if column["unit_from"] in _CHOSEN_UNITS else ""
    key, unit = column["key"], chosen_unit
    if posted is not None:
        key, unit = posted.get(f"key-{index}", ""), posted.get(f"unit-{index}", "")
    measured = key in BY_KEY and BY_KEY[key].type in units.MEASURED
    return Row(
        index=index,
        letter=column_name(index),
        heading=column["heading"],
        samples=tuple(column["samples"]),
        reads=bool(key),
        fields=_fields(key),
        units=_units(unit) if measured or _numeric(column["samples"]) else (),
        unsaid=_unsaid(column),
        why=_why(column),
        asked=asked or index in wrong,
        error="".join(wrong.get(index, ())),
    )


_CHOSEN_UNITS = {units.ANSWER, units.REMEMBERED}


def _fields(key: str) -> tuple[Group, ...]:
    return tuple(
        Group(
            subject,
            tuple(Option(k, f"{BY_KEY[k].heading}{_must(k)}", k == key) for k in keys),
        )
        for subject, keys in SUBJECTS
    )


def _must(key: str) -> str:
    return "（必需）" if key in REQUIRED_KEYS else ""


def _units(unit: str) -> tuple[Group, ...]:
    kinds = (("面积", Type.AREA), ("金额", Type.MONEY))
    return tuple(
        Group(label, tuple(Option(v, w, v == unit) for v, w in units.choices(_one_of(kind))))
        for label, kind in kinds
    )


def _one_of(kind: Type) -> Any:
    return next(column for column in BY_KEY.values() if column.type is kind)


def _unsaid(column: dict[str, Any]) -> str:
    """What an open unit means for the column."""
    if column["said_from"] == units.UNKNOWN:
        return f"请选择（写的是“{column['words']}”）"
    if column["said_from"] == units.DEFAULT:
        return "没有写明，按默认（公顷、万元）"
    return f"{units.label(column['said'])}（{_SAID[column['said_from']]}）"


def _why(column: dict[str, Any]) -> str:
    if column["by"] == mapping.REMEMBERED:
        return f"贵单位 {column['on']} 选定"
    if column["by"]:
        return _WHY[column["by"]]
    return words.unrecorded(column["heading"])


def _numeric(samples: list[str]) -> bool:
    """Whether the column may be an area or an amount."""
    for sample in samples:
        try:
            if parse_decimal(sample) is not None:
                return True
        except ValueError:
            continue
    return False
