"""Checks within one row: what cannot be keeps it waiting, what is odd is remarked."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.parcels.imports.problems import REMARK
from tuban.parcels.imports.rows import Stated
from tuban.parcels.imports.tests.test_rows import APPROVED, SUPPLIED, codes, state


def remarked(stated: Stated) -> list[tuple[str, str]]:
    assert not stated.has_errors
    assert all(p.level == REMARK and p.message and p.remedy for p in stated.problems)
    return codes(stated)


# ---- Order of dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"start_due": "2019-1-1", "complete_due": "2018-12-31"}, "complete_due"),
        ({"started_on": "2019-1-1", "completed_on": "2018-12-31"}, "completed_on"),
        (
            {"idle_cause": "政府原因", "excluded_from": "2019-1-2", "excluded_to": "2019-1-1"},
            "excluded_to",
        ),
        (
            {"disposal": "重新约定动工", "disposed_on": "2019-1-2", "new_start_due": "2019-1-1"},
            "new_start_due",
        ),
    ],
)
def test_dates_that_cannot_be_keep_the_row_waiting(cells: dict[str, Any], key: str) -> None:
    stated = state({**SUPPLIED, **cells})

    assert (key, "date_order") in codes(stated)
    assert stated.has_errors


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"delivered_on": "2016-4-30"}, "delivered_on"),
        ({"start_due": "2016-4-30"}, "start_due"),
        ({"started_on": "2016-4-30"}, "started_on"),
        ({"start_due": "2017-1-1", "delivered_on": "2017-1-2"}, "start_due"),
        ({"start_due": "2018-1-1", "recognised_on": "2017-12-31"}, "recognised_on"),
    ],
)
def test_dates_that_are_odd_are_remarked(cells: dict[str, Any], key: str) -> None:
    assert remarked(state({**SUPPLIED, **cells})) == [(key, "date_order")]


@pytest.mark.parametrize(
    ("first", "then", "fine"),
    [
        ("2019年", "2019-1-1", True),
        ("2019年", "2018-12-31", False),
        ("2019年3月", "2019-3-1", True),
        ("2019年3月", "2019-2-28", False),
        ("2019-3-2", "2019年3月", True),
    ],
)
def test_a_month_or_a_year_may_have_been_its_first_day(first: str, then: str, fine: bool) -> None:
    stated = state({**SUPPLIED, "start_due": first, "complete_due": then})

    assert (("complete_due", "date_order") not in codes(stated)) is fine


@given(st.dates(date(2015, 6, 30), date(2024, 1, 1)), st.integers(0, 300), st.integers(0, 900))
def test_dates_in_their_order_are_never_remarked(signed: date, wait: int, build: int) -> None:
    days = [signed]
    for step in (wait, wait, build):
        days.append(date.fromordinal(days[-1].toordinal() + step))
    keys = ("supplied_on", "delivered_on", "start_due", "complete_due")

    assert state({**SUPPLIED, **dict(zip(keys, days, strict=True))}).problems == []


# ---- Forms of numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["内政土发[2016]12号", "鄂府发〔2022〕118 号", "国土资函(2016)3号"]
)
def test_document_numbers_are_put_into_their_form(typed: str) -> None:
    stated = state({**APPROVED, "approval_no": typed})

    assert stated.problems == []
    assert stated.approval is not None
    assert "〔" in stated.approval["doc_no"]


@pytest.mark.parametrize(
    "typed", ["鄂府发〔2022〕第118号", "鄂府发〔22〕118号", "鄂府发〔2022〕0118号", "二批次"]
)
def test_what_is_no_document_number_is_kept_and_remarked(typed: str) -> None:
    stated = state({**APPROVED, "approval_no": typed})

    assert remarked(stated) == [("approval_no", "doc_no_form")]
    assert stated.approval is not None
    assert stated.approval["doc_no"] == typed


def test_a_parcel_code_is_checked_by_its_structure() -> None:
    assert state({**APPROVED, "parcel_no": "150602 001002 GB00015"}).problems == []
    wrong = state({**APPROVED, "parcel_no": "150602001002GC00015"})
    assert (codes(wrong), wrong.has_errors) == ([("parcel_no", "parcel_code")], True)
    assert "GC 不成立" in wrong.problems[0].message


def test_a_parcel_code_of_another_county_is_remarked() -> None:
    stated = state({**APPROVED, "parcel_no": "150603001002GB00015"})

    assert remarked(stated) == [("parcel_no", "county_of_number")]
    assert "康巴什区" in stated.problems[0].message


def test_a_supervision_number_of_another_county_is_remarked() -> None:
    assert state({**SUPPLIED, "contract_no": "1506022016B00123"}).problems == []
    assert state({**SUPPLIED, "contract_no": "1506002016B00123-1"}).problems == []
    other = state({**SUPPLIED, "contract_no": "1506272016B00123"})
    assert remarked(other) == [("contract_no", "county_of_number")]


# ---- Codes by date ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "signed", "expected", "waits"),
    [
        ("工业用地", "2024-1-2", [], False),
        ("0701", "2024-1-2", [], False),
        ("工业用地（1001）", "2024-1-2", [], False),
        ("0605", "2024-1-2", [("use", "use_unknown")], True),
        ("0701工业用地", "2024-1-2", [("use", "use_mismatch")], True),
        ("1313", "2024-1-2", [("use", "use_not_in_use")], False),
        ("1313", "2021-1-2", [], False),
        ("0601", "2024-1-2", [("use", "use_ambiguous")], False),
        ("0605", "2016-5-1", [("use", "use_unknown")], False),
    ],
)
def test_a_land_use_code_is_judged_by_the_day_of_its_paper(
    use: str, signed: str, expected: list[tuple[str, str]], waits: bool
) -> None:
    stated = state({**SUPPLIED, "use": use, "supplied_on": signed})

    assert (codes(stated), stated.has_errors) == (expected, waits)


@pytest.mark.parametrize(
    ("mode", "signed", "expected"),
    [
        ("先租后让", "2022-12-19", [("supply_mode", "mode_by_date")]),
        ("先租后让", "2022-12-20", []),
        ("长期租赁", "2019-1-1", [("supply_mode", "mode_by_date")]),
        ("租赁", "2019-1-1", []),
    ],
)
def test_a_form_of_supply_has_a_first_day(
    mode: str, signed: str, expected: list[tuple[str, str]]
) -> None:
    assert remarked(state({**SUPPLIED, "supply_mode": mode, "supplied_on": signed})) == expected


# ---- Units ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approved", "supplied", "key", "likely", "meant"),
    [
        (12.3456, 185.184, "supplied_area", "亩", "12.3456"),
        (185.184, 12.3456, "approved_area", "亩", "12.3456"),
        (8, 0.012, "supplied_area", "万亩", "8.0000"),
    ],
)
def test_a_figure_a_unit_apart_is_told_with_the_likely_unit(
    approved: float, supplied: float, key: str, likely: str, meant: str
) -> None:
    stated = state({**SUPPLIED, "approved_area": approved, "supplied_area": supplied})

    assert remarked(stated) == [(key, "unit_ratio")]
    assert likely in stated.problems[0].message
    assert meant in stated.problems[0].remedy


@pytest.mark.parametrize("share", [1, 0.5, 0.2, 0.1, 0.05])
def test_a_part_supplied_is_no_slip_of_units(share: float) -> None:
    assert state({**SUPPLIED, "supplied_area": round(12.3456 * share, 4)}).problems == []


def test_figures_are_never_changed() -> None:
    for approved, supplied in product((12.3456, 185.184), repeat=2):
        stated = state({**SUPPLIED, "approved_area": approved, "supplied_area": supplied})
        areas = [f.payload.area.printed for f in stated.facts]  # type: ignore[union-attr]
        assert areas == [str(approved), str(supplied)]
