"""One record → what the row states: the parcel, its approval, its facts, and its problems.

The ledger is the sender's account of a parcel in one line; here it becomes dated facts. A blank
cell states nothing: it neither records nor erases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tuban.law import model as law
from tuban.law.model import FactKind, IdleCause, Payload, RecoveryRoute, StartTest, SupplyMode
from tuban.parcels.imports import cells, rowchecks
from tuban.parcels.imports.ledger import BY_KEY, DISPOSALS, REQUIRED_KEYS
from tuban.parcels.imports.mapping import Mapping
from tuban.parcels.imports.problems import ERROR, REMARK, Problem
from tuban.parcels.imports.sheets import Record
from tuban.values.area import Area
from tuban.values.dates import PRECISION_LABELS, LegalDate

PARCEL_KEYS = ("name", "location", "use", "holder", "holder_uscc", "permit_no")


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact as the row states it. `key` is the column of its date, where objections are shown."""

    kind: FactKind
    on: date
    precision: str
    payload: Payload
    key: str
    paper_no: str = ""


@dataclass(slots=True)
class Stated:
    """What one row states. `parcel` holds only what the row gives."""

    row_no: int
    region: str | None = None
    parcel_no: str | None = None
    parcel: dict[str, str] = field(default_factory=dict)
    approval: dict[str, str] | None = None
    facts: list[StatedFact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether the row must wait."""
        return any(problem.level == ERROR for problem in self.problems)


def state(record: Record, mapping: Mapping) -> Stated:
    """Reads every cell of the record and makes of them what the row states."""
    row = Row(record, mapping)
    stated = row.stated
    stated.region = row.text("region")
    stated.parcel_no = row.text("parcel_no")
    stated.parcel = {key: text for key in PARCEL_KEYS if (text := row.text(key)) is not None}
    _approval(row)
    _supply(row)
    _agreement(row)
    _building(row)
    _idleness(row)
    _disposal(row)
    rowchecks.check(row)
    if not stated.facts and not stated.has_errors:
        row.problem(
            "no_facts", "", "本行没有批准、供应、动工、认定、处置等任何事实。", "至少填写一项"
        )
    return stated


class Row:
    """The cells of one record, read once each, and what is found wrong with them.

    Attributes:
        values: Every cell that holds something and could be read.
        days: Those of them that are dates.
        unread: Columns whose cell could not be read: its own problem says why.
    """

    def __init__(self, record: Record, mapping: Mapping) -> None:
        self.record = record
        self.stated = Stated(record.row_no, problems=list(record.problems))
        spoiled = {p.key for p in record.problems if p.code == "merged_cell"}
        self.values: dict[str, cells.Value] = {}
        self.days: dict[str, LegalDate] = {}
        self.unread = set(spoiled)
        for key, cell in record.cells.items():
            if cell == "" or key in spoiled:
                continue
            value = cells.read(key, cell, mapping.placed[key])
            if isinstance(value, Problem):
                self.stated.problems.append(value)
                self.unread.add(key)
            elif value is not None:
                self.values[key] = value
                if isinstance(value, LegalDate):
                    self.days[key] = value
                    if value.precision != "day":
                        self._imprecise(key, value)
        for key in REQUIRED_KEYS - self.values.keys() - self.unread:
            self.problem("required", key, f"“{BY_KEY[key].heading}”不能为空。", "补填")

    def _imprecise(self, key: str, value: LegalDate) -> None:
        precision = PRECISION_LABELS[value.precision]
        self.problem(
            "imprecise_date",
            key,
            f"日期只到{precision}，按 {value.on} 计，并标记“精度：{precision}”。",
            "有准确日期时补填",
            level=REMARK,
        )

    def text(self, key: str) -> str | None:
        """A text, code or choice."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def day(self, key: str) -> LegalDate | None:
        """A date."""
        return self.days.get(key)

    def area(self, key: str) -> Area | None:
        """An area as printed."""
        value = self.values.get(key)
        return value if isinstance(value, Area) else None

    def problem(
        self, code: str, key: str, message: str, remedy: str, *, level: str = ERROR
    ) -> None:
        """Adds a problem, unless the cell it points at could not be read in the first place."""
        if key and key in self.unread:
            return
        stated = self.shown(key) if key else ""
        self.stated.problems.append(Problem(code, key, stated, message, remedy, level))

    def shown(self, key: str) -> str:
        """The cell as a person sees it in the file; empty where there is none."""
        return cells.shown(self.record.cells.get(key, ""))

    def needs(self, key: str, because: str) -> None:
        """A cell that must be filled because another one is."""
        if key not in self.values:
            heading = BY_KEY[key].heading
            self.problem("incomplete", key, f"填了{because}，缺{heading}。", f"补填{heading}")

    def fact(
        self, kind: FactKind, day: LegalDate, key: str, payload: Payload, *, paper_no: str = ""
    ) -> None:
        """Adds a fact dated by the column `key`."""
        self.stated.facts.append(StatedFact(kind, day.on, day.precision, payload, key, paper_no))


def _approval(row: Row) -> None:
    """批准: number, date and area belong together; an idle ledger names none of them."""
    number, day, area = row.text("approval_no"), row.day("approved_on"), row.area("approved_area")
    if number is not None:
        row.stated.approval = {
            "doc_no": number,
            "name": row.text("batch_name") or "",
            "approved_on": day.on.isoformat() if day is not None else "",
        }
    if number is None and day is None and area is None:
        return
    for key, because in (
        ("approval_no", "批准日期或批准面积"),
        ("approved_on", "批准文号或批准面积"),
        ("approved_area", "批准文号或批准日期"),
    ):
        row.needs(key, because)
    if number is None or day is None or area is None:
        return
    if not area.value:
        row.problem("zero_area", "approved_area", "批准面积是 0。", "填写本地块的批准面积")
        return
    row.fact(FactKind.APPROVED, day, "approved_on", law.Approved(area), paper_no=number)


def _supply(row: Row) -> None:
    """供应: an area of nothing without a date means not supplied yet."""
    day, area = row.day("supplied_on"), row.area("supplied_area")
    if day is None and (area is None or not area.value):
        others = [k for k in ("contract_no", "supply_mode", "price") if k in row.values]
        for key in others[:1]:
            row.needs("supplied_on", BY_KEY[key].heading)
        return
    row.needs("supplied_on", "已供面积")
    row.needs("supplied_area", "合同签订日期")
    if day is None or area is None:
        return
    if not area.value:
        row.problem("zero_area", "supplied_area", "签了合同，已供面积却是 0。", "填写合同面积")
        return
    mode, price = row.text("supply_mode"), row.values.get("price")
    contract_no = row.text("contract_no")
    supplied = law.Supplied(
        area,
        SupplyMode(mode) if mode is not None else None,
        contract_no,
        price if isinstance(price, Decimal) else None,
    )
    row.fact(FactKind.SUPPLIED, day, "supplied_on", supplied, paper_no=contract_no or "")


def _agreement(row: Row) -> None:
    """交地 and 约定动工: the agreement is dated by the contract that holds it."""
    delivered = row.day("delivered_on")
    if delivered is not None:
        row.fact(FactKind.DELIVERED, delivered, "delivered_on", law.Delivered())
    start, complete, signed = row.day("start_due"), row.day("complete_due"), row.day("supplied_on")
    if start is None:
        if complete is not None:
            row.problem(
                "not_recorded",
                "complete_due",
                "约定竣工日期随约定动工日期登记；本行没有约定动工日期，这一项没有登记。",
                "补填约定动工日期",
                level=REMARK,
            )
        return
    row.needs("supplied_on", "约定动工日期")
    if signed is not None:
        agreed = law.StartAgreed(start.on, complete.on if complete is not None else None)
        paper_no = row.text("contract_no") or ""
        row.fact(FactKind.START_AGREED, signed, "start_due", agreed, paper_no=paper_no)


def _building(row: Row) -> None:
    """动工 and 竣工: a start is proven by permit and physical test, else it is only reported."""
    started, completed = row.day("started_on"), row.day("completed_on")
    permit, test = row.text("permit_no"), row.text("start_test")
    if started is not None and permit and test:
        proven = law.Started(permit, StartTest(test))
        row.fact(FactKind.STARTED, started, "started_on", proven)
    elif started is not None:
        row.fact(FactKind.START_REPORTED, started, "started_on", law.StartReported())
    if started is None and test:
        row.needs("started_on", "动工认定情形")
    elif started is not None and test and not permit:
        row.problem(
            "start_unproven",
            "permit_no",
            "有动工认定情形而无施工许可证号，按申报动工登记（证据不足）。",
            "补填施工许可证号",
            level=REMARK,
        )
    if completed is not None:
        row.fact(FactKind.COMPLETED, completed, "completed_on", law.Completed())


def _idleness(row: Row) -> None:
    """闲置认定 and intervals that do not count."""
    recognised, given = row.day("recognised_on"), row.text("idle_cause")
    since, until = row.day("excluded_from"), row.day("excluded_to")
    cause = IdleCause(given) if given is not None else None
    if recognised is not None:
        found = law.RecognisedIdle(cause)
        row.fact(FactKind.RECOGNISED_IDLE, recognised, "recognised_on", found)
    if since is not None:
        row.needs("idle_cause", "不计入期间起")
        if cause is not None:
            last_day = until.on if until is not None else None
            interval = law.Excluded(last_day, cause, confirmed=True)
            row.fact(FactKind.EXCLUDED, since, "excluded_from", interval)
    elif until is not None:
        row.needs("excluded_from", "不计入期间止")
    elif cause is not None and recognised is None:
        row.problem(
            "not_recorded",
            "idle_cause",
            "闲置原因随闲置认定或不计入期间登记；本行两者都没有，这一项没有登记。",
            "已认定的补填闲置认定日期",
            level=REMARK,
        )


def _disposal(row: Row) -> None:
    """处置: each way of disposal is a fact of its own kind."""
    way, day, area = row.text("disposal"), row.day("disposed_on"), row.area("disposed_area")
    fresh = row.day("new_start_due")
    if way is None:
        for key in ("disposed_on", "disposed_area", "new_start_due"):
            if key in row.values:
                row.needs("disposal", BY_KEY[key].heading)
                break
        return
    label = next(choice.label for choice in DISPOSALS if choice.value == way)
    row.needs("disposed_on", f"处置方式“{label}”")
    if way == "start_reagreed":
        row.needs("new_start_due", f"处置方式“{label}”")
    if way == "withdrawn":
        row.needs("disposed_area", f"处置方式“{label}”")
    if area is not None and not area.value:
        row.problem("zero_area", "disposed_area", "处置面积是 0。", "填写面积，或留空表示全部")
        return
    if day is None:
        return
    if way == "start_reagreed" and fresh is not None:
        row.fact(FactKind.START_REAGREED, day, "disposed_on", law.StartReagreed(fresh.on))
    elif way in {"recovered_paid", "recovered_free"}:
        route = RecoveryRoute(way.removeprefix("recovered_"))
        row.fact(FactKind.RECOVERED, day, "disposed_on", law.Recovered(route, area))
    elif way == "withdrawn" and area is not None:
        row.fact(FactKind.WITHDRAWN, day, "disposed_on", law.Withdrawn(area))
    elif way == "lapsed":
        row.fact(FactKind.LAPSED, day, "disposed_on", law.Lapsed(area))
