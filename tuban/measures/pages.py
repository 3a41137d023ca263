"""What the page of one figure shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.http import QueryDict

from tuban.accounts.models import User
from tuban.measures.definitions import Basis
from tuban.measures.progress import Progress, progress
from tuban.measures.queries import (
    Contributions,
    TargetFigure,
    annual_target_role,
    contributions,
    targets,
    yellow_points,
)
from tuban.parcels.models import ParcelPhase
from tuban.regions.models import Region
from tuban.web.paging import Pager, pager


@dataclass(frozen=True, slots=True)
class Passport:
    """数字护照 of one figure.

    Attributes:
        rows: Contributions of this page of the list, with `area_m2`.
        page_m2: Their sum, shown under the page; the figure is the sum of all pages.
        target: The printed target a flow is measured against; None where there is none.
        progress: Rate and light against it, likewise.
    """

    made: Contributions
    rows: tuple[ParcelPhase, ...]
    page_m2: Fraction
    pager: Pager
    period: str
    target: TargetFigure | None
    progress: Progress | None

    @property
    def is_flow(self) -> bool:
        """当期完成, not 存量."""
        return self.made.measure.basis is Basis.FLOW

    @property
    def region(self) -> Region:
        """Where it counts."""
        return self.made.region


def passport(user: User, code: str, query: QueryDict, *, on: date) -> Passport:
    """The figure the URL names: region (default: the post's own), period (default: this year).

    Raises:
        UnknownMeasure, Absent, PeriodRefused: See `contributions`.
    """
    period = query.get("period") or str(on.year)
    made = contributions(
        user, code, region_code=query.get("region") or user.region_code, period=period, on=on
    )
    pages = pager(query, made.count)
    rows = tuple(made.rows[pages.window])
    target = None
    if made.measure.basis is Basis.FLOW:
        key = (code, made.region.code, int(period), annual_target_role(made.region))
        target = targets(code, on=on).get(key)
    return Passport(
        made=made,
        rows=rows,
        page_m2=sum((Fraction(row.area_m2) for row in rows), Fraction(0)),  # type: ignore[attr-defined]
        pager=pages,
        period=period,
        target=target,
        progress=progress(
            year=int(period),
            target_m2=target.area_m2,
            done_m2=made.total_m2,
            on=on,
            yellow_points=yellow_points([made.region])[made.region.code],
        )
        if target
        else None,
    )
