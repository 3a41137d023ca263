"""核对页: what the review page shows of a draft, document and extraction side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuban.accounts.access import may
from tuban.accounts.models import User
from tuban.documents.places import issuing_place
from tuban.instruments.corrected import Json
from tuban.instruments.desk import actions
from tuban.instruments.desk.items import (
    CellItem,
    FindingItem,
    Line,
    LogItem,
    TableItem,
    TaskItem,
)
from tuban.instruments.desk.marks import Block, blocks_of, marks_of
from tuban.instruments.desk.words import (
    DIRECTIONS,
    FIELDS,
    FLAGS,
    LAYERS,
    cite,
    norm_words,
    place_words,
    value_words,
)
from tuban.instruments.findings import (
    LIGHTS,
    SEVERITIES,
    key_of,
    must_be_acknowledged,
    open_findings,
    path_of,
)
from tuban.instruments.models import Correction, Draft, DraftState
from tuban.values.places import REGIONS

_HIGH, _FAIR = 0.9, 0.6
_BARS = 4


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the panel."""

    key: str
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Review:
    """The whole page."""

    draft: Draft
    title: str
    blocks: tuple[Block, ...]
    header: tuple[Line, ...]
    clauses: tuple[tuple[str, str, str, int], ...]
    tasks: tuple[TaskItem, ...]
    targets: tuple[Line, ...]
    tables: tuple[TableItem, ...]
    findings: tuple[FindingItem, ...]
    log: tuple[LogItem, ...]
    waiting: int
    may_act: bool

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Parts of the panel with their counts."""
        return (
            Tab("header", "表头", None),
            Tab("clauses", "条款", len(self.clauses)),
            Tab("tasks", "任务", len(self.tasks)),
            Tab("targets", "目标", len(self.targets)),
            Tab("tables", "表格", len(self.tables)),
            Tab("findings", "核对发现", len(self.findings)),
            Tab("log", "纠正记录", len(self.log)),
        )


def review_page(user: User, draft: Draft) -> Review:
    """The page of a draft that was read."""
    reading = actions.corrected_reading(draft)
    words = actions.acknowledged(draft)
    marks = marks_of(reading, draft.findings)
    return Review(
        draft=draft,
        title=" ".join(filter(None, (reading["header"]["doc_no"], _short_title(reading)))),
        blocks=tuple(blocks_of(reading, marks)),
        header=_header(reading),
        clauses=tuple(
            (c["id"], cite(reading["clauses"], c["id"]), c["title"], c["span"][0])
            for c in reading["clauses"]
        ),
        tasks=tuple(_task(at, task) for at, task in enumerate(reading["tasks"])),
        targets=_targets(reading),
        tables=tuple(_table(reading, at) for at in range(len(reading["tables"]))),
        findings=tuple(_finding(reading, each, words) for each in _by_weight(draft.findings)),
        log=log_of(draft),
        waiting=len(open_findings(draft.findings, words)),
        may_act=draft.state == DraftState.PENDING and may(user, "confirm_plan"),
    )


def _short_title(reading: Json) -> str:
    """The plan's own title, without the notice that carries it; the file's name without one."""
    header = reading["header"]
    title: str = header["plan_title"] or header["title"] or reading["source"]["name"]
    return title


def log_of(draft: Draft) -> tuple[LogItem, ...]:
    """纠正记录 of a draft, the newest first."""
    made = draft.corrections.select_related("made_by__post__organisation")
    return log_items(draft, list(made))[::-1]


def log_items(draft: Draft, made: list[Correction]) -> tuple[LogItem, ...]:
    """Corrections in words, in their order."""
    reading = actions.corrected_reading(draft)
    known = [*draft.findings, *(draft.reading or {}).get("findings", ())]
    return tuple(
        LogItem(
            version=each.version,
            where=place_words(reading, known, each.path),
            old=value_words(each.path, each.old),
            new=value_words(each.path, each.new),
            reason=each.reason,
            by=str(each.made_by),
            at=each.made_at,
        )
        for each in made
    )


def _header(reading: Mapping[str, Any]) -> tuple[Line, ...]:
    header = reading["header"]
    spans = header["spans"]
    lines = []
    for name in ("title", "doc_no", "issuer", "date", "recipients"):
        span = spans.get(name)
        start = span[0] if span and isinstance(span[0], int) else None
        lines.append(Line(FIELDS[name], header[name] or "—", "header", start))
    code = header.get("region_code") or issuing_place(header["issuer"])[1]
    lines.append(Line("适用地区", REGIONS.get(code or "", "—（未指定）"), "header", None))
    return tuple(lines)


def _task(at: int, task: Json) -> TaskItem:
    path = f"tasks/{at}"
    share = float(task["confidence"])
    filled = 4 if share >= _HIGH else 3 if share >= _FAIR else 2
    return TaskItem(
        no=task["no"],
        title=task["title"],
        path=path,
        start=task["span"][0],
        units=tuple(
            (FIELDS[role], "、".join(task[role]) or "（没有写明）")
            for role in ("lead", "support", "supervise")
            if task[role] or role == "lead"
        ),
        deadlines=tuple(
            _deadline(f"{path}/deadlines/{which}", each)
            for which, each in enumerate(task["deadlines"])
        ),
        targets=tuple(
            _target(f"{path}/targets/{which}", each) for which, each in enumerate(task["targets"])
        ),
        next_deadline=f"{path}/deadlines/{len(task['deadlines'])}",
        bars=tuple(bar < filled for bar in range(_BARS)),
        confidence={4: "高", 3: "较高", 2: "低"}[filled],
        struck=bool(task.get("struck")),
        corrected=bool(task.get("corrected")),
    )


def _deadline(path: str, item: Json) -> Line:
    return Line(
        label="时限",
        words=norm_words(item["kind"], item["norm"]),
        path=path,
        start=item["span"][0],
        printed="" if "added" in item["flags"] else item["raw"],
        notes=tuple(filter(None, [item.get("what"), *(FLAGS.get(flag) for flag in item["flags"])])),
        struck=bool(item.get("struck")),
        corrected=bool(item.get("corrected")),
    )


def _target(path: str, item: Json) -> Line:
    when = item["year"] or item["period"] or ""
    value = f"{DIRECTIONS[item['direction']]} {item['value']} {item['unit'] or ''}".strip()
    words = f"{item['region'] or ''} {when} {item['name']} {value}"
    return Line(
        label="目标",
        words=" ".join(words.split()),
        path=path,
        start=item["span"][0],
        printed=item["raw"],
        notes=tuple(filter(None, (FLAGS.get(flag) for flag in item["flags"]))),
        struck=bool(item.get("struck")),
        corrected=bool(item.get("corrected")),
    )


def _targets(reading: Json) -> tuple[Line, ...]:
    """Targets of the text, those of tasks first."""
    of_tasks = [
        _target(f"tasks/{at}/targets/{which}", each)
        for at, task in enumerate(reading["tasks"])
        for which, each in enumerate(task["targets"])
        if not task.get("struck")
    ]
    own = [
        _target(f"document_targets/{at}", each)
        for at, each in enumerate(reading["document_targets"])
    ]
    return (*of_tasks, *own)


def _table(reading: Json, at: int) -> TableItem:
    table = reading["tables"][at]
    figures = {
        (figure["row"], figure["column"]): (f"figures/{which}", figure)
        for which, figure in enumerate(reading["figures"])
        if figure["table"] == at
    }
    check = next((c for c in reading["table_checks"] if c["table"] == at), None)
    return TableItem(
        name=table["annex"] or f"表 {at + 1}",
        caption=table["caption"] or "（无标题）",
        unit=table["unit"] or "",
        layer=LAYERS[table.get("layer", "decomposed")],
        path=f"tables/{at}",
        start=table["span"][0],
        columns=tuple(table["columns"]),
        rows=tuple(
            tuple(_cell(cell, figures.get((row, column))) for column, cell in enumerate(cells))
            for row, cells in enumerate(table["rows"])
        ),
        notes=tuple(table["notes"]),
        verdict=check["verdict"] if check else "",
        struck=bool(table.get("struck")),
    )


def _cell(printed: str | None, found: tuple[str, Json] | None) -> CellItem:
    if found is None:
        return CellItem(printed or "")
    path, figure = found
    return CellItem(
        printed=printed or "—",
        path=path,
        start=figure["span"][0],
        value=(figure["value"] or "—") if figure.get("corrected") else None,
        corrected=bool(figure.get("corrected")),
    )


def _by_weight(findings: list[Json]) -> list[Json]:
    order = list(SEVERITIES)
    return sorted(findings, key=lambda f: (not must_be_acknowledged(f), order.index(f["severity"])))


def _finding(reading: Json, finding: Json, words: Mapping[str, Json]) -> FindingItem:
    word = words.get(key_of(finding))
    text = reading["text"]
    return FindingItem(
        key=key_of(finding),
        path=path_of(finding),
        light=LIGHTS[finding["severity"]],
        word=SEVERITIES[finding["severity"]],
        kind=finding["class"],
        message=finding["message"],
        starts=tuple(
            (span[0], text[span[0] : min(span[1], span[0] + 12)].replace("\n", " ").strip())
            for span in finding["spans"][:8]
        ),
        must=must_be_acknowledged(finding),
        choice=value_words("findings/", {**word, "remark": ""}) if word else "",
        remark=word["remark"] if word else "",
    )
