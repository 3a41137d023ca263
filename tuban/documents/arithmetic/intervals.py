"""区间可行性: whether numbers exist that lie in all given intervals at once, proved exactly.

SciPy's HiGHS proposes in floats; what it proposes counts only after a check in fractions: a
witness is put into every interval, an impossibility is proved by multipliers (Farkas) whose
rounding is paid for out of the box of the variables. SciPy is imported on the first question, so
that a command line that asks none starts quickly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_FINENESS = (10, 100, 1000, 100_000)
_MOST_DENOMINATOR = 10**9
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Interval:
    """low ≤ Σ coefficient · variable ≤ high."""

    terms: Mapping[int, Fraction]
    low: Fraction
    high: Fraction

    def value(self, point: Sequence[Fraction]) -> Fraction:
        """The sum at a point."""
        return sum((factor * point[at] for at, factor in self.terms.items()), Fraction(0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was proved: a witness, an impossibility, or (both empty) neither.

    Attributes:
        witness: values of the variables that satisfy every interval, exactly.
        strict: the witness touches no end of an interval that has some width.
        impossible: no values satisfy all intervals, exactly.
    """

    witness: tuple[Fraction, ...] | None = None
    strict: bool = False
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The least total violation of all intervals, and one way to come by with it."""

    total: Fraction
    by_interval: tuple[Fraction, ...]
    point: tuple[Fraction, ...]


def find_point(count: int, intervals: Sequence[Interval], most: Fraction) -> Outcome:
    """Values of `count` variables, 0 ≤ value ≤ `most`, as far inside all intervals as can be.

    Each interval is stretched about its middle by one common factor t; t < 1 gives a witness
    inside, t > 1 the multipliers of an impossibility.
    """
    lines: list[tuple[Mapping[int, Fraction], Fraction, Fraction]] = []
    for each in intervals:
        middle, half = (each.low + each.high) / 2, (each.high - each.low) / 2
        lines.append((each.terms, -half, middle))
        lines.append(({at: -factor for at, factor in each.terms.items()}, -half, -middle))
    rows = [({**terms, count: half}, limit) for terms, half, limit in lines]
    solved = _minimise([0.0] * count + [1.0], rows, count + 1)
    if solved is None:
        return Outcome()
    values, multipliers = solved
    coarse = min((each.high - each.low for each in intervals if each.high > each.low), default=_ONE)
    for fineness in _FINENESS:
        step = coarse / fineness
        point = tuple(max(Fraction(0), _snap(value, step)) for value in values[:count])
        outcome = _checked(point, intervals, most)
        if outcome.strict:
            return outcome
    if outcome.witness is not None:
        return outcome
    closed = [(terms, limit - half) for terms, half, limit in lines]
    return Outcome(impossible=_proves_empty(closed, multipliers, count, most))


def least_change(count: int, intervals: Sequence[Interval], unit: Fraction) -> Change | None:
    """The least sum of violations, exact; None where it could not be proved.

    Bounds must be multiples of `unit` and the terms rows and columns of one grid. Their matrix
    is totally unimodular, so corners are whole multiples of `unit` and multipliers are −1, 0 or
    1: rounding what HiGHS finds loses nothing, and equality of both sides proves it.
    """
    size = len(intervals)
    rows: list[tuple[dict[int, Fraction], Fraction]] = []
    for index, each in enumerate(intervals):
        own = {count + index: Fraction(-1)}
        rows.append(({**each.terms, **own}, each.high / unit))
        negative = {at: -factor for at, factor in each.terms.items()}
        rows.append(({**negative, **own}, -each.low / unit))
    solved = _minimise([0.0] * count + [1.0] * size, rows, count + size)
    if solved is None:
        return None
    values, multipliers = solved
    point = tuple(Fraction(max(0, round(value))) * unit for value in values[:count])
    violations = tuple(_violation(each, point) for each in intervals)
    total = sum(map(abs, violations), Fraction(0))
    whole = [Fraction(round(-factor)) for factor in multipliers]
    if _lower_bound(rows, whole, count, size) * unit != total:
        return None
    return Change(total, violations, point)


def _violation(interval: Interval, point: Sequence[Fraction]) -> Fraction:
    """How far the printed figure must move: positive where the true value lies above."""
    value = interval.value(point)
    return max(value - interval.high, Fraction(0)) - max(interval.low - value, Fraction(0))


def _lower_bound(
    rows: Sequence[tuple[Mapping[int, Fraction], Fraction]],
    whole: Sequence[Fraction],
    count: int,
    size: int,
) -> Fraction:
    """What multipliers ≥ 0 prove of Σ violations ≥ bound; −1 if they prove nothing."""
    if any(factor < 0 for factor in whole):
        return Fraction(-1)
    gathered = [Fraction(0)] * (count + size)
    bound = Fraction(0)
    for (terms, limit), factor in zip(rows, whole, strict=True):
        if factor:
            bound -= factor * limit
            for at, value in terms.items():
                gathered[at] += factor * value
    fits = all(value >= 0 for value in gathered[:count])
    return bound if fits and all(value >= -1 for value in gathered[count:]) else Fraction(-1)


def _checked(point: tuple[Fraction, ...], intervals: Sequence[Interval], most: Fraction) -> Outcome:
    if any(value > most for value in point):
        return Outcome()
    strict = True
    for each in intervals:
        value = each.value(point)
        if not each.low <= value <= each.high:
            return Outcome()
        strict = strict and (each.low == each.high or each.low < value < each.high)
    return Outcome(witness=point, strict=strict)


def _proves_empty(
    rows: Sequence[tuple[Mapping[int, Fraction], Fraction]],
    multipliers: Sequence[float],
    count: int,
    most: Fraction,
) -> bool:
    """Whether Σ y·(row) ≤ Σ y·limit contradicts 0 ≤ value ≤ most, in exact arithmetic."""
    gathered = [Fraction(0)] * count
    limit = Fraction(0)
    for (terms, bound), multiplier in zip(rows, multipliers, strict=True):
        factor = max(Fraction(0), -Fraction(multiplier)).limit_denominator(_MOST_DENOMINATOR)
        if factor:
            limit += factor * bound
            for at, value in terms.items():
                gathered[at] += factor * value
    least = sum((min(Fraction(0), value) * most for value in gathered), Fraction(0))
    return least > limit


def _snap(value: float, step: Fraction) -> Fraction:
    return Fraction(round(Fraction(value) / step)) * step


def _minimise(
    costs: Sequence[float],
    rows: Sequence[tuple[Mapping[int, Fraction], Fraction]],
    count: int,
) -> tuple[list[float], list[float]] | None:
    """Least cost under Σ terms ≤ limit, all variables ≥ 0: values and multipliers (≤ 0)."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    data = [float(value) for terms, _ in rows for value in terms.values()]
    columns = [at for terms, _ in rows for at in terms]
    starts = [0]
    for terms, _ in rows:
        starts.append(starts[-1] + len(terms))
    matrix: Any = csr_array((data, columns, starts), shape=(len(rows), count))
    limits = [float(limit) for _, limit in rows]
    solved = linprog(costs, A_ub=matrix, b_ub=limits, bounds=(0, None), method="highs-ds")
    if solved.status != 0:
        return None
    return list(map(float, solved.x)), list(map(float, solved.ineqlin.marginals))
