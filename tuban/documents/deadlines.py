"""时限: every phrase that says until when → a kind and a date that a calendar understands.

中旬 is the 11th to 20th and ends on the 20th; 月底, 年底, “十四五”末 are last days; 长期坚持 has no
date. A missing year is taken from the date before it, else from the document's date, and
flagged `inferred_year` (requirements P-10).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tuban.documents.markers import chinese_number
from tuban.documents.model import Deadline, Norm
from tuban.documents.points import MONTHS, PLAN_PERIODS, POINT, RANGE, Known, first_of, resolve

_YEAR_ALONE = re.compile(
    r"(?P<year>(?:19|20)\d{2})年(?P<before>之前|以前|前)?(?![\d底末上下第一二三四])(?!以来)"
)
_WITHIN_YEAR = re.compile(r"年内|(?:本|今|当|该)?年度内")
_CONTINUOUS = re.compile(
    r"长期坚持|持续推进|持续开展|持续实施|长期推进|长期实施|长期任务|常态化(?:推进|开展|坚持)?|长期|持续"
    r"|全年|常年"
)
_RECURRING = re.compile(
    r"逐年|每(?P<n>\d{1,2})(?:[—–~～至到-](?P<upper>\d{1,2}))?(?P<unit>年|个月|月|周|天)"
    r"[^，。；]{0,8}?(?:一次|一期|1次)|每(?P<each>年度?|半年|季度|月|周|旬|日|天)"
)
_YEARLY = re.compile(
    r"每年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|底|末)(?:之前|以前|前|之内|以内|内)?"
)
_RELATIVE = re.compile(
    r"(?:自|从)?(?P<event>[^，。；：、自从]{2,24}?)(?:之日起|之日后|起|后)"
    r"(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<unit>个工作日|个月|工作日|日|天|年|周)(?:之内|以内|内)"
)
_FREQUENCY = {
    "年": "YEARLY",
    "年度": "YEARLY",
    "个月": "MONTHLY",
    "月": "MONTHLY",
    "周": "WEEKLY",
    "天": "DAILY",
    "日": "DAILY",
    "半年": "MONTHLY;INTERVAL=6",
    "季度": "MONTHLY;INTERVAL=3",
    "旬": "DAILY;INTERVAL=10",
}
_DURATION = {"个月": "M", "年": "Y", "周": "W"}
_CONDITION_BEFORE = re.compile(r"(?:截至|截止|截止到|属于|对于?|自|以来|依据|根据)$")
_CONDITION_AFTER = re.compile(
    r"^(?:[^，。；）]{1,8}的(?=[，。；、）]|$)|以来|起施行|印发|发布的|获批后)"
)
_DONE_THEN = re.compile(r"(?:建设|批准|审批|供应|形成|发生|印发)[^，。；]{0,6}的")
_HAS_LIMIT = re.compile(r"(?:前|之前|以前|底|末|末期|期末|内|旬)$")
_LEAD_WORDS = re.compile(r"^(?:其中|[一二三四五六]是|\d+[.、])|(?:在|于|到|并|力争)$")
_SENTENCE = re.compile(r"[^。\n]{1,2000}")
_WHAT_MOST = 60
_REACH = 200

Where = Literal["label", "body"]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A phrase found: where, and what it says."""

    start: int
    end: int
    kind: Literal["fixed", "range", "recurring", "continuous", "relative"]
    norm: Norm
    flags: tuple[str, ...] = ()
    year: int | None = None


