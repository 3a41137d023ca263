"""Printed deadlines → milestones, by hand and by hypothesis; units; lights."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.supervision.lights import DutyState, Light, judge, workdays_left
from tuban.supervision.milestones import (
    YEARS_WORK,
    MilestoneKind,
    is_open_ended,
    milestones,
    yearly,
)
from tuban.supervision.tests.cast import due
from tuban.supervision.units import Place, Unit, owing, possible_names, units
from tuban.values.places import COUNTY_CODES, REGIONS
from tuban.values.workdays import published

CITY = Place("150600", "鄂尔多斯市", {code: REGIONS[code] for code in COUNTY_CODES})
ALWAYS = due(None, "", kind="continuous", start=5)
TARGET = {"name": "标准地出让", "raw": "50%以上", "year": "2024"}


def days(found: list[Any]) -> list[tuple[str, str]]:
    return [(each.kind.value, str(each.due_on)) for each in found]


def test_a_range_ends_on_its_last_day() -> None:
    span = due(None, kind="range") | {"norm": ["2024-05-01", "2024-06-15"]}

    assert days(milestones([span], [], 2024)) == [("dated", "2024-06-15")]


@pytest.mark.parametrize(
    "deadline",
    [
        due(None, kind="relative") | {"norm": {"duration": "P30D", "event": "办法印发"}},
        due(None),
    ],
)
def test_what_has_no_day_is_never_guessed(deadline: dict[str, Any]) -> None:
    assert days(milestones([deadline], [], 2024)) == [("undated", "None")]


def test_a_task_without_deadlines_waits_for_its_day() -> None:
    (only,) = milestones([], [], 2024)

    assert (only.kind, only.due_on, only.words) == (MilestoneKind.UNDATED, None, "")


def test_the_years_product_is_named_after_what_is_printed() -> None:
    printed = due("2022-12-31", "完成本年度任务", start=20)

    assert yearly([ALWAYS, printed], [], 2022) == []
    assert [each.words for each in yearly([ALWAYS, printed], [], 2023)] == ["完成本年度任务"]
    (goal,) = yearly([ALWAYS, printed], [TARGET], 2024)
    assert (goal.words, goal.by_default) == ("标准地出让50%以上", True)
    every = due("FREQ=YEARLY;INTERVAL=3", "基准地价", kind="recurring", raw="每3年更新一次")
    assert [each.words for each in yearly([every], [], 2024)] == ["每3年更新一次基准地价"]
    assert [each.words for each in yearly([ALWAYS], [], 2024)] == [YEARS_WORK]


def test_a_printed_day_of_every_year_is_that_years_day() -> None:
    every = due("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "报送总结", kind="recurring")

    (leap,) = yearly([every], [], 2024)
    assert (str(leap.due_on), leap.by_default) == ("2024-02-29", False)
    december = every | {"norm": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1"}
    assert [str(each.due_on) for each in yearly([december], [], 2023)] == ["2023-12-31"]


def test_what_recurs_up_to_a_printed_end_ends_there() -> None:
    every = due("FREQ=YEARLY", "消化", kind="recurring", start=10)
    end = due("2025-12-31", "全部清零", start=30)

    assert len(yearly([every, end], [], 2025)) == 1
    assert yearly([every, end], [], 2026) == []
    assert not is_open_ended([every, end])
    assert is_open_ended([every, end, ALWAYS])


NORMS = {
    "fixed": st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(str) | st.none(),
    "continuous": st.none(),
    "recurring": st.sampled_from(
        [
            "FREQ=YEARLY",
            "FREQ=YEARLY;INTERVAL=3",
            "FREQ=MONTHLY",
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1",
        ]
    ),
    "relative": st.just({"duration": "P30D", "event": "印发"}),
}


@st.composite
def deadlines(draw: st.DrawFn) -> list[dict[str, Any]]:
    kinds = draw(st.lists(st.sampled_from(list(NORMS)), max_size=5))
    return [
        due(
            None, draw(st.sampled_from(["", "完成本年度任务", "出台办法"])), kind=kind, start=10 * n
        )
        | {"norm": draw(NORMS[kind]), "where": draw(st.sampled_from(["label", "body"]))}
        for n, kind in enumerate(kinds)
    ]


@settings(deadline=None)
@given(deadlines(), st.integers(2020, 2040))
def test_no_recurring_task_is_without_a_next_dated_product(
    printed: list[dict[str, Any]], year: int
) -> None:
    first = milestones(printed, [], 2020)
    later = [each for y in range(2021, year + 1) for each in yearly(printed, [], y)]
    products = [each for each in [*first, *later] if each.kind is MilestoneKind.YEARLY]

    assert first  # nothing is without a milestone
    assert all(each.due_on and each.year == each.due_on.year for each in products)
    if is_open_ended(printed):
        assert any(each.year == year for each in products)


@settings(deadline=None)
@given(deadlines())
def test_every_printed_deadline_is_a_milestone_and_no_day_is_made_up(
    printed: list[dict[str, Any]],
) -> None:
    found = milestones(printed, [], 2024)

    spans = {each.span for each in found}
    still = [d for d in printed if d["kind"] in {"fixed", "relative"}]
    assert {(d["span"][0], d["span"][1]) for d in still} <= spans
    stated = {d["norm"] for d in still if isinstance(d["norm"], str)}
    for each in found:
        if each.due_on and each.kind is MilestoneKind.DATED:
            assert str(each.due_on) in stated


def test_each_banner_stands_for_the_nine() -> None:
    found = units(["市财政局", "各旗区人民政府", "各开发区管委会", "东胜区人民政府"], CITY)

    assert [unit.region_code for unit in found][:2] == ["150600", "150602"]
    assert len(found) == 11
    assert found[-1] == Unit("各开发区管委会", "150600", "各开发区管委会")
    assert found[1].printed == "东胜区人民政府"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("各旗区完成平台建设", 9),
        ("完成市本级平台建设", 1),
        ("市级细则出台", 1),
        ("完成市本级、各旗区规划", 10),
        ("出台政策", 10),
    ],
)
def test_words_that_limit_a_milestone_limit_who_owes_it(words: str, count: int) -> None:
    leads = units(["市自然资源局", "各旗区人民政府"], CITY)

    assert len(owing(words, leads, CITY)) == count
    assert owing("各旗区完成", leads[:1], CITY) == leads[:1]


@pytest.mark.parametrize(
    ("name", "place", "names"),
    [
        ("市自然资源局", "鄂尔多斯市", ("市自然资源局", "鄂尔多斯市自然资源局")),
        ("旗司法局", "鄂托克前旗", ("旗司法局", "鄂托克前旗司法局")),
        ("东胜区人民政府", "东胜区", ("东胜区人民政府", "东胜区自然资源局")),
        ("国家税务总局", "鄂尔多斯市", ("国家税务总局",)),
    ],
)
def test_an_organisation_is_known_by_its_full_name(
    name: str, place: str, names: tuple[str, ...]
) -> None:
    assert possible_names(name, place) == names


ON, CALENDAR = date(2024, 9, 30), published()


@pytest.mark.parametrize(
    ("state", "due_on", "reported_on", "light"),
    [
        ("open", "2024-09-29", None, Light.OVERDUE),
        ("returned", "2024-09-29", "2024-09-20", Light.OVERDUE),
        ("open", "2024-09-30", None, Light.SOON),
        ("open", "2024-10-18", None, Light.SOON),  # the tenth: seven off, Saturday 12th is worked
        ("open", "2024-10-21", None, Light.ON_TIME),
        ("open", None, None, Light.UNDATED),
        ("reported", "2024-09-29", "2024-09-29", Light.REPORTED),
        ("reported", "2024-09-28", "2024-09-29", Light.REPORTED_LATE),
        ("reported", None, "2024-09-29", Light.REPORTED),
        ("accepted", "2024-09-29", "2024-09-29", Light.DONE),
        ("accepted", "2024-09-28", "2024-09-29", Light.DONE_LATE),
        ("released", "2024-01-01", None, Light.RELEASED),
    ],
)
def test_a_light_is_judged_by_working_days_and_by_the_day_of_the_report(
    state: str, due_on: str | None, reported_on: str | None, light: Light
) -> None:
    days_ = [date.fromisoformat(day) if day else None for day in (due_on, reported_on)]

    judged = judge(DutyState(state), days_[0], days_[1], ON, 10, CALENDAR)

    assert judged.light is light
    assert judged.words


@pytest.mark.parametrize(
    ("due_on", "on", "said"),
    [
        # Friday 27th, the worked Sunday 29th and Monday 30th, of a week with two days off
        ("2024-09-26", "2024-09-30", "逾期 3 个工作日"),
        ("2024-10-01", "2024-10-05", "逾期 4 天，其间没有工作日"),
        ("2027-01-05", "2027-02-01", "逾期 27 天（缺少 2027 年节假日安排）"),
    ],
)
def test_it_is_said_by_how_many_working_days_a_duty_is_late(
    due_on: str, on: str, said: str
) -> None:
    due, today = date.fromisoformat(due_on), date.fromisoformat(on)
    judged = judge(DutyState.OPEN, due, None, today, 10, CALENDAR)
    assert judged.light is Light.OVERDUE
    assert judged.words.endswith(f"没有上报，{said}")
    returned = judge(DutyState.RETURNED, due, None, today, 10, CALENDAR)
    assert returned.words.endswith(f"退回后没有再上报，{said}")


def test_a_year_without_its_notice_is_named_and_not_assumed() -> None:
    near = judge(DutyState.OPEN, date(2027, 1, 5), None, date(2026, 12, 28), 10, CALENDAR)
    far = judge(DutyState.OPEN, date(2027, 12, 31), None, date(2026, 6, 1), 10, CALENDAR)
    over = judge(DutyState.OPEN, date(2027, 1, 5), None, date(2027, 2, 1), 10, CALENDAR)

    assert (near.light, "缺少 2027 年节假日安排" in near.words) == (Light.NO_CALENDAR, True)
    assert (far.light, over.light) == (Light.ON_TIME, Light.OVERDUE)


@settings(deadline=None)
@given(st.dates(date(2010, 1, 1), date(2025, 12, 1)), st.integers(0, 40), st.integers(1, 60))
def test_working_days_left_agree_with_the_calendar(on: date, ahead: int, most: int) -> None:
    due_on = on + timedelta(days=ahead)
    counted = CALENDAR.workdays_between(on, due_on)

    assert workdays_left(due_on, on, most, CALENDAR) == (counted if counted <= most else None)
