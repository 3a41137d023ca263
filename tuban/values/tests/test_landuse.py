"""Land-use codes by edition: golden case G4-02, and what a bare code means in which year."""

from __future__ import annotations

import pytest

from tuban.values.landuse import Edition, editions, unpad, use_doubt


def edition(part: str) -> Edition:
    (found,) = [one for one in editions() if part in one.name]
    return found


@pytest.mark.parametrize(("part", "first", "second"), [("2023", 24, 111), ("21010", 12, 73)])
def test_the_lists_have_as_many_classes_as_the_standards_say(
    part: str, first: int, second: int
) -> None:
    codes = edition(part).codes

    assert sum(len(code) == 2 for code in codes) == first
    assert sum(len(code) == 4 for code in codes) == second
    assert all(code[:-2] in codes for code in codes if len(code) > 2)


def test_the_trial_edition_differs_where_it_is_known_to() -> None:
    trial, now = edition("试行").codes, edition("2023").codes

    assert (trial["1313"], trial["2302"]) == ("其他公用设施用地", "田坎")
    assert ("0205" in trial, "0205" in now) == (False, True)
    assert trial["1001"] == now["1001"]


@pytest.mark.parametrize(
    ("padded", "bare"),
    [
        ("010000", "01"),
        ("070100", "0701"),
        ("100000", "10"),
        ("131000", "1310"),
        ("070102", "070102"),
    ],
)
def test_filling_zeros_go_by_pairs(padded: str, bare: str) -> None:
    assert unpad(padded) == bare


@pytest.mark.parametrize(
    "text",
    ["工业用地", "城镇住宅用地-普通商品住房用地", "1001 工业用地", "100100工业", "工业用地（1001）", "商服",
     "05H1商业服务业设施用地"],
)  # fmt: skip
def test_names_and_pairs_that_agree_are_taken(text: str) -> None:
    assert use_doubt(text, 2024) is None


@pytest.mark.parametrize(
    ("text", "year", "grade", "says"),
    [
        ("0605", 2024, "unknown", "0605 不是土地用途代码"),
        ("9901", 2024, "unknown", "不是土地用途代码"),
        ("0701工业用地", 2024, "mismatch", "城镇住宅用地"),
        ("工业用地（1401）", 2024, "mismatch", "公园绿地"),
        ("1313", 2024, "not_in_use", "2024 年不适用"),
        ("0601", 2024, "ambiguous", "农村道路"),
        ("2401", 2018, "unknown", "2401"),
        ("1403", 2018, "not_in_use", "2018 年不适用"),
    ],
)
def test_a_code_is_judged_in_the_year_of_its_paper(
    text: str, year: int, grade: str, says: str
) -> None:
    doubt = use_doubt(text, year)

    assert doubt is not None
    assert doubt.grade == grade
    assert says in doubt.text


@pytest.mark.parametrize(("text", "year"), [("0701", 2024), ("070100", 2021), ("1403", 2012)])
def test_a_code_that_is_clear_or_older_than_the_lists_raises_no_doubt(text: str, year: int) -> None:
    assert use_doubt(text, year) is None