def find_deadlines(
    text: str, start: int, end: int, issued: date | None, where: Where
) -> list[Deadline]:
    """Deadlines in text[start:end], in order.

    Args:
        text: the normalised text.
        start: first offset to look at.
        end: offset behind the last.
        issued: date of the document, for missing years; None leaves them unresolved.
        where: `label` reads everything that may stand after 完成时限; `body` only what limits a
            duty (前, 底, 旬, 内, 每3年…一次), not mentions of the past.
    """
    hits = list(_hits(text, start, end, issued, where))
    deadlines = []
    for index, hit in enumerate(hits):
        following = hits[index + 1].start if index + 1 < len(hits) else end
        deadlines.append(
            Deadline(
                raw=text[hit.start : hit.end],
                kind=hit.kind,
                norm=hit.norm,
                span=(hit.start, hit.end),
                what=_what(
                    text[max(start, _part_start(text, hit.start)) : hit.start],
                    text[hit.end : min(following, hit.end + _REACH)],
                ),
                where=where,
                flags=hit.flags,
            )
        )
    return deadlines


def _part_start(text: str, at: int) -> int:
    """Offset behind the last punctuation before `at`."""
    first = max(0, at - _REACH)
    return max(max(text.rfind(char, first, at) for char in "，。；：（\n") + 1, first)


def _what(before: str, after: str) -> str:
    """What is due: the subject before the phrase and the words after it, to the next stop."""
    subject = _LEAD_WORDS.sub("", before.strip())
    words = re.split(r"[。；\n]", after.lstrip("，,、 ）："), maxsplit=1)[0]
    words = re.sub(r"，[^，]{0,10}[于在]$", "", words).strip("，、 ")
    if words.count("）") > words.count("（"):
        words = words.removesuffix("）")
    return (subject + words)[:_WHAT_MOST]


def _hits(text: str, start: int, end: int, issued: date | None, where: Where) -> Iterator[_Hit]:
    year: int | None = None
    for sentence in _SENTENCE.finditer(text, start, end):
        at, stop = sentence.span()
        while (hit := _next(text, at, stop, Known(issued, year), where)) is not None:
            sets_limit = not _is_condition(text, hit, start, end, where)
            if sets_limit:
                yield hit
            in_label = where == "label" and sets_limit
            if hit.year and (in_label or issued is None or hit.year >= issued.year):
                year = hit.year
            at = hit.end


def _next(text: str, at: int, end: int, known: Known, where: Where) -> _Hit | None:
    """The earliest phrase from `at` on; of two that begin together, the longer."""
    candidates: list[_Hit] = []
    readers = (_read_range, _read_point, _read_year, _read_within_year)
    for reader in readers:
        hit = reader(text, at, end, known)
        if hit:
            candidates.append(hit)
    candidates.extend(
        hit
        for hit in (
            _read_yearly(text, at, end),
            _read_recurring(text, at, end, where),
            _read_relative(text, at, end),
        )
        if hit
    )
    if where == "label" and (match := _CONTINUOUS.search(text, at, end)):
        candidates.append(_Hit(match.start(), match.end(), "continuous", None))
    return min(candidates, key=lambda hit: (hit.start, -hit.end), default=None)


def _is_condition(text: str, hit: _Hit, start: int, end: int, where: Where) -> bool:
    """Mentions that set no limit: 截至…, 2020年7月3日之前建设的, a bare year in running words."""
    if hit.kind not in ("fixed", "range"):
        return False
    if _CONDITION_BEFORE.search(text[max(start, hit.start - 4) : hit.start]):
        return True
    raw = text[hit.start : hit.end]
    limited = _HAS_LIMIT.search(raw) is not None
    if limited and _DONE_THEN.match(text, hit.end, end):
        return True
    if where == "label":
        return False
    if text.startswith(("每年", "年均"), hit.end):
        return True
    if hit.kind == "range":
        return re.search("月", raw) is None
    return (
        not limited
        or _CONDITION_AFTER.match(text[hit.end : min(end, hit.end + _REACH)]) is not None
    )


def _read_range(text: str, at: int, end: int, known: Known) -> _Hit | None:
    for match in RANGE.finditer(text, at, end):
        if match["from"]:
            first, last = int(match["from"]), int(match["to"])
            norm = (f"{first}-01-01", f"{last}-12-31")
            return _Hit(match.start(), match.end(), "range", norm, (), last)
        first_day = resolve(match, "1", known)
        last_day = resolve(match, "2", known.after(first_day))
        if first_day and last_day and first_day.on <= last_day.on:
            flags = first_day.flags  # the second day takes the printed year of the first
            begins = first_of(match, "1", first_day.on)
            norm = (begins.isoformat(), last_day.on.isoformat())
            return _Hit(match.start(), match.end(), "range", norm, flags, last_day.on.year)
    return None


