"""冻结数的护照: what one figure of a bulletin counted, of what, and what today says instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import QueryDict

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.bulletins.access import parts_for
from tuban.bulletins.models import Bulletin, Figure, FigurePart
from tuban.bulletins.since import (
    MovedPart,
    key_of,
    made_of_figures,
    moved_parts,
    present_values,
)
from tuban.measures.progress import Progress, progress
from tuban.values.area import Unit
from tuban.web.paging import Pager, pager


@dataclass(frozen=True, slots=True)
class FigurePage:
    """冻结数的护照.

    Attributes:
        definition: The measure's wording when the figure was frozen.
        parts: This page's rows, the post's own regions only.
        shown_m2: Sum of all rows this post may see; `hidden_m2` what lies in other regions.
        by_region: The city's figure by 旗区.
        now_m2: What the same figure would be today.
        moved: Phases counted otherwise today, the post's own regions only.
    """

    bulletin: Bulletin
    figure: Figure
    definition: Mapping[str, Any]
    unit: Unit
    parts: tuple[FigurePart, ...]
    pager: Pager
    shown_m2: Fraction
    by_region: tuple[Figure, ...]
    progress: Progress | None
    now_m2: Fraction
    moved: tuple[MovedPart, ...]
    scope: frozenset[str]

    @property
    def m2(self) -> Fraction:
        """The figure, exact."""
        return Fraction(self.figure.m2)

    @property
    def hidden_m2(self) -> Fraction:
        """What of it lies in regions whose rows this post does not see."""
        return self.m2 - self.shown_m2

    @property
    def by_m2(self) -> Fraction:
        """Today's value less the frozen one."""
        return self.now_m2 - self.m2

    @property
    def unreviewed_share(self) -> Fraction | None:
        """未复核 share when it was frozen; None when the figure is zero."""
        return Fraction(self.figure.unreviewed_m2) / self.m2 if self.figure.m2 else None


def figure_page(user: User, figure: Figure, query: QueryDict) -> FigurePage:
    """The passport of one frozen figure."""
    bulletin, scope = figure.bulletin, region_codes(user)
    made_of = made_of_figures(figure)
    seen = [part for part in made_of if part.region_id in scope]
    rows = parts_for(user, Figure.objects.filter(pk__in=[part.pk for part in seen]))
    pages = pager(query, sum(part.parts_count for part in seen))
    is_year = figure.yellow_points is not None and figure.period == str(bulletin.on.year)
    return FigurePage(
        bulletin=bulletin,
        figure=figure,
        definition=bulletin.definitions[figure.measure_code],
        unit=Unit(bulletin.unit),
        parts=tuple(rows.order_by("-m2", "parcel_id", "starts_on")[pages.window]),
        pager=pages,
        shown_m2=sum((Fraction(part.m2) for part in seen), Fraction(0)),
        by_region=tuple(made_of) if made_of != [figure] else (),
        progress=_progress(figure) if is_year else None,
        now_m2=present_values(bulletin).get(key_of(figure), Fraction(0)),
        moved=moved_parts(user, figure),
        scope=scope,
    )


def _progress(figure: Figure) -> Progress:
    assert figure.yellow_points is not None  # only a year's figures come here
    return progress(
        year=figure.bulletin.on.year,
        target_m2=None if figure.target_m2 is None else Fraction(figure.target_m2),
        done_m2=Fraction(figure.m2),
        on=figure.bulletin.on,
        yellow_points=Fraction(figure.yellow_points),
    )
