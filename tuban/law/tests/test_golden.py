"""The golden cases of the rule book, exactly as it states them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tuban.law.approvals import (
    OverConsumption,
    approval_lapse_warning_on,
    consume,
    meets,
    supply_rate,
)
from tuban.law.files import facts_from_records, load_yaml
from tuban.law.remedies import remedy
from tuban.law.timeline import Period, Stage, Timeline, timeline
from tuban.values.area import Unit

GOLDEN = Path(__file__).parent / "golden"


def cases() -> list[Any]:
    found = []
    for path in sorted(GOLDEN.glob("*.yaml")):
        for case in load_yaml(path.read_text(encoding="utf-8")):
            found.append(pytest.param(case, id=f"{path.stem}:{case['id']}"))
    return found


@pytest.mark.parametrize("case", cases())
def test_golden_case(case: Mapping[str, Any]) -> None:
    assert set(case) == {"id", "note", "source", "given", "expect"}
    made = timeline(facts_from_records(case["given"]))
    for what, expected in case["expect"].items():
        CHECKS[what](made, expected)


def check_days(made: Timeline, expected: Mapping[date, Mapping[str, Any]]) -> None:
    for day, wanted in expected.items():
        period = made.on(day)
        assert period is not None, day
        for name, value in wanted.items():
            assert _shown(period, name, value) == value, (day, name)


def check_idle_from(made: Timeline, expected: date | None) -> None:
    first = [p.starts_on for p in made.periods if p.stage is Stage.SUSPECTED_IDLE]
    assert (first[0] if first else None) == expected


def check_recall_from(made: Timeline, expected: date) -> None:
    first = next(p for p in made.periods if "two_years" in p.flags)
    assert first.starts_on == expected
    assert remedy(first, "enterprise").value == "recall"


def check_sequence(made: Timeline, expected: list[str]) -> None:
    assert [p.stage.value for p in made.periods] == expected


def check_warnings(made: Timeline, expected: list[str]) -> None:
    assert [w.code for w in made.warnings] == expected


def check_warning_rules(made: Timeline, expected: list[str]) -> None:
    assert [w.rule for w in made.warnings] == expected


CHECKS: Mapping[str, Callable[[Timeline, Any], None]] = {
    "on": check_days,
    "idle_from": check_idle_from,
    "recall_from": check_recall_from,
    "sequence": check_sequence,
    "warnings": check_warnings,
    "warning_rules": check_warning_rules,
}


def _shown(period: Period, name: str, wanted: Any) -> Any:
    """What a period shows under a name the cases use."""
    if name == "remedy":
        return {cause: remedy(period, cause).value for cause in wanted}
    if name == "rules":
        return sorted(set(wanted) & {g.rule for g in period.grounds})
    if name == "says":
        return wanted if any(wanted in g.text for g in period.grounds) else period.grounds
    if name == "label":
        return period.stage.label
    if name.endswith("_mu"):
        return getattr(period, f"{name[:-3]}_m2") / Unit.MU.m2
    value = getattr(period, name)
    return list(value) if isinstance(value, tuple) else value


def test_golden_2_a_rates_gross_and_net() -> None:
    rates = supply_rate(1000, 720, 60, 20)
    assert rates.gross == Fraction(72, 100)
    assert rates.net is not None
    assert f"{float(rates.net):.2%}" == "78.26%"
    assert supply_rate(0, 0).gross is None
    assert supply_rate(80, 0, 60, 20).net is None


def test_golden_2_c_no_rounding_before_the_comparison() -> None:
    floor = Fraction(15, 100)
    assert meets(Fraction(600, 4000), floor)
    assert not meets(Fraction(5999, 40000), floor)
    assert not meets(None, floor)


def test_golden_2_d_the_two_years_of_an_approval() -> None:
    assert approval_lapse_warning_on(date(2019, 8, 31)) == date(2021, 9, 1)
    assert approval_lapse_warning_on(date(2020, 2, 29)) == date(2022, 3, 1)


def test_golden_2_h_over_consumption_is_refused_unless_split() -> None:
    with pytest.raises(OverConsumption) as refused:
        consume(25, 30)
    assert (refused.value.left, refused.value.wanted) == (25, 30)
    assert consume(25, 25) == 0
    assert consume(Fraction(25, 3), Fraction(5, 3)) == Fraction(20, 3)
