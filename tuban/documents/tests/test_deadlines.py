"""Every way to say until when."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tuban.documents import read
from tuban.documents.deadlines import find_deadlines
from tuban.documents.model import Deadline
from tuban.documents.tests.samples import GOLDEN, seed

ISSUED = date(2022, 8, 23)
CASES = yaml.safe_load((GOLDEN / "deadlines.yaml").read_text(encoding="utf-8"))["cases"]


def _short(found: list[Deadline]) -> list[list[Any]]:
    return [
        [d.raw, d.kind, list(d.norm) if isinstance(d.norm, tuple) else d.norm, list(d.flags)]
        for d in found
    ]


@pytest.mark.parametrize(("words", "where", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_phrase_resolves(
    words: str, where: Literal["label", "body"], expected: list[list[Any]]
) -> None:
    assert _short(find_deadlines(words, 0, len(words), ISSUED, where)) == expected


def test_without_a_date_of_issue_no_year_is_invented() -> None:
    words = "10月底前报送；年底前完成；2023年6月底验收；9月底复核"

    found = find_deadlines(words, 0, len(words), None, "label")

    assert _short(found) == [
        ["10月底前", "fixed", None, ["no_year"]],
        ["2023年6月底", "fixed", "2023-06-30", []],
        ["9月底", "fixed", "2023-09-30", ["inferred_year"]],
    ]


def test_what_is_due_is_said_with_its_subject() -> None:
    words = "2022年底前，完成市级平台；各旗区于2023年7月底前完成旗区平台。"

    found = find_deadlines(words, 0, len(words), ISSUED, "body")

    assert [d.what for d in found] == ["完成市级平台", "各旗区完成旗区平台"]


@given(
    st.text(
        alphabet="0123456789年月日底末前之至—每“”十四五上中下旬季度内起后工作个 ，。", max_size=40
    )
)
def test_no_words_break_the_reader_of_deadlines(words: str) -> None:
    for where in ("label", "body"):
        for deadline in find_deadlines(words, 0, len(words), ISSUED, where):  # type: ignore[arg-type]
            assert words[slice(*deadline.span)] == deadline.raw
            if deadline.due:
                date.fromisoformat(deadline.due)


FILES = (
    "000_e85961bb3b067422.txt",
    "001_40d86f6301e1fb10.txt",
    "002_95210a4f3f965cb0.txt",
    "003_ef18a3fe1e349783.txt",
    "004_92a6430c6a3e442c.txt",
)
_TIME = re.compile(r"(?:19|20)\d{2}年|\d{1,2}月|年底|年内|“十四五”末|长期坚持|持续推进|每\d")
_SETS_NO_LIMIT = re.compile("2020年7月3日之前建设的")


@pytest.mark.parametrize("file", FILES)
def test_every_deadline_of_the_five_resolves_and_inferred_years_are_flagged(file: str) -> None:
    """Requirement P-10: no phrase is left open, no year is supplied without saying so."""
    reading = read(seed(file))
    items = [d for task in reading.tasks for d in task.deadlines] + list(reading.document_deadlines)

    for item in items:
        assert not {"unresolved", "no_year"} & set(item.flags)
        assert item.norm is not None or item.kind == "continuous"
        printed = re.search(r"(?:19|20)\d{2}年|“十[三四五]五”", item.raw) is not None
        if item.kind in ("fixed", "range"):
            assert ("inferred_year" in item.flags) == (not printed)
    flagged = {s for f in reading.findings if f.code == "inferred-year" for s in f.spans}
    assert flagged == {
        d.span for task in reading.tasks for d in task.deadlines if "inferred_year" in d.flags
    }


@pytest.mark.parametrize("file", FILES)
def test_no_label_of_the_five_names_a_time_that_was_not_read(file: str) -> None:
    """Every time phrase behind a 时限 label lies in a deadline or sets no limit by its words."""
    reading = read(seed(file))
    text = reading.text
    spans = [d.span for task in reading.tasks for d in task.deadlines]
    labels = list(re.finditer(r"(?:完成时限|整改时限)：([^\n]+)", text))

    for label in labels:
        for match in _TIME.finditer(text, *label.span(1)):
            inside = any(start <= match.start() < end for start, end in spans)
            around = text[max(0, match.start() - 6) : match.end() + 12]
            assert inside or _SETS_NO_LIMIT.search(around), around
    assert (file[:3] in ("001", "004")) == (not labels)
