"""Dates, numbers, places and document numbers as ledgers write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuban.values.dates import LegalDate, add_months, add_years, parse_date
from tuban.values.docnos import is_doc_no, normalise_doc_no
from tuban.values.numbers import parse_decimal
from tuban.values.places import COUNTY_CODES, REGIONS, is_region_code, resolve_place

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2020, 2, 29), 1, date(2021, 2, 28)),  # law.md 1-b
        (date(2023, 2, 28), 1, date(2024, 2, 28)),  # law.md 1-c
        (date(2024, 2, 29), 1, date(2025, 2, 28)),  # law.md 13-h
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2021, 5, 31), 1, date(2022, 5, 31)),
    ],
)
def test_a_year_ends_on_the_same_day_or_the_month_end(
    day: date, years: int, expected: date
) -> None:
    assert add_years(day, years) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),  # law.md 13-d, not rolled
        (date(2026, 2, 28), 3, date(2026, 5, 28)),  # law.md 13-f
        (date(2022, 1, 31), -2, date(2021, 11, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_month_end(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


@settings(deadline=None)
@given(DAYS, st.integers(min_value=0, max_value=40))
def test_years_are_twelve_months_and_never_run_into_the_next_month(day: date, years: int) -> None:
    later = add_years(day, years)
    assert later == add_months(day, 12 * years)
    assert (later.year, later.month) == (day.year + years, day.month)


@pytest.mark.parametrize(
    "written",
    [
        "2022年8月23日",
        "2022.8.23",
        "2022/8/23",
        "2022-08-23",
        "2022-08-23 00:00:00",
        "２０２２．８．２３",
        "2022 年 8 月 23 日",
        "20220823",
        20220823,
        44796,
        44796.0,
        44796.5,
        "44796",
        date(2022, 8, 23),
        datetime(2022, 8, 23, 9, 30),
    ],
)
def test_a_day_is_read_however_it_is_written(written: str | int | float | date) -> None:
    read = parse_date(written)
    assert read is not None
    assert (read.on, read.precision) == (date(2022, 8, 23), "day")


@pytest.mark.parametrize(
    ("written", "on", "precision"),
    [
        ("2022年8月", date(2022, 8, 31), "month"),
        ("2024年2月底", date(2024, 2, 29), "month"),
        ("2022.8", date(2022, 8, 31), "month"),
        ("202208", date(2022, 8, 31), "month"),
        ("2022年", date(2022, 12, 31), "year"),
        ("2016年度", date(2016, 12, 31), "year"),
        (2016, date(2016, 12, 31), "year"),
    ],
)
def test_month_and_year_stand_for_their_last_day(
    written: str | int, on: date, precision: str
) -> None:
    read = parse_date(written)
    assert read is not None
    assert (read.on, read.precision, read.raw) == (on, precision, str(written))


@pytest.mark.parametrize("written", [None, "", "/", "—", "无", " - "])
def test_an_empty_cell_is_no_date(written: str | None) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize(
    "written",
    ["2022.2.30", "2022年13月", "尽快", "1022-01-01", 12, 2022.8, True, "2022-1-1至2022-2-1"],
)
def test_what_is_not_a_date_is_refused_in_chinese(written: str | int | float) -> None:
    with pytest.raises(ValueError, match="日期"):
        parse_date(written)


@settings(deadline=None)
@given(DAYS)
def test_iso_dates_read_back(day: date) -> None:
    assert parse_date(day.isoformat()) == LegalDate(day, "day", day.isoformat())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.3456", "12.3456"),
        ("１２．３４", "12.34"),
        ("1,234,567.80", "1234567.80"),
        ("约1，200", "1200"),
        ("\N{MINUS SIGN}3", "-3"),
        ("０", "0"),
        (0.1, "0.1"),
        (1e-07, "0.0000001"),
        (8, "8"),
        (Decimal("2.50"), "2.50"),
    ],
)
def test_numbers_keep_their_decimals(text: str | int | float | Decimal, value: str) -> None:
    read = parse_decimal(text)
    assert read is not None
    assert format(read, "f") == value


@pytest.mark.parametrize("text", [None, "", "/", "／", "—", "无", "-"])
def test_blank_cells_are_none_and_not_zero(text: str | None) -> None:
    assert parse_decimal(text) is None


@pytest.mark.parametrize("text", ["12亩", "1,23", "abc", "1.2.3", "约", float("nan"), True])
def test_what_is_not_one_number_is_refused(text: str | float) -> None:
    with pytest.raises(ValueError, match="数字"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("东 胜 区", "region", "150602"),  # G4-01
        ("鄂托克旗", "region", "150624"),
        ("鄂托克前旗", "region", "150623"),
        ("全市", "total", None),
        ("合　计", "total", None),
        ("市本级", "total", None),
        ("乌 审 旗", "region", "150626"),
        ("伊旗", "region", "150627"),
        ("伊旗自然资源局", "region", "150627"),
        ("准旗", "region", "150622"),
        ("达旗", "region", "150621"),
        ("鄂前旗", "region", "150623"),
        ("鄂旗", "region", "150624"),
        ("伊金霍洛", "region", "150627"),
        ("康巴什新区", "region", "150603"),
        ("鄂尔多斯市康巴什区", "region", "150603"),
        ("鄂尔多斯市东胜", "region", "150602"),
        ("150622", "region", "150622"),
        ("鄂尔多斯市", "region", "150600"),
        ("鄂尔多斯", "region", "150600"),
        ("内蒙古自治区鄂尔多斯市人民政府", "region", "150600"),
        ("鄂尔多斯高新区", "park", None),
        ("经开区", "park", None),
        ("东胜区、康巴什区", "unknown", None),
        ("杭锦后旗", "unknown", None),
        ("150601", "unknown", None),
        ("", "unknown", None),
    ],
)
def test_places(text: str, kind: str, code: str | None) -> None:
    place = resolve_place(text)
    assert (place.kind, place.code) == (kind, code)
    if code is not None:
        assert place.name == REGIONS[code]


def test_only_the_city_and_its_nine_banners_are_region_codes() -> None:
    assert len(COUNTY_CODES) == 9
    assert not is_region_code("150601")
    assert not is_region_code("150571")
    assert all(is_region_code(code) for code in COUNTY_CODES)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("内政土发[2016]12号", "内政土发〔2016〕12号"),
        ("内自然资字〔\n2019〕517号", "内自然资字〔2019〕517号"),
        ("鄂府发（2022）118 号", "鄂府发〔2022〕118号"),
        ("鄂府发【２０２２】118号", "鄂府发〔2022〕118号"),
        ("鄂府发〔2022〕第118号", "鄂府发〔2022〕第118号"),
        ("批次一", "批次一"),
    ],
)
def test_document_numbers_get_hexagonal_brackets(written: str, normal: str) -> None:
    assert normalise_doc_no(written) == normal


def test_golden_g8_01_document_numbers() -> None:
    valid = ("鄂府发〔2022〕118号", "鄂前政办发〔2022〕84号", "菏定政办字〔2019〕45号")
    invalid = ("鄂府发〔2022〕第118号", "鄂府发〔22〕118号", "鄂府发〔2022〕0118号")
    assert all(is_doc_no(text) for text in valid)
    assert not any(is_doc_no(text) for text in invalid)
