"""冻结: every figure is the sum of its parts, agrees with the measure, and never moves again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.bulletins import actions
from tuban.bulletins.blocks import figure_key, from_json
from tuban.bulletins.models import Bulletin, Figure, FigurePart, Step
from tuban.bulletins.tests.cast import (
    ON,
    Posts,
    make_draft,
    make_issued,
    make_ledger,
    make_plan,
    make_posts,
)
from tuban.law.facts import FactKind
from tuban.measures.queries import contributions
from tuban.parcels.actions import record_fact, review_fact
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_user
from tuban.values.area import Unit

pytestmark = pytest.mark.django_db
MU = Unit.MU.m2


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts() -> Posts:
    return make_posts()


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def supplied(clerk: User, posts: Posts) -> Parcel:
    make_plan(posts.reviewer, {DONGSHENG: "30", EJIN_HORO: "10"}, printed_total="41")
    return make_ledger(clerk)


def figure(bulletin: Bulletin, code: str, region: str, period: str = "") -> Figure:
    return bulletin.figures.get(measure_code=code, region_id=region, period=period)


def test_figures_agree_with_the_measures_and_with_their_parts(
    supplied: Parcel, posts: Posts
) -> None:
    review_fact(
        actor=posts.reviewer,
        fact_id=Parcel.objects.get(parcel_no="YS-0").facts.get().pk,
    )
    bulletin = make_draft(posts.drafter)

    assert bulletin.figures.count() == 7 * 10
    for item in bulletin.figures.filter(period__in=("", "2024")):
        live = contributions(
            posts.drafter, item.measure_code, region_code=item.region_id, period="2024", on=ON
        )
        assert Fraction(item.m2) == live.total_m2
        assert Fraction(item.unreviewed_m2) == live.unreviewed_m2
        assert item.parts_count == live.count
        if item.region_id != CITY:
            assert sum(Fraction(part.m2) for part in item.parts.all()) == item.m2
            assert {p.parcel_id for p in item.parts.all()} == {r.parcel_id for r in live.rows}
    assert (
        figure(bulletin, "unsupplied_stock", DONGSHENG).unreviewed_m2
        < figure(bulletin, "unsupplied_stock", DONGSHENG).m2
    )


def test_the_period_is_a_part_of_the_year(supplied: Parcel, posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    period = "2024-09-01/2024-09-30"

    year = figure(bulletin, "unsupplied_disposed", CITY, "2024").m2
    assert abs(Fraction(year) - 20 * MU) <= Fraction(1, 10**6)
    assert figure(bulletin, "unsupplied_disposed", CITY, period).m2 == 15 * MU
    part = figure(bulletin, "unsupplied_disposed", DONGSHENG, period).parts.get()
    assert (part.parcel, part.starts_on) == (supplied, date(2024, 9, 3))
    assert set(part.fact_ids) == set(supplied.facts.values_list("pk", flat=True))


def test_targets_are_frozen_with_their_words_and_the_citys_is_their_sum(
    supplied: Parcel, posts: Posts
) -> None:
    bulletin = make_draft(posts.drafter)
    own = figure(bulletin, "unsupplied_disposed", DONGSHENG, "2024")
    city = figure(bulletin, "unsupplied_disposed", CITY, "2024")

    assert (own.target_m2, own.target_words) == (30 * MU, "30 亩，演府发〔2022〕1号")
    assert (own.yellow_points, own.yellow_is_default) == (10, True)
    assert abs(Fraction(city.target_m2) - 40 * MU) <= Fraction(1, 10**6)
    assert abs(Fraction(city.printed_m2) - 41 * MU) < Fraction(1, 10**6)
    assert figure(bulletin, "idle_disposed", DONGSHENG, "2024").target_m2 is None


def test_a_later_fact_changes_the_next_bulletin_and_not_the_issued_one(
    supplied: Parcel, posts: Posts, clerk: User
) -> None:
    issued = make_issued(posts)
    before = issued.body
    other = Parcel.objects.get(parcel_no="YS-1")
    record_fact(
        actor=clerk,
        parcel_id=other.pk,
        kind=FactKind.SUPPLIED,
        on=date(2024, 9, 20),
        payload={"area": {"value": "20.005", "unit": "mu"}, "mode": "grant"},
    )
    after = make_draft(posts.drafter)
    code, region = "unsupplied_disposed", DONGSHENG

    issued = Bulletin.objects.get(pk=issued.pk)
    assert issued.body == before
    assert figure(issued, code, region, "2024").m2 == 15 * MU
    assert abs(Fraction(figure(after, code, region, "2024").m2) - Fraction("35.005") * MU) < 1e-5


def test_an_issued_bulletin_cannot_be_changed_by_any_means(supplied: Parcel, posts: Posts) -> None:
    issued = make_issued(posts)
    part = FigurePart.objects.filter(figure__bulletin=issued).first()
    one = issued.figures.first()
    assert part
    assert one
    attempts = (
        lambda: Bulletin.objects.filter(pk=issued.pk).update(title="改"),
        lambda: Bulletin.objects.filter(pk=issued.pk).delete(),
        lambda: issued.figures.update(m2=1),
        lambda: issued.figures.all()._raw_delete("default"),
        lambda: Figure.objects.create(
            bulletin=issued, measure_code="unsupplied_stock", region_id=CITY, period="x"
        ),
        lambda: FigurePart.objects.filter(pk=part.pk).update(m2=1),
        lambda: FigurePart.objects.filter(pk=part.pk).delete(),
        lambda: FigurePart.objects.create(
            figure=one,
            parcel_id=part.parcel_id,
            starts_on=ON,
            stage="unsupplied",
            m2=1,
            fact_ids=[],
            unreviewed=False,
        ),
        lambda: Step.objects.filter(bulletin=issued).update(remark="改"),
        lambda: Step.objects.filter(bulletin=issued).delete(),
        *(
            lambda table=table: connection.cursor().execute(f"truncate {table} cascade")
            for table in (
                "bulletins_bulletin",
                "bulletins_figure",
                "bulletins_figurepart",
                "bulletins_step",
            )
        ),
    )
    connection.check_constraints()  # or TRUNCATE would be refused for what is still pending
    for attempt in attempts:
        with (
            pytest.raises(DatabaseError, match=r"已签发的通报不能改动|Cannot update"),
            transaction.atomic(),
        ):
            attempt()


def test_a_draft_takes_its_figures_again_and_keeps_the_drafters_words(
    supplied: Parcel, posts: Posts, clerk: User
) -> None:
    draft = make_draft(posts.drafter)
    actions.edit(
        actor=posts.drafter,
        bulletin_id=draft.pk,
        version=0,
        addressee="各旗区人民政府：",
        opening="开头。",
        demands="要求。",
    )
    record_fact(
        actor=clerk,
        parcel_id=Parcel.objects.get(parcel_no="YS-1").pk,
        kind=FactKind.WITHDRAWN,
        on=date(2024, 9, 20),
        payload={"area": {"value": "20.005", "unit": "mu"}},
    )
    again = actions.refresh(actor=posts.drafter, bulletin_id=draft.pk)

    assert (again.opening, again.demands, again.addressee) == ("开头。", "要求。", "各旗区人民政府")
    assert again.body != draft.body
    assert again.figures.count() == 70


def test_every_figure_in_the_text_is_a_frozen_one_and_shows_it(
    supplied: Parcel, posts: Posts
) -> None:
    from tuban.values.area import format_area

    bulletin = make_draft(posts.drafter)
    frozen = {figure_key(f.measure_code, f.region_id, f.period): f for f in bulletin.figures.all()}
    runs = [
        run
        for block in from_json(bulletin.body)
        for run in (
            *block.runs,
            *(c for row in (block.table.rows if block.table else ()) for c in row),
        )
        if run.figure
    ]

    assert len(runs) > 100
    for run in runs:
        item = frozen[run.figure]
        if run.show == "m2":
            assert run.text == format_area(item.m2, Unit.MU, item.decimals)
