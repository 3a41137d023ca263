"""成文: from a bulletin's frozen figures to its text; nothing is read but what is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from django.utils.timezone import localtime

from tuban.bulletins import blocks
from tuban.bulletins.freeze import regions_of
from tuban.bulletins.models import Bulletin, BulletinState, Figure, StepKind
from tuban.bulletins.notes import Basis, notes
from tuban.bulletins.paper import Earlier, Paper, Report, period_key
from tuban.bulletins.periods import Kind
from tuban.bulletins.reckoning import Amount, Amounts, Before, Place, Standing, standings
from tuban.bulletins.topics import Topic, topics
from tuban.bulletins.wording import compose
from tuban.regions.models import Level, Region
from tuban.values.area import Unit

Frozen = Mapping[tuple[str, str, str], Figure]


def previous_of(bulletin: Bulletin) -> Bulletin | None:
    """上期: the last issued bulletin of the same region and kind before this one's day, not void."""
    return (
        Bulletin.objects.filter(
            region=bulletin.region,
            kind=bulletin.kind,
            state=BulletinState.ISSUED,
            on__lt=bulletin.on,
        )
        .exclude(steps__kind=StepKind.VOIDED)
        .order_by("-on", "-pk")
        .first()
    )


def write_body(bulletin: Bulletin) -> None:
    """Writes the text from the figures and keeps it with the bulletin (unsaved)."""
    paper = paper_of(bulletin)
    bulletin.body = blocks.to_json(compose(paper, notes(paper, _basis(bulletin))))


def paper_of(bulletin: Bulletin) -> Paper:
    """The bulletin as `wording` reads it."""
    regions = regions_of(bulletin)
    frozen, earlier = _frozen(bulletin), bulletin.previous
    before_frozen = _frozen(earlier) if earlier else {}
    reports = []
    for topic in topics(bulletin.subjects):
        before = {}
        if earlier and topic.key in earlier.subjects:
            old = _standings(earlier, topic, regions, before_frozen)
            before = {code: _before(standing) for code, standing in old.items()}
        now = _standings(bulletin, topic, regions, frozen, before)
        reports.append(
            Report(
                topic=topic,
                own=now[bulletin.region_id],
                counties=tuple(now[r.code] for r in regions if r.level == Level.COUNTY),
                city=next(now[r.code] for r in regions if r.level == Level.CITY),
            )
        )
    return Paper(
        kind=Kind(bulletin.kind),
        first=bulletin.first,
        on=bulletin.on,
        place=Place(bulletin.region_id, bulletin.region.name),
        is_city=bulletin.region.level == Level.CITY,
        unit=Unit(bulletin.unit),
        reports=tuple(reports),
        earlier=Earlier(earlier.doc_no, earlier.on) if earlier else None,
    )


def _frozen(bulletin: Bulletin) -> Frozen:
    return {(f.measure_code, f.region_id, f.period): f for f in bulletin.figures.all()}


def _standings(
    bulletin: Bulletin,
    topic: Topic,
    regions: list[Region],
    frozen: Frozen,
    before: Mapping[str, Before] | None = None,
) -> dict[str, Standing]:
    """Each region's standing by its code; only the 旗区 are ranked."""
    found = {}
    for level, ranked in ((Level.COUNTY, True), (Level.CITY, False)):
        amounts = [
            Amounts(
                place=Place(region.code, region.name),
                stock=_amount(frozen[topic.stock, region.code, ""]),
                beside=_amount(frozen[topic.beside, region.code, ""]) if topic.beside else None,
                year=_amount(frozen[topic.flow, region.code, str(bulletin.on.year)]),
                period=_amount(
                    frozen[topic.flow, region.code, period_key(bulletin.first, bulletin.on)]
                ),
            )
            for region in regions
            if region.level == level
        ]
        for standing in standings(amounts, on=bulletin.on, before=before, ranked=ranked):
            found[standing.place.code] = standing
    return found


def _amount(figure: Figure) -> Amount:
    return Amount(
        m2=Fraction(figure.m2),
        parts=figure.parts_count,
        unreviewed_m2=Fraction(figure.unreviewed_m2),
        target_m2=None if figure.target_m2 is None else Fraction(figure.target_m2),
        printed_m2=None if figure.printed_m2 is None else Fraction(figure.printed_m2),
        yellow_points=Fraction(10 if figure.yellow_points is None else figure.yellow_points),
    )


def _before(standing: Standing) -> Before:
    return Before(standing.stock.m2, standing.year.m2, standing.rank)


def _basis(bulletin: Bulletin) -> Basis:
    years = [f for f in bulletin.figures.all() if f.yellow_points is not None]
    own = next(f for f in years if f.region_id == bulletin.region_id)
    sources = dict.fromkeys(
        f.target_words.partition("，")[2] + ("（暂行）" if f.provisional else "")
        for f in years
        if f.target_words
    )
    assert own.yellow_points is not None  # chosen so
    return Basis(
        known_at=localtime(bulletin.known_at),
        yellow_points=Fraction(own.yellow_points),
        yellow_is_default=own.yellow_is_default,
        instruments=tuple(sources),
        unverified=tuple(
            (item["name"], item["numerator"])
            for item in bulletin.definitions.values()
            if not item["verified"]
        ),
    )
