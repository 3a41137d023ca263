"""Ways in which the same plan reaches us: typeset anew, retyped, copied out of a PDF."""

from __future__ import annotations

import random
import re


def _prose(text: str, change: object) -> str:
    """Lines changed by `change(line) -> lines`; table cells and rows with gaps left alone."""
    assert callable(change)
    out: list[str] = []
    for line in text.splitlines():
        table = "\t" in line or len(re.split(r"\s{3,}", line.strip())) > 3
        out.extend([line] if table or not line.strip() else change(line.strip()))
    return "\n".join(out)


def wrapped_at(columns: int, *, blank_lines: bool) -> object:
    """A typesetter's lines of one length, also inside words and numbers."""

    def mutate(text: str) -> str:
        def broken(line: str) -> list[str]:
            parts = [line[at : at + columns] for at in range(0, len(line), columns)]
            return [piece for part in parts for piece in ([part, ""] if blank_lines else [part])]

        return _prose(text, broken)

    return mutate


def wrapped_anywhere(seed: int) -> object:
    """Lines broken at random, 9 to 33 characters long."""

    def mutate(text: str) -> str:
        chance = random.Random(seed)

        def broken(line: str) -> list[str]:
            parts = []
            while line:
                length = chance.randint(9, 33)
                parts.append(line[:length])
                line = line[length:]
            return parts

        return _prose(text, broken)

    return mutate


def other_brackets(text: str) -> str:
    """〔2022〕 as [2022] and （2022）, in turn."""
    styles = iter(["[{}]", "（{}）", "【{}】", "({})"] * 100)
    return re.sub(r"〔(\d{4})〕", lambda match: next(styles).format(match[1]), text)


def half_width(text: str) -> str:
    """Punctuation of an English keyboard."""
    return text.translate(
        {
            ord("，"): ",",
            ord("；"): ";",
            ord("："): ":",
            ord("（"): "(",
            ord("）"): ")",
            ord("“"): '"',
            ord("”"): '"',
        }
    )


def full_width_digits(text: str) -> str:
    """１．５万亩."""
    return text.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})


def spaced_numbers(text: str) -> str:
    """2022 年 8 月 31 日, 3 575 亩, 1 .5 万亩 — in running words."""

    def spaced(line: str) -> list[str]:
        line = re.sub(r"(\d)(?=[年月日万亩项个宗%])", r"\1 ", line)
        line = re.sub(r"(?<=[^\d.])(\d)(?=\d{3}亩)", r"\1 ", line)
        return [re.sub(r"(?<=\d)\.(?=\d ?万)", " .", line)]

    return _prose(text, spaced)


def with_carriage_returns(text: str) -> str:
    return text.replace("\n", "\r\n")
