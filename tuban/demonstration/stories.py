"""五千宗地: the parcels of one 旗区, drawn from a fixed seed, with stocks exact on 2022-01-01."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tuban.demonstration import names
from tuban.demonstration.areas import split
from tuban.demonstration.flows import (
    LATEST_RECOGNITION,
    dispose_of_idle,
    dispose_of_unsupplied,
)
from tuban.demonstration.lives import (
    DAY,
    LAST_DAY,
    LAST_LEDGER,
    OPENING,
    build,
    dispose_idle,
    idle_supply,
    recognise,
    supply,
    workday,
)
from tuban.demonstration.regions import Profile
from tuban.demonstration.story import Approval, Start, Story
from tuban.law.model import IdleCause
from tuban.values.dates import add_years

SEED = "tuban-demonstration-1"
FIRST_YEAR, LAST_YEAR = 2009, 2024
TARGET_YEARS = range(2009, 2020)
"""Approval years that annex 4 counts."""

_STOCK_MU, _IDLE_MU = 58, 70  # mean sizes of stock parcels, in 亩
_STOCK_YEARS = (4, 6, 8, 9, 9, 8, 8, 9, 11, 13, 15)
_EVE = OPENING - DAY


class Builder:
    """Draws the parcels of one 旗区, kind by kind."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.scale = profile.scale
        self.rng = Random(f"{SEED} {profile.code}")
        self.serial = 0
        self.approvals = {year: self._approvals(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}

    def _approvals(self, year: int) -> list[Approval]:
        """One to three 批次 a year; the last of a year falls into its last quarter."""
        count = 1 if year == LAST_YEAR else self.rng.choice((2, 2, 3))
        found = []
        for place in range(1, count + 1):
            first = date(year, 10, 8) if place == count > 1 else date(year, 2, 20)
            last = date(year, 7, 31) if year == LAST_YEAR else date(year, 12, 24)
            if place < count:
                last = date(year, 9, 20)
            number = int(self.profile.code[-2:]) * 10 + place
            found.append(
                Approval(
                    year=year,
                    place=place,
                    name=f"{self.profile.name}{year}年度演示第{place}批次",
                    doc_no=f"演土批〔{year}〕{number}号",
                    on=workday(self.rng, first, last),
                )
            )
        return found

    def story(self, approved_in: int | None, approved: int = 0) -> Story:
        """A parcel without any history but its approval."""
        rng = self.rng
        use = names.use(rng)
        return Story(
            region=self.profile.code,
            scale=self.scale,
            use=use,
            location=names.location(rng, self.profile.code),
            approval=rng.choice(self.approvals[approved_in]) if approved_in else None,
            approved=approved,
            holder=names.holder(rng, use),
        )

    def next_serial(self) -> int:
        """Number of the next contract."""
        self.serial += 1
        return self.serial

    def some_area(self, mean_mu: float = 52) -> int:
        """An area that no target depends on."""
        return self.scale.near_mu(mean_mu * self.rng.lognormvariate(-0.4, 0.9))

    # ---- Kinds of parcels ---------------------------------------------------------------------

    def stock(self) -> list[Story]:
        """Approved 2009 to 2019 and not (wholly) supplied on the opening day: annex 4's base."""
        row = self.profile.unsupplied_row
        count = round(row.base_mu / _STOCK_MU)
        made = []
        for left in split(self.rng, self.scale.of_mu(row.base_mu), count, self.scale):
            year = self.rng.choices(TARGET_YEARS, _STOCK_YEARS)[0]
            story = self.story(year, left)
            assert story.approval is not None
            luck = self.rng.random()
            if luck < 0.11:
                given = self.some_area(30)
                story.approved = left + given
                first = story.approval.on + 60 * DAY
                self._supply_before(story, given, first, _EVE - 30 * DAY)
                build(self.rng, story, idle_share=0.04)
            elif luck < 0.135:
                on = workday(self.rng, story.approval.on + 200 * DAY, _EVE)
                story.start = Start(min(on, _EVE))  # 未供即用
            made.append(story)
        pool = [s for s in made if s.start is None or s.supply is not None]
        wanted = self.profile.unsupplied.wanted_mu(row)
        dispose_of_unsupplied(self.rng, pool, wanted, self.scale, 5_001)
        return made

    def idle(self) -> list[Story]:
        """Recognised idle, not disposed of on the opening day: annex 5's base; and later ones."""
        row = self.profile.idle_row
        count = max(7, round(row.base_mu / _IDLE_MU))
        made = [
            self._idle_story(area, workday(self.rng, date(2014, 3, 1), _EVE - 10 * DAY))
            for area in split(self.rng, self.scale.of_mu(row.base_mu), count, self.scale)
        ]
        for _ in range(max(2, count // 8)):
            on = workday(self.rng, OPENING + 20 * DAY, LATEST_RECOGNITION)
            made.append(self._idle_story(self.some_area(40), on))
        dispose_of_idle(self.rng, made, self.profile.idle.wanted_mu(row), self.scale)
        return made

    def _idle_story(self, area: int, recognised_on: date) -> Story:
        story = self.story(None)
        story.supply = idle_supply(
            self.rng,
            self.scale,
            story.use,
            area=area,
            recognised_on=recognised_on,
            serial=self.next_serial(),
        )
        self._approve_before(story, area)
        recognise(self.rng, story, recognised_on)
        return story

    def _approve_before(self, story: Story, area: int) -> None:
        """Six in ten idle ledgers name the approval; it must lie before the contract."""
        assert story.supply is not None
        earlier = [a for year in self.approvals.values() for a in year if a.on < story.supply.on]
        if earlier and self.rng.random() < 0.6:
            story.approval = self.rng.choice(earlier[-6:])
            story.approved = area

    def recent(self, count: int) -> Iterator[Story]:
        """Approved from 2020 on: outside the targets, but in the ledger."""
        for _ in range(count):
            year = self.rng.choices(range(2020, LAST_YEAR + 1), (26, 26, 22, 18, 8))[0]
            area = self.some_area()
            story = self.story(year, area)
            assert story.approval is not None
            first = story.approval.on + 40 * DAY
            if first < LAST_DAY and self.rng.random() < 0.52:
                on = workday(self.rng, first, min(first + 480 * DAY, LAST_DAY))
                part = self.rng.random() < 0.1
                given = self.scale.near_mu(self.scale.mu(area) * 0.6) if part else area
                self._give(story, on, min(given, area))
                build(self.rng, story, idle_share=0.12)
            yield story

    def supplied(self, count: int) -> Iterator[Story]:
        """Wholly supplied before the opening day; most are built on by now."""
        for _ in range(count):
            year = self.rng.choices(range(FIRST_YEAR, 2021), (*_STOCK_YEARS, 12))[0]
            area = self.some_area()
            story = self.story(year, area)
            assert story.approval is not None
            first = story.approval.on + 60 * DAY
            self._supply_before(story, area, first, min(first + 1100 * DAY, _EVE - 15 * DAY))
            self._fate(story)
            yield story

    def _fate(self, story: Story) -> None:
        """What became of land supplied before the opening day."""
        given = story.supply
        assert given is not None
        luck = self.rng.random()
        if luck < 0.015:  # neither start nor delivery on record: 无法计算
            given.start_due = given.complete_due = given.delivered_on = None
        elif luck < 0.045:  # no start agreed: 推定动工日期
            given.start_due = given.complete_due = None
            build(self.rng, story, idle_share=0.4)
        elif luck < 0.06:
            self._excluded(story)
        elif luck < 0.1:
            self._idle_once(story)
        else:
            build(self.rng, story, idle_share=0.035)

    def _excluded(self, story: Story) -> None:
        """Not started for a verified reason; in some cases the reason still stands."""
        given = story.supply
        assert given is not None
        assert given.start_due is not None
        story.cause = self.rng.choice((IdleCause.GOVERNMENT, IdleCause.PREPARATORY))
        first = given.start_due + timedelta(days=self.rng.randint(20, 340))
        runs_on = self.rng.random() < 0.4
        last = None if runs_on else first + timedelta(days=self.rng.randint(90, 900))
        if last is None or last <= LAST_LEDGER:
            story.excluded = (first, last)
        else:
            story.cause = None

    def _idle_once(self, story: Story) -> None:
        """Recognised idle and disposed of long before the opening day."""
        given = story.supply
        assert given is not None
        assert given.start_due is not None
        first = add_years(given.start_due, 1) + 30 * DAY
        if first + 400 * DAY >= _EVE:
            build(self.rng, story)
            return
        recognise(self.rng, story, workday(self.rng, first, first + 200 * DAY))
        assert story.recognised_on is not None
        on = workday(self.rng, story.recognised_on + 60 * DAY, _EVE - 20 * DAY)
        dispose_idle(self.rng, story, on)

    def _supply_before(self, story: Story, area: int, first: date, last: date) -> None:
        self._give(story, workday(self.rng, min(first, last), last), area)

    def _give(self, story: Story, on: date, area: int) -> None:
        story.supply = supply(
            self.rng, self.scale, story.use, on=on, area=area, serial=self.next_serial()
        )


def stories(profile: Profile) -> list[Story]:
    """All parcels of one 旗区, numbered, in the order of their numbers."""
    builder = Builder(profile)
    made = [*builder.stock(), *builder.idle()]
    made += builder.recent(round(profile.parcels * 0.14))
    made += builder.supplied(profile.parcels - len(made))
    _number(made)
    return sorted(made, key=lambda story: story.parcel_no)


def _number(made: list[Story]) -> None:
    """地块编号 by 批次; idle parcels without an approval are numbered by themselves."""
    counts: Counter[str] = Counter()
    for story in made:
        batch = f"{story.approval.year}-{story.approval.place:02d}" if story.approval else "XZ"
        counts[batch] += 1
        story.parcel_no = f"{story.region}-{batch}-{counts[batch]:03d}"
        story.name = f"演示{story.use.noun}{story.parcel_no[7:]}"
