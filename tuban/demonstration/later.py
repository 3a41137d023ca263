"""补记事实: what no ledger row holds or no ledger has reached yet, recorded as a clerk would.

Second supplies, supplies after recovery, what happened in September 2024, and a few records that
show how mistakes, doubts and late papers are dealt with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from tuban.demonstration.lives import DAY, LAST_LEDGER, workday
from tuban.demonstration.story import Event, Story
from tuban.law.facts import FactKind, payload_to_json
from tuban.law.model import Excluded, IdleCause, Permit, RecognisedIdle, StartAgreed, Supplied
from tuban.values.dates import add_months, add_years

FIRST_DESK_DAY, LAST_DESK_DAY = date(2024, 9, 6), date(2024, 9, 29)
RECORD, CORRECT, VOID = "record", "correct", "void"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of a clerk.

    Attributes:
        of_kind: For a correction or cancellation: kind and day of the fact it is about.
        recorded_on: The day the clerk records it.
    """

    region: str
    parcel_no: str
    act: str
    kind: str
    on: str
    payload: dict[str, Any]
    recorded_on: str
    of_kind: str = ""
    of_on: str = ""
    reason: str = ""
    evidence: str = ""

    def to_json(self) -> dict[str, Any]:
        """The entry with its empty fields left out."""
        return {key: value for key, value in asdict(self).items() if value != ""}


def entries(stories: Sequence[Story], seed: str) -> list[Entry]:
    """All later records of one 旗区 in the order in which they are recorded."""
    rng = Random(f"{seed} later")
    found = [entry for story in stories for entry in _of_story(rng, story)]
    desk = _Desk(rng, stories)
    found += desk.special_cases()
    return sorted(found, key=lambda e: (e.recorded_on, e.parcel_no))


def _of_story(rng: Random, story: Story) -> Iterator[Entry]:
    """Events after the last ledger, soon after they happened; overlooked supplies, late."""
    overlooked = {id(s): workday(rng, date(2024, 9, 9), date(2024, 9, 20)) for s in story.later}
    for supply in story.later:
        for event in story.supply_events(supply):
            yield from _entry(rng, story, event, overlooked[id(supply)])
    if story.lasts_until() <= LAST_LEDGER:
        return
    of_later = [e for supply in story.later for e in story.supply_events(supply)]
    for event in story.events():
        if event[0] > LAST_LEDGER and event not in of_later:
            yield from _entry(rng, story, event, FIRST_DESK_DAY)


def _entry(rng: Random, story: Story, event: Event, not_before: date) -> Iterator[Entry]:
    on, kind, payload = event
    day = min(max(not_before, on + rng.randint(1, 3) * DAY), LAST_DESK_DAY)
    if on <= day:
        yield Entry(
            region=story.region,
            parcel_no=story.parcel_no,
            act=RECORD,
            kind=kind.value,
            on=on.isoformat(),
            payload=payload,
            recorded_on=day.isoformat(),
        )


def _untouched(story: Story) -> bool:
    """Whether nothing else of the parcel is recorded later."""
    return not story.later and story.lasts_until() <= LAST_LEDGER


def _waits_since(story: Story) -> date | None:
    """Agreed start of supplied land on which nothing has been done; None for all other land."""
    bare = story.start is None and story.recognised_on is None and story.excluded is None
    return story.supply.start_due if bare and story.supply is not None else None


