"""发文字号: official document numbers (GB/T 9704-2012; data-standards.md 8.2)."""

from __future__ import annotations

import re

from tuban.values.numbers import squeeze

_YEAR_IN_BRACKETS = re.compile(r"[\[(【〔]((?:19|20)\d{2})[\])】〕](?=\d+号)")
_DOC_NO = re.compile(r"[\u4e00-\u9fa5]{2,14}〔(?:19|20)\d{2}〕[1-9]\d*号")


def normalise_doc_no(text: str) -> str:
    """内政土发[2016]12号 → 内政土发〔2016〕12号: hexagonal brackets, no blanks, plain digits.

    What is not of that form keeps its words: a number is never invented or repaired.
    """
    return _YEAR_IN_BRACKETS.sub(r"〔\1〕", squeeze(text))


def is_doc_no(text: str) -> bool:
    """Whether a normalised text is a whole document number: no 第, no leading zero, full year."""
    return _DOC_NO.fullmatch(text) is not None
