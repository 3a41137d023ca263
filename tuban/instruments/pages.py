"""Pages of plans in force: the list, one plan, the matrix of targets, parent and child."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import QueryDict

from tuban.accounts.access import may
from tuban.accounts.models import User
from tuban.instruments.access import drafts_for, instruments_for
from tuban.instruments.binding import SUBJECTS, Subject, subject_of
from tuban.instruments.desk.actions import acknowledged
from tuban.instruments.desk.review import LogItem, log_of
from tuban.instruments.desk.words import norm_words, value_words
from tuban.instruments.differences import Difference, Figure, differences
from tuban.instruments.findings import LIGHTS, SEVERITIES, key_of
from tuban.instruments.models import (
    Draft,
    DraftState,
    Instrument,
    Target,
    TargetRole,
    Task,
)
from tuban.instruments.queries import area_of
from tuban.web.paging import Pager, pager


@dataclass(frozen=True, slots=True)
class PlansPage:
    """The list: drafts still under review above, plans in force below."""

    drafts: tuple[Draft, ...]
    instruments: tuple[Instrument, ...]
    pager: Pager
    may_act: bool
    goes_on: bool


def plans_page(user: User, query: QueryDict) -> PlansPage:
    """Plans of the post's region, of the city above it, and of places below."""
    drafts = tuple(open_drafts(user)[:100])
    pages = pager(query, instruments_for(user).count())
    return PlansPage(
        drafts=drafts,
        instruments=tuple(standing_plans(user)[pages.window]),
        pager=pages,
        may_act=may(user, "confirm_plan"),
        goes_on=any(draft.state == DraftState.READING for draft in drafts),
    )


def open_drafts(user: User) -> QuerySet[Draft]:
    """Plans under review, the newest first, with `changes`: how many corrections each has."""
    found = drafts_for(user).exclude(state__in=(DraftState.IN_FORCE, DraftState.DROPPED))
    people = found.select_related("region", "uploaded_by__post__organisation")
    counted = people.defer("reading").annotate(changes=Count("corrections"))
    return counted.order_by("-uploaded_at", "-id")  # a counted query forgets the model's order


def standing_plans(user: User) -> QuerySet[Instrument]:
    """Plans in force, the newest first, with `task_count` and `target_count`."""
    found = instruments_for(user).defer("text").select_related("region", "replaces")
    counted = found.annotate(
        task_count=Count("tasks", distinct=True), target_count=Count("targets", distinct=True)
    )
    return counted.order_by("-issued_on", "-pk")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as listed. `value` differs from the printed number only where it was corrected."""

    target: Target
    subject: Subject | None
    has_measure: bool

    @property
    def held(self) -> str:
        """The number held, without zeros behind it that nobody printed."""
        value = self.target.value
        if value is None:
            return ""
        text = format(value, "f").rstrip("0").rstrip(".")
        decimals = 0 if self.target.corrected else self.target.decimals
        return f"{value:.{decimals}f}" if len(text.partition(".")[2]) < decimals else text

    @property
    def data_words(self) -> str:
        """Whether anything counts what is done: a measure, only single years of it, or nothing."""
        if self.has_measure:
            return "有指标"
        return "按年度计" if self.subject and self.subject.flow else "尚无数据来源"

    @property
    def binding_words(self) -> str:
        """Whether the figure binds, where there was a question."""
        return {True: "", False: "并列，不为准", None: "待发文机关答复"}[self.target.binding]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding of a plan in force."""

    light: str
    word: str
    kind: str
    message: str
    decided: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as listed; `due` its deadlines in words, printed words first."""

    pk: int
    no: str
    title: str
    lead: list[str]
    support: list[str]
    supervise: list[str]
    due: tuple[str, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    """One plan in force.

    Attributes:
        reviewed: It has a review page that this post may open.
        has_original: It came as a file, which is kept.
    """

    instrument: Instrument
    tasks: tuple[TaskRow, ...]
    targets: tuple[TargetRow, ...]
    findings: tuple[FindingRow, ...]
    log: tuple[LogItem, ...]
    reviewed: bool
    has_original: bool
    replaced_by: Instrument | None
    parent: Instrument | None


def instrument_page(user: User, instrument: Instrument) -> InstrumentPage:
    """The plan with all that stands by it, its corrections for everyone who may read it."""
    draft = Draft.objects.filter(instrument=instrument).first()
    words = acknowledged(draft) if draft else {}
    reviewed = drafts_for(user).filter(instrument=instrument).exists()
    return InstrumentPage(
        instrument=instrument,
        tasks=tuple(_task(task) for task in instrument.tasks.all()),
        targets=tuple(
            TargetRow(target, subject_of(target.metric), bool(target.measure_code))
            for target in instrument.targets.select_related("region").order_by("start", "pk")
        ),
        findings=tuple(
            FindingRow(
                LIGHTS[each["severity"]],
                SEVERITIES[each["severity"]],
                each["class"],
                each["message"],
                value_words("findings/", words[key_of(each)]) if key_of(each) in words else "",
            )
            for each in instrument.findings
        ),
        log=log_of(draft) if draft else (),
        reviewed=reviewed,
        has_original=reviewed and bool(draft and draft.sha256),
        replaced_by=instruments_for(user).filter(replaces=instrument).first(),
        parent=parents_of(user, instrument).first(),
    )


def _task(task: Task) -> TaskRow:
    return TaskRow(
        pk=task.pk,
        no=task.no,
        title=task.title,
        lead=task.lead,
        support=task.support,
        supervise=task.supervise,
        due=tuple(
            f"{each['raw']}（{norm_words(each['kind'], each['norm'])}）" for each in task.deadlines
        ),
        corrected=task.corrected,
    )


def parents_of(user: User, instrument: Instrument) -> QuerySet[Instrument]:
    """Plans of the place above that print figures for this plan's region, the newest first."""
    above = instruments_for(user).filter(
        region=instrument.region.parent_id, targets__region=instrument.region_id
    )
    return above.distinct().defer("text").order_by("-issued_on", "-pk")


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """上下级差异 of a plan and the one above it."""

    instrument: Instrument
    parent: Instrument | None
    rows: tuple[tuple[str, Difference], ...]
    differing: int


def difference_page(user: User, instrument: Instrument) -> DifferencePage:
    """The banner's own figures against the city's row for it."""
    parent = parents_of(user, instrument).first()
    rows: list[Difference] = []
    if parent is not None:
        own = instrument.targets.filter(region=instrument.region)
        above = parent.targets.filter(region=instrument.region, role=TargetRole.CELL)
        rows = differences(_figures(own, terms=True), _figures(above, terms=False))
    titles = {subject.key: subject.title for subject in SUBJECTS}
    return DifferencePage(
        instrument=instrument,
        parent=parent,
        rows=tuple((titles[row.subject], row) for row in rows),
        differing=sum(row.verdict == "不一致" for row in rows),
    )


def _figures(rows: Iterable[Target], *, terms: bool) -> list[Figure]:
    """Yearly figures of known subjects, and those of the whole term where asked for."""
    found = []
    for row in rows:
        subject, m2 = subject_of(row.metric), area_of(row)
        if subject is None or m2 is None or row.role == TargetRole.BASE:
            continue
        is_rest = bool(subject.stock) and row.measure_code == subject.stock
        if is_rest or (row.year is None and not terms):
            continue
        found.append(Figure(subject.key, row.year, m2, f"{row.printed}", row.pk))
    return found
