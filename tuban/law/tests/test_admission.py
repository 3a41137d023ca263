"""What must not be recorded is refused, with a way out; everything else is let in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tuban.law.admission import objections
from tuban.law.facts import Fact, FactKind, payload_from_json
from tuban.law.model import Started, StartTest

TODAY = date(2024, 9, 30)


def fact(
    fact_id: int | str,
    kind: str,
    on: str,
    *,
    supersedes: int | None = None,
    precision: str = "day",
    **content: Any,
) -> Fact:
    fact_kind = FactKind(kind)
    payload = payload_from_json(fact_kind, content)
    return Fact(fact_id, fact_kind, date.fromisoformat(on), payload, precision, supersedes)


def mu(value: str) -> dict[str, str]:
    return {"value": value, "unit": "mu"}


APPROVED = fact(1, "approved", "2015-06-30", area=mu("100"))
SUPPLIED = fact(2, "supplied", "2018-03-01", area=mu("75"))


def codes(existing: list[Fact], new: Fact) -> list[str]:
    found = objections(existing, new, today=TODAY)
    assert all(o.message and o.remedy for o in found)
    return [o.code for o in found]


def test_a_fitting_fact_is_let_in() -> None:
    assert codes([], APPROVED) == []
    assert codes([APPROVED], SUPPLIED) == []
    assert codes([APPROVED, SUPPLIED], fact("new", "supplied", "2019-01-01", area=mu("25"))) == []


def test_golden_2_h_a_supply_of_30_mu_from_25_left_is_refused_with_the_figures() -> None:
    new = fact("new", "supplied", "2019-01-01", area=mu("30"))
    (refusal,) = objections([APPROVED, SUPPLIED], new, today=TODAY)
    assert refusal.code == "over_consumption"
    assert "30.00 亩" in refusal.message
    assert "25.00 亩" in refusal.message
    assert "另一批准文件" in refusal.remedy


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (fact("new", "supplied", "2024-10-01", area=mu("1")), "in_future"),
        (fact("new", "delivered", "2024-12-31", precision="year"), "in_future"),
        (fact("new", "delivered", "2015-06-29"), "before_approval"),
        (fact("new", "withdrawn", "2020-01-01", area=mu("25.01")), "over_consumption"),
        (fact("new", "lapsed", "2020-01-01", area=mu("26")), "over_consumption"),
        (fact("new", "approved", "2016-01-01", area=mu("5")), "second_approval"),
        (fact("new", "supplied", "2018-03-01", area=mu("75")), "duplicate"),
        (fact("new", "void", "2018-03-01"), "void_without_fact"),
        (fact("new", "void", "2018-03-01", supersedes=9), "unknown_fact"),
        (
            fact("new", "excluded", "2020-02-01", to="2020-01-31", cause="government",
                 confirmed=True),
            "excluded_reversed",
        ),
        (
            fact("new", "excluded", "2020-02-01", to=None, cause="enterprise", confirmed=True),
            "excluded_enterprise",
        ),
        (fact("new", "recognised_idle", "2021-01-01", area=mu("76")), "idle_exceeds_supplied"),
        (fact("new", "recovered", "2021-01-01", route="paid", area=mu("76")),
         "recovered_exceeds_supplied"),
    ],
)  # fmt: skip
def test_what_contradicts_the_record_is_refused(new: Fact, code: str) -> None:
    assert code in codes([APPROVED, SUPPLIED], new)


def test_a_start_without_permit_is_refused_and_may_be_reported_instead() -> None:
    bare = Fact("new", FactKind.STARTED, date(2020, 1, 1), Started(" ", StartTest.PIT))
    (refusal,) = objections([APPROVED, SUPPLIED], bare, today=TODAY)
    assert refusal.code == "start_without_proof"
    assert "第三十条" in refusal.article
    assert "申报动工" in refusal.remedy
    assert codes([APPROVED, SUPPLIED], fact("new", "start_reported", "2020-01-01")) == []


def test_a_fact_is_corrected_once() -> None:
    smaller = fact(3, "supplied", "2018-03-01", supersedes=2, area=mu("70"))
    again = fact("new", "supplied", "2018-03-01", supersedes=2, area=mu("71"))
    assert codes([APPROVED, SUPPLIED], smaller) == []
    assert codes([APPROVED, SUPPLIED, smaller], again) == ["already_superseded"]


def test_a_cancellation_is_final_and_the_fact_may_be_recorded_anew() -> None:
    void = fact(3, "void", "2018-03-01", supersedes=2)
    record = [APPROVED, SUPPLIED, void]
    assert codes([APPROVED, SUPPLIED], void) == []
    assert codes(record, fact("new", "void", "2018-03-01", supersedes=3)) == ["void_is_final"]
    assert codes(record, fact("new", "supplied", "2018-03-01", area=mu("75"))) == []


def test_a_correction_is_judged_by_the_record_as_it_would_then_stand() -> None:
    rest = fact(3, "supplied", "2019-01-01", area=mu("25"))
    larger = fact("new", "supplied", "2018-03-01", supersedes=2, area=mu("80"))
    (refusal,) = objections([APPROVED, SUPPLIED, rest], larger, today=TODAY)
    assert refusal.code == "over_consumption"
    assert "2019-01-01" in refusal.message
    smaller_approval = fact("new", "approved", "2015-06-30", supersedes=1, area=mu("90"))
    assert codes([APPROVED, SUPPLIED, rest], smaller_approval) == ["over_consumption"]


def test_an_approval_may_not_be_moved_behind_what_followed_it() -> None:
    later = fact("new", "approved", "2018-03-02", supersedes=1, area=mu("100"))
    assert codes([APPROVED, SUPPLIED], later) == ["before_approval"]
    assert codes([SUPPLIED], fact("new", "approved", "2018-03-02", area=mu("100"))) == [
        "before_approval"
    ]


def test_an_approval_known_by_its_year_may_precede_a_day_of_that_year() -> None:
    approval = fact(1, "approved", "2018-12-31", precision="year", area=mu("100"))
    assert codes([approval], fact("new", "supplied", "2018-03-01", area=mu("75"))) == []
    assert codes([approval], fact("new", "supplied", "2017-12-31", area=mu("75"))) == [
        "before_approval"
    ]


def test_old_contradictions_do_not_block_new_facts() -> None:
    too_much = fact(3, "supplied", "2019-01-01", area=mu("30"))
    record = [APPROVED, SUPPLIED, too_much]
    assert codes(record, fact("new", "delivered", "2019-02-01")) == []
    assert codes(record, fact("new", "supplied", "2019-01-01", supersedes=3, area=mu("25"))) == []


def test_recognition_needs_supplied_land_or_an_area() -> None:
    letter = fact("new", "recognised_idle", "2021-01-01")
    assert codes([APPROVED], letter) == ["no_supply"]
    assert codes([], letter) == ["idle_area_missing"]
    assert codes([], fact("new", "recognised_idle", "2021-01-01", area=mu("10"))) == []
    first = fact(3, "recognised_idle", "2020-01-01")
    assert codes([APPROVED, SUPPLIED, first], letter) == ["already_idle"]


def test_land_recovered_may_be_supplied_again_but_not_recovered_twice() -> None:
    back = fact(3, "recovered", "2020-01-01", route="free")
    record = [APPROVED, SUPPLIED, back]
    assert codes(record, fact("new", "supplied", "2021-01-01", area=mu("100"))) == []
    assert codes(record, fact("new", "supplied", "2021-01-01", area=mu("100.01"))) == [
        "over_consumption"
    ]
    assert codes(record, fact("new", "recovered", "2021-01-01", route="paid")) == ["nothing_held"]


def test_withdrawal_needs_an_approval_and_lapse_something_left() -> None:
    assert codes([SUPPLIED], fact("new", "withdrawn", "2021-01-01", area=mu("1"))) == [
        "no_approval"
    ]
    lapsed = fact(3, "lapsed", "2021-01-01")
    assert codes([APPROVED, SUPPLIED], lapsed) == []
    assert codes([APPROVED, SUPPLIED, lapsed], fact("new", "lapsed", "2022-01-01")) == [
        "nothing_left"
    ]
