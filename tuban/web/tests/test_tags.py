"""Figures, lights, stages and links as the templates write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles import finders
from django.template import Context as TemplateContext
from django.template import Template
from django.test import RequestFactory

from tuban.law.period import Stage
from tuban.values.area import Unit
from tuban.web.context import Context
from tuban.web.templatetags.tuban import STAGE_LOOKS, stage_words

SHANGHAI = ZoneInfo("Asia/Shanghai")


def render(source: str, address: str = "/", **values: Any) -> str:
    asof = Context(
        date(2024, 9, 30), date(2024, 9, 30), datetime(2024, 9, 30, tzinfo=SHANGHAI), None
    )
    request = RequestFactory().get(address)
    request.session = {}  # type: ignore[assignment]
    given = {"request": request, "asof": asof, "unit": Unit.MU, **values}
    return Template("{% load tuban %}" + source).render(TemplateContext(given))


@pytest.mark.parametrize(
    ("m2", "unit", "shown"),
    [
        (Fraction(2000, 3), Unit.MU, "1.00"),
        (Fraction(10_000), Unit.HA, "1.0000"),
        (Fraction(0), Unit.MU, "0.00"),
        (None, Unit.MU, "—"),
        ("", Unit.MU, "—"),
        (Fraction(-2000, 3), Unit.MU, "−1.00"),
        (Fraction(20_000_000, 3) * Fraction(8, 1000), Unit.WAN_MU, "0.008"),
    ],
)
def test_an_area_is_shown_in_the_unit_of_the_page(m2: Any, unit: Unit, shown: str) -> None:
    assert render("{% area m2 %}", m2=m2, unit=unit) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(9999, "9999"), (10_000, "10,000"), (0, "0"), (None, "—")]
)
def test_counts_take_separators_from_ten_thousand_on(value: int | None, shown: str) -> None:
    assert render("{{ value|num }}", value=value) == shown


@pytest.mark.parametrize(
    ("share", "percent", "points"),
    [
        (Fraction(723, 1000), "72.3", "+72.3"),
        (Fraction(-26, 1000), "−2.6", "−2.6"),
        (Fraction(0), "0.0", "+0.0"),
        (Fraction(3, 2), "150.0", "+150.0"),
        (None, "—", "—"),
    ],
)
def test_shares_and_differences_of_shares(
    share: Fraction | None, percent: str, points: str
) -> None:
    assert render("{{ share|percent }} {{ share|points }}", share=share) == f"{percent} {points}"


def test_dates_in_tables_and_in_sentences() -> None:
    shown = render("{{ d|day }} {{ d|day_cn }} {{ d|weekday }} {{ n|day }}", d=date(2024, 10, 8))

    assert shown == "2024-10-08 2024年10月8日 周二 —"


def test_an_instant_is_shown_in_shanghai() -> None:
    at = datetime(2024, 9, 30, 16, 30, tzinfo=ZoneInfo("UTC"))

    assert render("{{ at|stamp }} {{ at|day }}", at=at) == "2024-10-01 00:30 2024-10-01"


@pytest.mark.parametrize(
    ("colour", "look"),
    [("green", "ok"), ("yellow", "warn"), ("red", "bad"), ("grey", "off"), ("blue", "info")],
)
def test_a_light_is_colour_shape_and_word(colour: str, look: str) -> None:
    html = render('{% light colour "某词" %}', colour=colour)

    assert f"tb-light-{look}" in html
    assert f"#{look}" in html
    assert "某词" in html


def test_a_hidden_word_is_still_there_for_readers() -> None:
    assert "visually-hidden" in render('{% light "green" "完成" "" True %}')


def test_every_stage_has_a_look() -> None:
    assert set(STAGE_LOOKS) == set(Stage)


def test_every_look_has_its_colours_on_chips_and_in_drawings_alike() -> None:
    css = "".join(
        Path(str(finders.find(f"tuban/{name}.css"))).read_text("utf-8")
        for name in ("components", "product")
    )

    for look in {*STAGE_LOOKS.values(), "idle2"}:
        assert re.search(rf"^  \.s-{look}\s*{{ --s: .*--s-bg: .*--s-ink: ", css, re.MULTILINE), look


def test_two_full_years_have_their_own_look_and_words() -> None:
    html = render('{% stage "idle" flags %}', flags=["two_years"])

    assert "s-idle2" in html
    assert "闲置满二年" in html
    assert stage_words(Stage.STARTED, ["two_years"]) == "已动工"


def test_a_figure_names_what_it_is_and_opens_its_rows() -> None:
    html = render('{% fig "1.73" "unsupplied_disposed" "150602" 2024 %}', "/board/?unit=mu")

    assert 'data-measure="unsupplied_disposed"' in html
    assert 'data-region="150602"' in html
    assert 'data-on="2024-09-30"' in html
    assert "/measures/unsupplied_disposed/?unit=mu&amp;region=150602&amp;period=2024" in html


def test_a_figure_of_another_region_is_shown_without_a_door() -> None:
    html = render('{% fig "1.73" "idle_stock" "150627" %}', scope={"150602"})

    assert "1.73" in html
    assert "data-measure" in html
    assert "href" not in html


def test_a_link_keeps_the_day_and_drops_what_is_empty() -> None:
    source = '{% go "parcel-list" stage="idle" due=None %}'

    assert render(source, "/board/?on=2024-01-31&x=1") == "/parcels/?on=2024-01-31&amp;stage=idle"


def test_this_page_with_one_thing_changed() -> None:
    assert render("{% here page=2 %}", "/p/?q=a&page=9") == "?q=a&amp;page=2"
    assert render("{% here q=None %}", "/p/?q=a") == "/p/"


@pytest.mark.parametrize(
    ("rate", "width"), [(Fraction(1, 2), "50.0"), (Fraction(3), "100.0"), (Fraction(-1), "0.0")]
)
def test_the_bar_stops_at_its_ends(rate: Fraction, width: str) -> None:
    html = render("{% pace rate elapsed %}", rate=rate, elapsed=Fraction(3, 4))

    assert f'class="is-done" x="0" y="5" width="{width}"' in html
    assert "M75.0 0V18" in html


def test_no_bar_without_a_rate() -> None:
    assert render("{% pace rate elapsed %}", rate=None, elapsed=Fraction(1)) == ""
