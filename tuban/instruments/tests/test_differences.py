"""A banner's own plan against the city's row for it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.instruments.actions import confirm_plan
from tuban.instruments.differences import Figure, differences
from tuban.instruments.models import Target
from tuban.instruments.pages import difference_page
from tuban.parcels.tests.cast import CITY, TODAY, make_user

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
S0, S1 = (next(SEEDS.glob(f"{number}_*.txt"), None) for number in ("000", "001"))
needs_seeds = pytest.mark.skipif(
    S0 is None or S1 is None, reason="../shared/seeds 不在本机，缺少方案原文"
)


def figure(year: int | None, value: str, subject: str = "idle") -> Figure:
    return Figure(subject, year, Fraction(value), value, 0)


def test_the_term_is_held_against_the_sum_of_the_parents_years() -> None:
    parent = [figure(2022, "4"), figure(2023, "6"), figure(2023, "9", "unsupplied")]
    found = differences([figure(2022, "4"), figure(None, "10")], parent)

    assert [(row.year, row.verdict) for row in found] == [
        (2022, "一致"),
        (2023, "下级未列"),
        (None, "一致"),
    ]
    assert found[-1].parent is not None
    assert found[-1].parent.printed == "4＋6"


def test_a_difference_has_its_sign_and_silence_is_no_zero() -> None:
    (less, alone) = differences([figure(2022, "3"), figure(2024, "1")], [figure(2022, "4")])

    assert (less.by_m2, less.verdict) == (Fraction(-1), "不一致")
    assert (alone.by_m2, alone.verdict) == (None, "上级未列")


@pytest.fixture
def reviewer(settings: Settings) -> User:
    settings.TUBAN_TODAY = TODAY
    return make_user(Role.CITY_REVIEWER, CITY)


@needs_seeds
@pytest.mark.django_db
def test_the_real_child_agrees_with_its_parent_and_a_planted_difference_shows(
    reviewer: User, client: Client
) -> None:
    assert S0 is not None
    assert S1 is not None
    confirm_plan(actor=reviewer, content=S0.read_bytes(), name=S0.name)
    child = confirm_plan(actor=reviewer, content=S1.read_bytes(), name=S1.name)

    page = difference_page(reviewer, child)
    assert page.differing == 0
    agreed = [(title, row.year) for title, row in page.rows if row.verdict == "一致"]
    assert len(agreed) == 10  # eight years' figures and two terms
    Target.objects.filter(instrument=child, year=2024, metric__contains="闲置").update(value="0.06")
    assert difference_page(reviewer, child).differing == 1
    client.force_login(reviewer)
    said = client.get(f"/instruments/{child.pk}/difference/").content.decode()
    assert "有 1 处不一致" in said
    assert "鄂府发〔2022〕118号</a> 的数为准" in said
