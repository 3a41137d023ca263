"""What the parcel pages show: one frozen dataclass a page, complete before the template begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.http import QueryDict

from tuban.accounts.access import may, region_codes
from tuban.accounts.models import User
from tuban.law.facts import choice_label
from tuban.law.model import IdleCause
from tuban.law.period import Ground, Period, Stage, Warning_
from tuban.parcels import paging
from tuban.parcels.band import Band, draw
from tuban.parcels.dates import KeyDates, key_dates
from tuban.parcels.extent import Extent, extent
from tuban.parcels.filters import Chip, FilterForm, chips, form_for
from tuban.parcels.lineage import Delivery, lineage
from tuban.parcels.models import Fact, Parcel, ParcelPhase
from tuban.parcels.queries import (
    FactLine,
    ParcelFilter,
    ParcelRecord,
    StageSum,
    filtered,
    sums,
    total,
)
from tuban.parcels.words import content, paper
from tuban.values.area import Unit
from tuban.web.paging import Pager, pager
from tuban.web.templatetags.tuban import stage_look

TABS = ("facts", "grounds", "sources")
DUE_SOON_DAYS = 14
DUE_AHEAD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Due:
    """下一时限 and its light."""

    on: date
    kind: str
    days_left: int
    colour: str
    word: str


def due(on: date, next_on: date | None, kind: str | None) -> Due | None:
    """The next date that comes by time alone; None where there is none."""
    if next_on is None:
        return None
    days_left = (next_on - on).days
    if days_left <= DUE_SOON_DAYS:
        colour, word = "yellow", "临期"
    elif days_left <= DUE_AHEAD_DAYS:
        colour, word = "blue", "提醒"
    else:
        colour, word = "green", "正常"
    return Due(next_on, kind or "", days_left, colour, word)


@dataclass(frozen=True, slots=True)
class View:
    """视图: a ready-made set of conditions with its count."""

    title: str
    count: int | None
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the list."""

    phase: ParcelPhase
    due: Due | None


@dataclass(frozen=True, slots=True)
class Summed:
    """筛选合计."""

    by_stage: tuple[StageSum, ...]

    @property
    def count(self) -> int:
        """宗数."""
        return self.count_of(())

    def count_of(self, stages: tuple[Stage, ...]) -> int:
        """宗数 of some stages; of all where none is named."""
        return sum(item.count for item in self.by_stage if not stages or item.stage in stages)

    @property
    def approved_m2(self) -> Fraction | None:
        """Of the approved areas."""
        return total(self.by_stage, "approved_m2")

    @property
    def unsupplied_m2(self) -> Fraction | None:
        """Of the unsupplied areas."""
        return total(self.by_stage, "unsupplied_m2")

    @property
    def idle_m2(self) -> Fraction | None:
        """Of the idle areas, suspected ones included where the stage says so."""
        return total(self.by_stage, "idle_m2")


@dataclass(frozen=True, slots=True)
class ListPage:
    """地块清单.

    Attributes:
        listed: Sums of the whole filtered set; None where they take longer than the page waits,
            and are fetched after it.
        in_scope: Parcels in the post's scope; None likewise.
    """

    form: FilterForm
    listed: Summed | None
    rows: tuple[ListRow, ...]
    views: tuple[View, ...]
    chips: tuple[Chip, ...]
    pager: Pager
    sort: str
    descending: bool
    query: str
    in_scope: int | None


_VIEWS: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    ("全部", ()),
    ("批而未供", (Stage.UNSUPPLIED,)),
    ("闲置与疑似闲置", (Stage.SUSPECTED_IDLE, Stage.IDLE)),
    ("逾期未动工", (Stage.OVERDUE_START,)),
    ("无法计算", (Stage.UNDETERMINED,)),
)


PATIENCE_MS = 80
"""How long a page of the list waits for its sums; they are fetched after it when they take longer."""


