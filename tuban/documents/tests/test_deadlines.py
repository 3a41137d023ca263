"""Every way to say until when."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tuban.documents.deadlines import find_deadlines
from tuban.documents.model import Deadline
from tuban.documents.tests.samples import GOLDEN

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