def _read_point(text: str, at: int, end: int, known: Known) -> _Hit | None:
    for match in POINT.finditer(text, at, end):
        if match["plan"] and match["planend"] in ("期间", "时期"):
            first, last = PLAN_PERIODS.get(match["plan"], (0, 0))
            if first:
                norm = (f"{first}-01-01", f"{last}-12-31")
                return _Hit(match.start(), match.end(), "range", norm)
            continue
        if _is_number_tail(text, match.start()):
            continue
        day = resolve(match, "", known)
        if day is not None:
            printed_year = day.on.year if "inferred_year" not in day.flags else None
            return _Hit(
                match.start(), match.end(), "fixed", day.on.isoformat(), day.flags, printed_year
            )
        if match["month"] and int(match["month"]) in MONTHS and known.issued is None:
            return _Hit(match.start(), match.end(), "fixed", None, ("no_year",))
    return None


def _is_number_tail(text: str, start: int) -> bool:
    """Whether the phrase would begin in the middle of a number or of 每年."""
    before = text[start - 1 : start]
    return before.isdigit() or before in {"每", "近", "两"}


def _read_year(text: str, at: int, end: int, known: Known) -> _Hit | None:
    match = _YEAR_ALONE.search(text, at, end)
    if match is None or _is_number_tail(text, match.start()):
        return None
    named = int(match["year"])
    if match["before"]:
        return _Hit(
            match.start(), match.end(), "fixed", f"{named - 1}-12-31", ("ambiguous",), named
        )
    return _Hit(match.start(), match.end(), "fixed", f"{named}-12-31", (), named)


def _read_within_year(text: str, at: int, end: int, known: Known) -> _Hit | None:
    match = _WITHIN_YEAR.search(text, at, end)
    issued = known.issued
    if match is None or issued is None or text[match.start() - 1 : match.start()].isdigit():
        return None
    norm = f"{issued.year}-12-31"
    return _Hit(match.start(), match.end(), "fixed", norm, ("inferred_year",))


def _read_yearly(text: str, at: int, end: int) -> _Hit | None:
    """每年3月底前: the last day of March, every year."""
    match = _YEARLY.search(text, at, end)
    if match is None or int(match["month"]) not in MONTHS:
        return None
    norm = f"FREQ=YEARLY;BYMONTH={int(match['month'])};BYMONTHDAY={int(match['day'] or -1)}"
    return _Hit(match.start(), match.end(), "recurring", norm)


def _read_recurring(text: str, at: int, end: int, where: Where) -> _Hit | None:
    for match in _RECURRING.finditer(text, at, end):
        if match["n"]:
            number = int(match["upper"] or match["n"])
            flags = ("range",) if match["upper"] else ()
            interval = f";INTERVAL={number}" if number > 1 else ""
            norm = f"FREQ={_FREQUENCY[match['unit']]}{interval}"
            return _Hit(match.start(), match.end(), "recurring", norm, flags)
        if where == "body":
            continue
        norm = f"FREQ={_FREQUENCY[match['each'] or '年']}"
        return _Hit(match.start(), match.end(), "recurring", norm)
    return None


def _read_relative(text: str, at: int, end: int) -> _Hit | None:
    match = _RELATIVE.search(text, at, end)
    if match is None:
        return None
    number, unit = chinese_number(match["n"]), match["unit"]
    flags = ("working_days",) if "工作日" in unit else ()
    norm = {"duration": f"P{number}{_DURATION.get(unit, 'D')}", "event": match["event"]}
    return _Hit(match.start(), match.end(), "relative", norm, flags)