@dataclass(slots=True)
class _Desk:
    """Cases chosen among the parcels on which nothing else is recorded later."""

    rng: Random
    stories: Sequence[Story]
    taken: set[str] = field(default_factory=set)

    def special_cases(self) -> Iterator[Entry]:
        """One of each kind, as far as the 旗区 has a parcel for it."""
        cases: Iterable[tuple[Callable[[Story], bool], Callable[[Story], Iterator[Entry]]]] = (
            (_is_late(40, 300), self._doubtful_exclusion),
            (_is_late(40, 300), self._recognised_early),
            (_is_late(430, 700), self._recognised_in_part),
            (_is_late(900, 4000), self._too_late_exclusion),
            (_is_waiting, self._second_agreement),
            (_is_waiting, self._permit),
            (_is_waiting, self._wrong_delivery),
            (_is_idle, self._mistaken_start),
            (_is_recent, self._wrong_area),
        )
        for fits, make in cases:
            story = next((s for s in self.stories if self._is_free(s) and fits(s)), None)
            if story is not None:
                self.taken.add(story.parcel_no)
                yield from make(story)

    def _is_free(self, story: Story) -> bool:
        return story.parcel_no not in self.taken and _untouched(story)

    def _record(
        self,
        story: Story,
        kind: FactKind,
        on: date,
        payload: dict[str, Any],
        day: date,
        *,
        act: str = RECORD,
        **more: str,
    ) -> Entry:
        return Entry(
            region=story.region,
            parcel_no=story.parcel_no,
            act=act,
            kind=kind.value,
            on=on.isoformat(),
            payload=payload,
            recorded_on=day.isoformat(),
            **more,
        )

    def _doubtful_exclusion(self, story: Story) -> Iterator[Entry]:
        since = _waits_since(story)
        assert since is not None
        claimed = Excluded(None, IdleCause.GOVERNMENT, confirmed=False)
        yield self._record(
            story,
            FactKind.EXCLUDED,
            since + 10 * DAY,
            payload_to_json(claimed),
            date(2024, 9, 11),
            evidence="使用权人来函，称道路未通，待核实（演示）",
        )

    def _recognised_early(self, story: Story) -> Iterator[Entry]:
        found = RecognisedIdle(IdleCause.ENTERPRISE, letter_no="演闲认〔2024〕7号")
        yield self._record(
            story, FactKind.RECOGNISED_IDLE, date(2024, 9, 10), payload_to_json(found),
            date(2024, 9, 12), evidence="认定早于满一年，供复核（演示）",
        )  # fmt: skip

    def _recognised_in_part(self, story: Story) -> Iterator[Entry]:
        assert story.supply is not None
        half = story.supply.area // 2 // story.scale.step * story.scale.step
        found = RecognisedIdle(
            IdleCause.ENTERPRISE, letter_no="演闲认〔2024〕8号", area=story.scale.area(half)
        )
        yield self._record(
            story, FactKind.RECOGNISED_IDLE, date(2024, 9, 11), payload_to_json(found),
            date(2024, 9, 13), evidence="闲置土地认定书（演示）",
        )  # fmt: skip

    def _too_late_exclusion(self, story: Story) -> Iterator[Entry]:
        since = _waits_since(story)
        assert since is not None
        first = add_years(since, 2) + 60 * DAY
        excuse = Excluded(first + timedelta(days=45), IdleCause.FORCE_MAJEURE, confirmed=True)
        yield self._record(
            story, FactKind.EXCLUDED, first, payload_to_json(excuse), date(2024, 9, 18)
        )

    def _second_agreement(self, story: Story) -> Iterator[Entry]:
        since = _waits_since(story)
        assert since is not None
        other = StartAgreed(add_months(since, 3), None)
        yield self._record(
            story, FactKind.START_AGREED, date(2024, 9, 9), payload_to_json(other),
            date(2024, 9, 10), evidence="开工承诺书日期与合同不一致（演示）",
        )  # fmt: skip

    def _permit(self, story: Story) -> Iterator[Entry]:
        number = f"演施许2024-{self.rng.randint(700, 999)}"
        yield self._record(
            story, FactKind.PERMIT, date(2024, 9, 12), payload_to_json(Permit(number)),
            date(2024, 9, 14),
        )  # fmt: skip

    def _wrong_delivery(self, story: Story) -> Iterator[Entry]:
        assert story.supply is not None
        delivered = story.supply.delivered_on
        if delivered is None or delivered > LAST_LEDGER - 20 * DAY:
            return
        yield self._record(
            story,
            FactKind.DELIVERED,
            delivered + 9 * DAY,
            {},
            date(2024, 9, 19),
            act=CORRECT,
            of_kind=FactKind.DELIVERED.value,
            of_on=delivered.isoformat(),
            reason="以交地确认书载明日期为准",
        )

    def _mistaken_start(self, story: Story) -> Iterator[Entry]:
        on = date(2024, 9, 5)
        kind = FactKind.START_REPORTED
        yield self._record(story, kind, on, {}, date(2024, 9, 9))
        yield self._record(
            story,
            FactKind.VOID,
            on,
            {},
            date(2024, 9, 13),
            act=VOID,
            of_kind=kind.value,
            of_on=on.isoformat(),
            reason="登记错了地块，现场核查未动工",
        )

    def _wrong_area(self, story: Story) -> Iterator[Entry]:
        """Supplied on the desk with a slip in the area, put right three days later."""
        kind, on = FactKind.SUPPLIED, date(2024, 9, 9)
        right = story.approved // 2 // story.scale.step * story.scale.step
        wrong = right + 9 * story.scale.step
        number = f"演合〔2024〕{self.rng.randint(9000, 9999)}"
        slip = Supplied(story.scale.area(wrong), contract_no=number)
        contract = Supplied(story.scale.area(right), contract_no=number)
        yield self._record(story, kind, on, payload_to_json(slip), date(2024, 9, 10))
        agreed = StartAgreed(add_years(on, 1), None)
        yield self._record(
            story, FactKind.START_AGREED, on, payload_to_json(agreed), date(2024, 9, 10)
        )
        yield self._record(
            story,
            kind,
            on,
            payload_to_json(contract),
            date(2024, 9, 13),
            act=CORRECT,
            of_kind=kind.value,
            of_on=on.isoformat(),
            reason="面积录入有误，以合同为准",
        )


def _is_late(least: int, most: int) -> Callable[[Story], bool]:
    """Not started though due between `most` and `least` days before the last ledger."""

    def fits(story: Story) -> bool:
        since = _waits_since(story)
        return since is not None and least <= (LAST_LEDGER - since).days <= most

    return fits


def _is_waiting(story: Story) -> bool:
    """Supplied in time, start not due yet."""
    since = _waits_since(story)
    return since is not None and since > date(2024, 11, 1)


def _is_idle(story: Story) -> bool:
    return story.recognised_on is not None and story.start is None and story.disposal is None


def _is_recent(story: Story) -> bool:
    """Approved after 2019, that is outside the targets, and wholly unsupplied."""
    approval = story.approval
    return (
        approval is not None
        and 2020 <= approval.year < 2024
        and story.approved > 1000
        and story.supply is None
        and story.disposal is None
    )
