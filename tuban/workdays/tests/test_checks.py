"""A list of days is a year's arrangement, or it says place by place why not."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tuban.workdays.checks import check, usual_workdays
from tuban.workdays.problems import NothingRead
from tuban.workdays.rows import FileTooLarge, as_text, rows_of_file, rows_of_text
from tuban.workdays.tests.sample import CSV, DOC_NO


def problems(text: str, year: int = 2027) -> list[tuple[str, str]]:
    found = check(rows_of_text(text), year, DOC_NO).problems
    return [(problem.place, problem.message) for problem in found]


def test_the_invented_year_is_sound() -> None:
    checked = check(rows_of_text(CSV.read_text("utf-8")), 2027, DOC_NO)

    assert checked.problems == ()
    assert checked.remarks == ()
    assert len(checked.notice.off) == 29
    assert date(2026, 12, 31) in checked.notice.off
    assert checked.notice.worked == {
        date(2027, 2, 14), date(2027, 2, 20), date(2027, 5, 8), date(2027, 10, 9), date(2027, 9, 25),
        date(2026, 12, 27),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("2026-10-01,放假", "第 1 行", "不在 2027 年内"),
        ("2026-12-24,放假", "第 1 行", "不是元旦前后 7 天"),
        ("日期,安排\n2027-01-01,放假\n2027-01-01,放假", "第 3 行", "在第 2 行已经写过"),
        ("2027-01-04,上班", "第 1 行", "不是周六或周日"),
        ("2027-02-30,放假", "第 1 行", "不存在"),
        ("2027-01,放假", "第 1 行", "具体到日"),
        ("2027-01-01,待定", "第 1 行", "应写“放假”或“上班”，现为“待定”"),
        ("2027-01-01", "第 1 行", "现为“空”"),
        ("元旦,放假", "第 1 行", "日期"),
    ],
)
def test_a_wrong_row_is_named_with_its_cause(text: str, place: str, said: str) -> None:
    ((where, message),) = problems(text)
    assert where == place
    assert said in message


def test_neighbouring_days_of_new_year_are_let_through() -> None:
    assert problems("2026-12-25,放假\n2028-01-07,放假\n2027-01-01,放假") == []


def test_an_odd_total_a_missing_new_year_and_an_odd_number_are_only_remarked() -> None:
    checked = check(rows_of_text("2027-10-01,放假"), 2027, "通知")

    assert checked.problems == ()
    assert [remark[:8] for remark in checked.remarks] == [
        "按此安排全年有 ",
        "2027 年元旦",
        "发文字号“通知”",
    ]
    assert usual_workdays() == (248, 252)


@pytest.mark.parametrize("text", ["", "\n \n", "日期,安排"])
def test_nothing_is_said_to_be_nothing(text: str) -> None:
    with pytest.raises(NothingRead):
        rows_of_text(text)


def test_a_workbook_and_pasted_cells_give_the_same_rows() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ("日期", "安排"))
        sheet.write_datetime(1, 0, date(2027, 1, 1), style)
        sheet.write(1, 1, "放假")
        sheet.write_row(2, 0, ("2027年2月14日", "调休上班"))
    read = rows_of_file(file.getvalue(), "安排.xlsx")

    assert as_text(read) == "2027-01-01,放假\n2027年2月14日,调休上班"
    assert check(read, 2027, DOC_NO) == check(rows_of_text(as_text(read)), 2027, DOC_NO)


def test_a_file_that_is_no_table_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        rows_of_file(b"x" * 300_000, "安排.csv")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        rows = rows_of_text(text)
    except NothingRead:
        return
    checked = check(rows, 2027, DOC_NO)
    assert len(checked.problems) + len(checked.notice.off | checked.notice.worked) == len(rows)
