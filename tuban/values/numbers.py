"""数字: numbers as ledgers and plans write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

BLANKS = frozenset({"", "/", "-", "--", "—", "——", "–", "无", "无。", "\\"})
"""Ways a cell says that there is nothing (data-standards.md 5.6)."""

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def squeeze(text: str) -> str:
    """NFKC without any blanks: full-width digits and signs become plain ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def parse_decimal(text: str | int | float | Decimal | None) -> Decimal | None:
    """The number in a cell, with the decimals it was written with.

    Reads full-width digits, thousands commas, a leading 约 and U+2212 as minus. A float (a
    spreadsheet's own number) is taken at its shortest decimal form.

    Returns:
        None for an empty cell and for `/`, `—`, `无`.

    Raises:
        ValueError: Chinese message; the text is not one number.
    """
    if text is None:
        return None
    if isinstance(text, bool):
        raise ValueError("这里应为数字，不是是/否。")
    if isinstance(text, Decimal | int):
        return Decimal(text)
    plain = squeeze(repr(text) if isinstance(text, float) else text).replace("\u2212", "-")
    if plain in BLANKS:
        return None
    plain = plain.removeprefix("约")
    if isinstance(text, float) and "e" in plain:
        return Decimal(format(Decimal(plain), "f"))
    if _PLAIN.fullmatch(plain):
        return Decimal(plain.removesuffix("."))
    if _GROUPED.fullmatch(plain):
        return Decimal(plain.replace(",", "").removesuffix("."))
    raise ValueError(f"“{text}”不是一个数字；请只填数字，单位写在表头。")
