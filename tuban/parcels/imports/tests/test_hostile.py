"""Every hostile file ends in a Chinese reason or does nothing, within the limits of the child."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tuban.parcels.imports import questions, reading, rows
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.reading import Limits
from tuban.parcels.imports.tests.books import ledger, row
from tuban.parcels.imports.tests.hostile import BORNE, CLIMBED, REFUSED, Hostile

LIMITS = Limits()
"""The child dies when it takes more than the usual; so each test also proves that it does not."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}.*[\u4e00-\u9fff]")


def test_there_are_enough_of_them_and_none_twice() -> None:
    names = [file.what for file in (*REFUSED, *BORNE)]

    assert len(names) == len(set(names)) >= 25


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.what)
def test_a_hostile_file_is_refused_with_a_reason(file: Hostile) -> None:
    content = file.make()

    with pytest.raises(Unreadable) as caught:
        reading.read(content, file.name, limits=LIMITS)

    error = caught.value
    assert error.code.removeprefix("import.") in file.codes
    for words in (error.message, error.cause, error.remedy):
        assert _CHINESE.search(words or ""), words


@pytest.mark.parametrize("file", BORNE, ids=lambda file: file.what)
def test_a_strange_file_is_read_and_does_nothing(file: Hostile) -> None:
    found = reading.read(file.make(), file.name, limits=LIMITS)

    (sheet,) = found.sheets
    assert 1 <= len(sheet.rows) <= 2
    assert len(sheet.rows[0]) <= 12
    assert not CLIMBED.exists()


def test_a_link_to_another_workbook_is_told_to_the_sender() -> None:
    file = next(file for file in BORNE if "link" in file.what)

    (remark,) = reading.read(file.make(), file.name, limits=LIMITS).remarks

    assert "没有打开被引用的文件" in remark


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("approved_on", date(9999, 12, 31)),
        ("approved_on", "0000-00-00"),
        ("approved_on", "2015年13月45日"),
        ("approved_on", "99999999999999999999"),
        ("approved_on", 1e300),
        ("approved_on", -1),
        ("approved_area", 1e308),
        ("approved_area", -1e308),
        ("approved_area", "1e999999999"),
        ("approved_area", "９" * 400),
        ("approved_area", "NaN"),
        ("approved_area", "∞"),
        ("approved_area", True),
        ("parcel_no", "A" * 10_000),
        ("parcel_no", 12345678901234567890),
        ("batch_name", "批\u202e次"),
        ("region", "../../etc/passwd"),
    ],
)
def test_an_absurd_cell_keeps_its_row_out(key: str, value: Any) -> None:
    content = ledger([row(**{key: value})])
    found = questions.read_or_ask(reading.read(content, "台账.xlsx", limits=LIMITS).sheets)

    (record,) = found.records
    stated = rows.state(record, found.mapping)

    assert stated.has_errors
    (problem, *_) = [problem for problem in stated.problems if problem.level == "error"]
    assert problem.key == key
    assert _CHINESE.search(problem.message)