def list_page(user: User, query: QueryDict, *, unit: Unit, on: date) -> ListPage:
    """The list the URL asks for. `?sums=1` waits for the sums, however long they take."""
    form = form_for(user, query)
    wanted = form.wanted(unit)
    patience = None if query.get("sums") else PATIENCE_MS
    rows = filtered(user, wanted, on)
    whole = ParcelFilter(sort=wanted.sort, descending=wanted.descending)
    both = {wanted: rows, whole: filtered(user, whole, on)}
    summed = [_summed(found) for found in sums(user, both, on, within_ms=patience)]
    listed, everything = summed[0], summed[-1]  # one and the same where nothing is filtered
    asked = pager(query, listed.count if listed else None)
    page = paging.read(user, rows, wanted, on, asked, query.get("from", ""))
    active = chips(form, query, unit)
    return ListPage(
        form=form,
        listed=listed,
        rows=tuple(ListRow(phase, due(on, phase.next_on, phase.next_kind)) for phase in page.rows),
        views=tuple(_view(title, stages, everything, wanted, active) for title, stages in _VIEWS),
        chips=active,
        pager=replace(
            asked,
            page=page.number,
            pages=asked.pages if listed else page.number + page.more,
            begins=page.begins,
        ),
        sort=wanted.sort,
        descending=wanted.descending,
        query=_own_query(query),
        in_scope=everything.count if everything else None,
    )


def _own_query(query: QueryDict) -> str:
    """The address's conditions, without where its page stands."""
    own = query.copy()
    for name in ("from", "sums"):
        own.pop(name, None)
    return own.urlencode()


def _summed(by_stage: tuple[StageSum, ...] | None) -> Summed | None:
    return None if by_stage is None else Summed(by_stage)


def _view(
    title: str,
    stages: tuple[Stage, ...],
    everything: Summed | None,
    wanted: ParcelFilter,
    active: tuple[Chip, ...],
) -> View:
    """A view's tab; it is current when its conditions are all there are."""
    conditions = 1 if stages else 0
    return View(
        title=title,
        count=everything.count_of(stages) if everything else None,
        query="&".join(f"stage={stage.value}" for stage in stages),
        current=len(active) == conditions and set(wanted.stages) == set(stages),
    )


@dataclass(frozen=True, slots=True)
class GroundLine:
    """One ground of one period, as the table of grounds lists it."""

    period: Period
    ground: Ground
    first: bool
    now: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact with its content and paper in words."""

    line: FactLine
    content: str
    paper: str

    @property
    def fact(self) -> Fact:
        """The fact."""
        return self.line.fact


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """一宗地块."""

    record: ParcelRecord
    band: Band | None
    due: Due | None
    tab: str
    facts: tuple[FactRow, ...]
    grounds: tuple[GroundLine, ...]
    unverified: int
    dates: KeyDates
    may_record: bool
    may_review: bool
    whole: bool
    extent: Extent | None
    lineage: tuple[Delivery, ...]

    @property
    def parcel(self) -> Parcel:
        """The parcel."""
        return self.record.parcel

    @property
    def now(self) -> Period | None:
        """Period on the as-of day."""
        return self.record.now

    @property
    def warnings(self) -> tuple[Warning_, ...]:
        """What the timeline had to settle."""
        return self.record.timeline.warnings

    @property
    def cause_words(self) -> str:
        """闲置原因 beside the stage; empty where none was recorded."""
        return choice_label(IdleCause(self.now.cause)) if self.now and self.now.cause else ""

    @property
    def look(self) -> str:
        """Look of the stage, for the drawing of the boundary."""
        return stage_look(self.now.stage, self.now.flags) if self.now else "unknown"

    @property
    def larger_m2(self) -> Fraction | None:
        """The area the head of the page names: approved, else supplied."""
        if self.now is None:
            return None
        return self.now.approved_m2 or self.now.supplied_m2


def parcel_page(
    user: User, record: ParcelRecord, *, on: date, today: date, whole: bool, tab: str
) -> ParcelPage:
    """The page of one parcel as of a day. On an earlier day editing is off."""
    lines = tuple(
        GroundLine(period, ground, position == 0, period is record.now)
        for period in reversed(record.timeline.periods)
        for position, ground in enumerate(period.grounds)
    )
    now = record.now
    inside = record.parcel.region_id in region_codes(user)
    return ParcelPage(
        record=record,
        band=draw(record, on=on, today=today, whole=whole),
        due=due(on, now.next_on, now.next_kind) if now else None,
        tab=tab if tab in TABS else TABS[0],
        facts=tuple(FactRow(line, content(line.fact), paper(line.fact)) for line in record.facts),
        grounds=lines,
        unverified=len({line.ground.rule for line in lines if not line.ground.verified}),
        dates=key_dates(record, on),
        may_record=inside and on >= today and may(user, "record_fact"),
        may_review=inside and on >= today and may(user, "review_fact"),
        whole=whole,
        extent=extent(user, record.parcel, on),
        lineage=lineage(user, record.parcel),
    )
