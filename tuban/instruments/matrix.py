"""目标矩阵: the targets of one subject in force on a day, decomposed by place and year, delegated beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuban.accounts.models import User
from tuban.instruments.access import instruments_for
from tuban.instruments.binding import SUBJECTS, Subject, subject_of
from tuban.instruments.models import Instrument, Layer, Target, TargetRole
from tuban.instruments.queries import area_of, targets_on
from tuban.regions.models import Level, Region


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
