"""从冻结数算出的: progress, names in order, what changed against 上期. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuban.bulletins.ranking import Rate, ranks
from tuban.measures.progress import Progress, progress


@dataclass(frozen=True, slots=True)
class Place:
    """A region: its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A frozen figure as far as reckoning needs it; areas exact, in m².

    Attributes:
        parts: Number of stored areas it is the sum of.
        target_m2: What a year's flow is measured against; None without a target.
        printed_m2: 载明数 of the target.
    """

    m2: Fraction
    parts: int = 0
    unreviewed_m2: Fraction = Fraction(0)
    target_m2: Fraction | None = None
    printed_m2: Fraction | None = None
    yellow_points: Fraction = Fraction(10)


@dataclass(frozen=True, slots=True)
class Before:
    """The same region in 上期."""

    stock_m2: Fraction
    year_m2: Fraction
    rank: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one region stands in one subject.

    Attributes:
        stock: 存量 on the day; `beside` 疑似闲置 beside it where the subject has it.
        year: Done since 1 January, with its target; `period` the part of it done in 本期.
        rank: 名次 among the 旗区 with a target; None for the city and without a target.
        before: 上期; None when there is none to compare with.
    """

    place: Place
    stock: Amount
    beside: Amount | None
    year: Amount
    period: Amount
    progress: Progress
    rank: int | None = None
    before: Before | None = None

    @property
    def rest_m2(self) -> Fraction | None:
        """Target less done: 差额, negative when it is exceeded; None without a target."""
        target = self.progress.target_m2
        return None if target is None else target - self.year.m2

    @property
    def climbed(self) -> int | None:
        """Places gained since 上期 (negative: lost); None where either rank is missing."""
        if self.rank is None or self.before is None or self.before.rank is None:
            return None
        return self.before.rank - self.rank


@dataclass(frozen=True, slots=True)
class Amounts:
    """The frozen figures of one region in one subject."""

    place: Place
    stock: Amount
    beside: Amount | None
    year: Amount
    period: Amount


def standings(
    amounts: Sequence[Amounts],
    *,
    on: date,
    before: Mapping[str, Before] | None = None,
    ranked: bool = True,
) -> tuple[Standing, ...]:
    """Progress and rank of each, in the order given.

    Args:
        amounts: Figures by region.
        on: As-of day; its year is the target year.
        before: 上期 by region code.
        ranked: False leaves ranks out: the city competes with nobody.
    """
    places = ranks({item.place.code: _rate(item.year) for item in amounts}) if ranked else {}
    return tuple(
        Standing(
            place=item.place,
            stock=item.stock,
            beside=item.beside,
            year=item.year,
            period=item.period,
            progress=progress(
                year=on.year,
                target_m2=item.year.target_m2,
                done_m2=item.year.m2,
                on=on,
                yellow_points=item.year.yellow_points,
            ),
            rank=places.get(item.place.code),
            before=(before or {}).get(item.place.code),
        )
        for item in amounts
    )


def _rate(year: Amount) -> Rate | None:
    return Rate.of(year.m2, year.target_m2, year.parts) if year.target_m2 else None


def in_order(rows: Sequence[Standing]) -> tuple[Standing, ...]:
    """By rank; those without one at the end, in the order given."""
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0)))
