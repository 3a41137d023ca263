"""Codes with check digits and codes with structure: golden cases G4-03 and G4-04."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from tuban.values.identifiers import (
    county_of_supervision_no,
    is_old_registration_no,
    is_parcel_code_like,
    parcel_code_flaw,
    plain_code,
    uscc_flaw,
)

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "11150600MB0000000B", "12150302MB1234562X"])
def test_whole_credit_codes_have_no_flaw(code: str) -> None:
    assert uscc_flaw(code) is None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("11150600MB0000000C", "应为 B，载明 C"),
        ("11150600MO0000000B", "不用 I、O、S、V、Z"),
        ("1115060XMB0000000B", "第 3 至 8 位应为数字"),
        ("11150600MB000000B", "有 17 位"),
    ],
)
def test_a_flawed_credit_code_says_which_part(code: str, says: str) -> None:
    assert says in str(uscc_flaw(code))


@given(st.text(LETTERS, min_size=2, max_size=2), st.text(LETTERS, min_size=9, max_size=9))
def test_the_check_digit_closes_every_code_and_only_it(head: str, body: str) -> None:
    """Letters in front are of the standard, though not of the library's own validation."""
    front = f"{head}150602{body}"
    right = uscc.calc_check_digit(front)

    assert uscc_flaw(front + right) is None
    assert all(uscc_flaw(front + other) for other in LETTERS if other != right)


def test_codes_are_plain_before_they_are_judged() -> None:
    assert plain_code(" ９１350100-m000100y43 ") == "91350100M000100Y43"
    assert is_old_registration_no("150602000012345")
    assert not is_old_registration_no("15060200001234")


@pytest.mark.parametrize(
    "code",
    [
        "150603001002GB00015",
        "150603001002GB00015W00000000",
        "150603001002GB00015F00010001",
        "150603001002JA00001",
        "150603001002JC00001",
    ],
)
def test_whole_parcel_codes_have_no_flaw(code: str) -> None:
    assert is_parcel_code_like(code)
    assert parcel_code_flaw(code) is None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("150603001002GA00015", "GA 不成立"),
        ("150603001002GC00015", "GC 不成立"),
        ("150603001002GB00015W00000001", "须为 00000000"),
        ("150603001002GB00000", "从 00001 起"),
        ("150603001002GB00015W0000000", "有 27 位"),
        ("150603001002QB00015", "特征码"),
    ],
)
def test_a_flawed_parcel_code_says_which_part(code: str, says: str) -> None:
    assert is_parcel_code_like(code)
    assert says in str(parcel_code_flaw(code))


@pytest.mark.parametrize("number", ["YS-1", "DK2021-15", "150603001002", "2021-GB-00015"])
def test_a_bureaus_own_number_is_no_parcel_code(number: str) -> None:
    assert not is_parcel_code_like(number)


def test_the_county_of_a_supervision_number() -> None:
    assert county_of_supervision_no("1506272016B00123") == "150627"
    assert county_of_supervision_no("1506272016B00123-1") == "150627"
    assert county_of_supervision_no("HT-1") is None
