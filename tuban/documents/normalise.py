"""字符: one way of writing for what plans write in many, before any structure is looked for.

Width of letters and digits, brackets, half-width punctuation between Chinese characters, blanks
inside numbers, document numbers. Words are never changed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tuban.documents.markers import CHINESE, CJK

GAP = "\x1f"
"""Stands for a wide gap (two blanks or a full-width one) while single blanks are judged."""

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)}
_WIDE |= {
    ord("％"): "%",
    ord("．"): ".",
    ord("\u3000"): GAP,
    ord("\u00a0"): " ",
    ord("\u2002"): GAP,
    ord("\u2003"): GAP,
    ord("\u200b"): None,
    ord("\ufeff"): None,
    ord("\u00ad"): None,
    ord("﹝"): "〔",
    ord("﹞"): "〕",
    ord("㎡"): "平方米",
}
_TO_FULL = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？"}
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1e\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PUNCTUATION = "，。；：、！？（）《》〈〉“”‘’〔〕【】"
_DOC_NO = re.compile(
    r"(?<=[发字函办令规通纪告资文政督])[ \x1f]*[〔\[【（(][ \x1f]*((?:19|20)\d{2})[ \x1f]*[〕\]】）)]"
    r"[ \x1f]*(?:第[ \x1f]*)?(\d{1,5})[ \x1f]*号"
)
_PROSE_CHARACTERS = 10


@lru_cache(maxsize=8192)  # each line is looked at by several steps
def clean(raw: str) -> str:
    """One line in the form the reader works on; a wide gap becomes one blank, edges are bare.

    Tabs are left to `tabular`; a tab still here is treated as a gap.
    """
    text = _CONTROL.sub("", raw.translate(_WIDE)).replace("\t", GAP)
    text = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = re.sub(rf" {{2,}}| *{GAP}[ {GAP}]*", GAP, text).strip(" " + GAP)
    text = _full_width(text)
    text = re.sub(rf"[ {GAP}]*([{_PUNCTUATION}])[ {GAP}]*", r"\1", text)
    text = re.sub(rf"^(\d{{1,2}}[.、]) (?=[{CJK}“《])", r"\1", text)
    text = re.sub(r"^(?:——|--|──|—(?!—))(?=[^\s\d—-])", "——", text)
    text = _tight_numbers(text)
    return tidy(text.replace(GAP, " "))


def tidy(text: str) -> str:
    """What can only be judged on a whole paragraph: document numbers, straight quotes."""
    text = _DOC_NO.sub(r"〔\1〕\2号", text)
    if '"' in text:
        parts = text.split('"')
        text = parts[0] + "".join(
            ("“" if index % 2 == 0 else "”") + part for index, part in enumerate(parts[1:])
        )
    return text


def _full_width(text: str) -> str:
    """Half-width punctuation beside Chinese as full-width; between digits it stays."""

    def widened(match: re.Match[str]) -> str:
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        if before.isascii() and before.isalnum() and after.isascii() and after.isalnum():
            return match.group()
        return _TO_FULL[match.group()]

    if not re.search(f"[{CJK}]", text):
        return re.sub(r"^\((\d{1,2})\)", r"（\1）", text)
    text = re.sub(r"[,;:()!?]", widened, text)
    text = re.sub(rf"^([{CHINESE}]{{1,3}}) ?\.", r"\1、", text)
    return re.sub(rf"(?<=[{CJK}”）》])\.(?=$|[{CJK}“《 ])", "。", text)


def _tight_numbers(text: str) -> str:
    """Single blanks beside digits go; between digits only in prose, where no columns stand."""
    text = re.sub(rf"(?<=[\d%]) (?=[{CJK}%〕])", "", text)
    text = re.sub(rf"(?<=[{CJK}〔]) (?=\d)", "", text)
    text = re.sub(r"(?<=\d) (?=[—–~～-] ?\d)|(?<=\d[—–~～-]) (?=\d)", "", text)
    if len(re.findall(f"[{CJK}]", text)) >= _PROSE_CHARACTERS:
        text = re.sub(r"(?<=\d) ?(?:(?<=[\d ])\.|\.(?=\d)) ?(?=\d)", ".", text)
        text = re.sub(r"(?<=\d) (?=\d)", "", text)
    return text
