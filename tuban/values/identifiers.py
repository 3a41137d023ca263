"""代码: identifiers that people and land carry, and what is wrong with one (data-standards.md 4.5–4.7).

A flaw is a Chinese sentence that names the part that does not fit; None means that nothing is wrong.
What has a check digit is checked to the last character; what has none is checked by its structure.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum.cn import uscc

USCC_LENGTH = 18
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD_NUMBER = re.compile(r"\d{15}")

_PARCEL_CODE_LIKE = re.compile(r"\d{12}[A-Z]{2}\d{5}.*")
_PARCEL_CODE = re.compile(
    r"(?P<county>\d{6})\d{6}(?P<owner>[GJZ])(?P<right>[ABCDEFGHLNSWXY])(?P<serial>\d{5})"
    r"(?:(?P<fixture>[FLQW])(?P<unit>\d{8}))?"
)
_COLLECTIVE_ONLY = {"A": "集体土地所有权", "C": "宅基地使用权"}

_SUPERVISION_NO = re.compile(r"(?P<county>\d{6})(?:19|20)\d{2}[A-Z]\d{5}(?:-\d+)?")


def plain_code(text: str) -> str:
    """NFKC, upper case, without blanks and hyphens: `９１35-...` as the standards write it."""
    squeezed = "".join(unicodedata.normalize("NFKC", text).split())
    return squeezed.replace("-", "").upper()


def is_old_registration_no(code: str) -> bool:
    """Whether it is a 15-digit 工商注册号 of before 2015, which has no check digit kept here."""
    return _OLD_NUMBER.fullmatch(code) is not None


def uscc_flaw(code: str) -> str | None:
    """What is wrong with a 统一社会信用代码 (GB 32100-2015), given as `plain_code` writes it.

    The first two characters may be letters (N2 for a village collective), which the library's own
    validation does not know; its check digit is taken.
    """
    if len(code) != USCC_LENGTH:
        return f"有 {len(code)} 位，应为 {USCC_LENGTH} 位"
    if not _USCC.fullmatch(code):
        return "第 3 至 8 位应为数字，其余为数字或大写字母（不用 I、O、S、V、Z）"
    expected = uscc.calc_check_digit(code[:-1])
    if code[-1] != expected:
        return f"校验码不符：按前 17 位应为 {expected}，载明 {code[-1]}"
    return None


def is_parcel_code_like(text: str) -> bool:
    """Whether a parcel's number is meant as a 宗地代码 (19) or 不动产单元代码 (28)."""
    return _PARCEL_CODE_LIKE.fullmatch(text) is not None


def parcel_code_flaw(code: str) -> str | None:
    """What is wrong with a 宗地代码 or 不动产单元代码 (GB/T 37346-2019); there is no check digit."""
    match = _PARCEL_CODE.fullmatch(code)
    if match is None:
        if len(code) not in {19, 28}:
            return f"有 {len(code)} 位；宗地代码 19 位，不动产单元代码 28 位"
        return "特征码或顺序号不合规定"
    right = match["right"]
    if right in _COLLECTIVE_ONLY and match["owner"] != "J":
        return f"特征码 {match['owner']}{right} 不成立：{right}（{_COLLECTIVE_ONLY[right]}）须与 J（集体）同用"
    if match["serial"] == "00000":
        return "宗地顺序号从 00001 起"
    if match["fixture"] == "W" and match["unit"] != "00000000":
        return "定着物特征码为 W（无定着物）时，单元号须为 00000000"
    return None


def county_of_parcel_code(code: str) -> str:
    """First six digits: the 县级行政区 that gave the code."""
    return code[:6]


def county_of_supervision_no(text: str) -> str | None:
    """The six digits an 电子监管号 of a supply begins with; None for what has not its usual form.

    The form (county, year, letter, five digits) is practice, not a published standard.
    """
    match = _SUPERVISION_NO.fullmatch(text)
    return match["county"] if match else None
