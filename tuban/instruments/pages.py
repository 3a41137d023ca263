"""Pages of plans in force: the list, one plan, the matrix of targets, parent and child."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

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
    Layer,
    Target,
    TargetRole,
    Task,
)
from tuban.instruments.queries import area_of, targets_on
from tuban.regions.models import Level, Region
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
    open_drafts = drafts_for(user).exclude(state__in=(DraftState.IN_FORCE, DraftState.DROPPED))
    drafts = tuple(
        open_drafts.defer("reading")
        .select_related("region", "uploaded_by__post__organisation")
        .annotate(changes=Count("corrections"))[:100]
    )
    found = instruments_for(user)
    pages = pager(query, found.count())
    rows = (
        found.defer("text")
        .select_related("region", "replaces")
        .annotate(
            task_count=Count("tasks", distinct=True), target_count=Count("targets", distinct=True)
        )
        .order_by("-issued_on", "-pk")
    )
    return PlansPage(
        drafts=drafts,
        instruments=tuple(rows[pages.window]),
        pager=pages,
        may_act=may(user, "confirm_plan"),
        goes_on=any(draft.state == DraftState.READING for draft in drafts),
    )


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

    no: str
    title: str
    lead: list[str]
    support: list[str]
    supervise: list[str]
    due: tuple[str, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    """One plan in force."""

    instrument: Instrument
    tasks: tuple[TaskRow, ...]
    targets: tuple[TargetRow, ...]
    findings: tuple[FindingRow, ...]
    log: tuple[LogItem, ...]
    draft: Draft | None
    replaced_by: Instrument | None
    parent: Instrument | None


def instrument_page(user: User, instrument: Instrument) -> InstrumentPage:
    """The plan with what stands by it; the draft only for those who may see its review."""
    draft = drafts_for(user).filter(instrument=instrument).select_related("region").first()
    words = acknowledged(draft) if draft else {}
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
        draft=draft,
        replaced_by=instruments_for(user).filter(replaces=instrument).first(),
        parent=parents_of(user, instrument).first(),
    )


def _task(task: Task) -> TaskRow:
    return TaskRow(
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


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One figure of the matrix: printed words, held value where corrected, its plan."""

    target: Target | None

    @property
    def area_m2(self) -> Fraction | None:
        """Exact, None where blank or absent."""
        return area_of(self.target) if self.target else None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A 旗区, or the city's 载明 or 计算 line."""

    label: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """目标矩阵 of one subject on a day: decomposed figures by place and year, delegated beside.

    Attributes:
        years: Target years; `None` closes the row: the printed total of the term.
        sums: 计算数 of each column, None where a part is missing.
        delegated: Figures that came from above, as printed.
    """

    subject: Subject
    years: tuple[int, ...]
    rows: tuple[MatrixRow, ...]
    printed: MatrixRow
    sums: tuple[Fraction | None, ...]
    delegated: tuple[Target, ...]
    instruments: tuple[Instrument, ...]
    provisional: bool

    @property
    def has_measure(self) -> bool:
        """Whether progress is counted."""
        return bool(self.subject.flow)

    @property
    def compared(self) -> tuple[tuple[MatrixCell, Fraction | None, Fraction | None], ...]:
        """City line: printed cell, computed sum, 计算数 − 载明数 where both are known."""
        return tuple(
            (
                cell,
                total,
                None if total is None or cell.area_m2 is None else total - cell.area_m2,
            )
            for cell, total in zip(self.printed.cells, self.sums, strict=True)
        )


def matrix(user: User, subject_key: str, on: date) -> Matrix:
    """The matrix of a subject as it stands on the day."""
    subject = next((each for each in SUBJECTS if each.key == subject_key), SUBJECTS[0])
    rows = [row for row in targets_on(on, with_set_aside=True) if _is_yearly(row, subject)]
    by_place = {(row.region_id, row.year, row.role): row for row in rows}
    years = tuple(sorted({row.year for row in rows if row.year is not None}))
    regions = list(Region.objects.defer("boundary").order_by("sort", "code"))
    city = next(region for region in regions if region.level == Level.CITY)
    banners = [region for region in regions if region.level == Level.COUNTY]
    lines = tuple(
        MatrixRow(
            region.name,
            tuple(MatrixCell(by_place.get((region.code, y, TargetRole.CELL))) for y in years),
        )
        for region in banners
    )
    return Matrix(
        subject=subject,
        years=years,
        rows=tuple(line for line in lines if any(cell.target for cell in line.cells)),
        printed=MatrixRow(
            "全市（载明数）",
            tuple(MatrixCell(by_place.get((city.code, y, TargetRole.TOTAL))) for y in years),
        ),
        sums=tuple(_sum([line.cells[at] for line in lines]) for at in range(len(years))),
        delegated=_delegated(user, subject),
        instruments=_plans_of(user, rows),
        provisional=any(row.provisional for row in rows),
    )


def _is_yearly(row: Target, subject: Subject) -> bool:
    if row.year is None or subject_of(row.metric) is not subject:
        return False
    return not subject.flow or row.measure_code == subject.flow


def _sum(cells: Sequence[MatrixCell]) -> Fraction | None:
    """Of the places a plan prints; one left blank makes the sum unknown: missing is not zero."""
    listed = [cell for cell in cells if cell.target is not None]
    known = [cell.area_m2 for cell in listed]
    if not known or any(value is None for value in known):
        return None
    return sum((value for value in known if value is not None), Fraction(0))


def _delegated(user: User, subject: Subject) -> tuple[Target, ...]:
    """Figures of the layer 下达 in plans this post may read."""
    rows = (
        Target.objects.filter(layer=Layer.DELEGATED, instrument__in=instruments_for(user))
        .select_related("instrument", "region")
        .order_by("instrument", "start")
    )
    return tuple(row for row in rows if subject_of(row.metric) is subject)


def _plans_of(user: User, rows: Iterable[Target]) -> tuple[Instrument, ...]:
    """The plans the figures come from, as far as this post may open them."""
    found = instruments_for(user).filter(pk__in={row.instrument_id for row in rows})
    return tuple(found.defer("text").select_related("replaces").order_by("issued_on", "pk"))
