"""The usual parcel, hundreds at a time: one closed loop of plain numbers, four fields a row.

What is anything else is left to `loops.draw`, which looks at every row; both give the same for a
usual parcel. This is where the speed of large files comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from sys import intern

import numpy as np
from numpy.typing import NDArray

from tuban.geodata.loops import LEAST, USUAL_DECIMALS, Drawn, Loop

Span = tuple[int, int]
"""Indexes of a parcel's rows in the file's lines: first, and one past the last."""

Column = NDArray[np.float64]
_TOGETHER = 128
_UNUSUAL = " \t_+-eEiInN\x1a"
"""What Python reads as part of a number, or skips, and a survey file does not write."""
_LONGEST_NUMBER = 3  # digits of a ring number
_LEAST_METRES = 10_000


def draw_usual(lines: Sequence[str], spans: Sequence[Span]) -> list[Drawn | None]:
    """The loops of every parcel that is a usual one; None for each that is not."""
    spans = [_without_trailing_blanks(lines, span) for span in spans]
    made: list[Drawn | None] = []
    for start in range(0, len(spans), _TOGETHER):
        some = spans[start : start + _TOGETHER]
        together = _draw(lines, some)
        if together is None:  # one ill-formed row spoils the lot: look at them one by one
            for span in some:
                made += _draw(lines, [span]) or [None]
        else:
            made += together
    return made


def _without_trailing_blanks(lines: Sequence[str], span: Span) -> Span:
    first, end = span
    while end > first and not lines[end - 1].strip():
        end -= 1
    return first, end


def _draw(lines: Sequence[str], spans: Sequence[Span]) -> list[Drawn | None] | None:
    """Parcels whose rows all have four fields and plain numbers; None if any row has not.

    Fields are cut from all rows at once, so that the rows are only in step if every one has four.
    """
    sizes = np.array([end - first for first, end in spans])
    if sizes.min() <= LEAST:
        return None
    rows = [line for first, end in spans for line in lines[first:end]]
    text = ",".join(rows)
    if not text.isascii() or any(sign in text for sign in _UNUSUAL):
        return None
    fields = text.split(",")
    xs, ys = fields[2::4], fields[3::4]
    if len(fields) != 4 * len(rows) or max(map(len, set(fields[1::4]))) > _LONGEST_NUMBER:
        return None
    try:
        x, y = np.array(list(map(float, xs))), np.array(list(map(float, ys)))
    except ValueError:
        return None
    # A row with a field too many or too few would have brought labels or ring numbers in here.
    if min(x.min(), y.min()) < _LEAST_METRES:
        return None
    offsets = np.append(0, np.cumsum(sizes))
    usual = _closed_once(x, y, offsets) & _one_ring(fields[1::4], offsets)
    decimals = [max(_decimals(xs), _decimals(ys))] * len(spans)
    if decimals[0] != USUAL_DECIMALS:
        cuts = list(pairwise(offsets))
        decimals = [max(_decimals(xs[a:b]), _decimals(ys[a:b])) for a, b in cuts]
    labels = list(map(intern, fields[::4]))
    first_range, second_range = _ranges(x, offsets), _ranges(y, offsets)
    xy = np.column_stack((x, y))
    made: list[Drawn | None] = []
    for place, (first, _) in enumerate(spans):
        if not usual[place] or decimals[place] > USUAL_DECIMALS:
            made.append(None)
            continue
        a, b = int(offsets[place]), int(offsets[place + 1])
        loop = Loop(
            number=fields[4 * a + 1].strip(),
            labels=tuple(labels[a:b]),
            columns=xy[a:b],
            line=first + 1,
            first=first_range[place],
            second=second_range[place],
        )
        made.append(Drawn([loop], rows=b - a, closing=1, decimals=decimals[place]))
    return made


def _ranges(column: Column, offsets: NDArray[np.int64]) -> list[tuple[float, float]]:
    """Least and greatest of each parcel."""
    low = np.minimum.reduceat(column, offsets[:-1]).tolist()
    return list(zip(low, np.maximum.reduceat(column, offsets[:-1]).tolist(), strict=True))


def _closed_once(x: Column, y: Column, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the last point, and it alone, repeats the first, and no point its neighbour."""
    starts, ends, sizes = offsets[:-1], offsets[1:] - 1, np.diff(offsets)
    at_start = (x == np.repeat(x[starts], sizes)) & (y == np.repeat(y[starts], sizes))
    still = np.append(False, (x[1:] == x[:-1]) & (y[1:] == y[:-1]))
    still[starts] = False
    twice = np.add.reduceat(at_start.astype(np.int64), starts) == 2
    return np.asarray(twice & at_start[ends] & ~np.logical_or.reduceat(still, starts))


def _one_ring(numbers: Sequence[str], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether all rows of a parcel carry one ring number."""
    different = {number: code for code, number in enumerate(set(numbers))}
    if len(different) == 1:
        return np.ones(len(offsets) - 1, dtype=bool)
    codes = np.array([different[number] for number in numbers])
    least, most = (f.reduceat(codes, offsets[:-1]) for f in (np.minimum, np.maximum))
    return np.asarray(least == most)


def _decimals(numbers: Sequence[str]) -> int:
    """Most decimals printed; the usual case of numbers all of one shape is seen at a glance."""
    lengths = set(map(len, numbers))
    if len(lengths) == 1:
        (length,) = lengths
        point = length - USUAL_DECIMALS - 1
        if point > 0 and "".join(numbers)[point::length] == "." * len(numbers):
            return USUAL_DECIMALS
    return max(len(number.partition(".")[2]) for number in numbers)
