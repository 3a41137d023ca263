"""时限: every phrase that says until when → a kind and a date that a calendar understands.

中旬 is the 11th to 20th and ends on the 20th; 月底, 年底, “十四五”末 are last days; 长期坚持 has no
date. A missing year is taken from the date before it, else from the document's date, and
flagged `inferred_year` (requirements P-10).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tuban.documents.markers import chinese_number
from tuban.documents.model import Deadline, Norm

PLAN_PERIODS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}

_YEAR = r"(?:(?P<year{0}>(?:19|20)\d{{2}})年|(?P<word{0}>今年|本年|当年|同年|明年))?"
_WITHIN = {
    "上旬": 10,
    "中旬": 20,
    "下旬": 31,
    "月初": 10,
    "底": 31,
    "末": 31,
}
_QUARTER_END = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_BY = r"(?:之前|以前|前|之内|以内|内)?"


def _point(tag: str) -> str:
    """Regular expression of one point in time; group names end with the tag."""
    year = _YEAR.format(tag)
    return (
        rf"(?:{year}(?P<month{tag}>\d{{1,2}})月份?"
        rf"(?:(?P<day{tag}>\d{{1,2}})[日号]|(?P<part{tag}>上旬|中旬|下旬|底|末)|(?P<start{tag}>前|之前|以前))?"
        rf"|{year.replace(f'year{tag}', f'yeara{tag}').replace(f'word{tag}', f'worda{tag}')}"
        rf"(?P<end{tag}>年?[底末]|上半年|下半年|第?[一二三四1-4]季度)"
        rf"|“?(?P<plan{tag}>十[三四五]五)”?(?:规划)?(?P<planend{tag}>末期|期末|末|期间|时期))"
    )


_RANGE = re.compile(
    rf"(?:自|从)?{_point('1')}(?:起)?[—–~～至到-]{{1,2}}{_point('2')}{_BY}"
    r"|(?P<from>(?:19|20)\d{2})年?[—–~～至到-]{1,2}(?P<to>(?:19|20)\d{2})年(?!以来)"
)
_POINT = re.compile(_point("") + _BY)
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
_MONTHS = range(1, 13)

Where = Literal["label", "body"]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a missing year is taken from: date of the document, last year printed in the words."""

    issued: date | None
    year: int | None

    def after(self, day: _Day | None) -> _Known:
        """The same, after a day was named."""
        return _Known(self.issued, day.on.year) if day else self


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
        while (hit := _next(text, at, stop, _Known(issued, year), where)) is not None:
            sets_limit = not _is_condition(text, hit, start, end, where)
            if sets_limit:
                yield hit
            in_label = where == "label" and sets_limit
            if hit.year and (in_label or issued is None or hit.year >= issued.year):
                year = hit.year
            at = hit.end


def _next(text: str, at: int, end: int, known: _Known, where: Where) -> _Hit | None:
    """The earliest phrase from `at` on; of two that begin together, the longer."""
    candidates: list[_Hit] = []
    readers = (_read_range, _read_point, _read_year, _read_within_year)
    for reader in readers:
        hit = reader(text, at, end, known)
        if hit:
            candidates.append(hit)
    candidates.extend(
        hit for hit in (_read_recurring(text, at, end, where), _read_relative(text, at, end)) if hit
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


def _read_range(text: str, at: int, end: int, known: _Known) -> _Hit | None:
    for match in _RANGE.finditer(text, at, end):
        if match["from"]:
            first, last = int(match["from"]), int(match["to"])
            norm = (f"{first}-01-01", f"{last}-12-31")
            return _Hit(match.start(), match.end(), "range", norm, (), last)
        first_day = _resolve(match, "1", known)
        last_day = _resolve(match, "2", known.after(first_day))
        if first_day and last_day and first_day.on <= last_day.on:
            flags = first_day.flags  # the second day takes the printed year of the first
            norm = (first_day.on.isoformat(), last_day.on.isoformat())
            return _Hit(match.start(), match.end(), "range", norm, flags, last_day.on.year)
    return None


def _read_point(text: str, at: int, end: int, known: _Known) -> _Hit | None:
    for match in _POINT.finditer(text, at, end):
        if match["plan"] and match["planend"] in ("期间", "时期"):
            first, last = PLAN_PERIODS.get(match["plan"], (0, 0))
            if first:
                norm = (f"{first}-01-01", f"{last}-12-31")
                return _Hit(match.start(), match.end(), "range", norm)
            continue
        if _is_number_tail(text, match.start()):
            continue
        day = _resolve(match, "", known)
        if day is not None:
            printed_year = day.on.year if "inferred_year" not in day.flags else None
            return _Hit(
                match.start(), match.end(), "fixed", day.on.isoformat(), day.flags, printed_year
            )
        if match["month"] and int(match["month"]) in _MONTHS and known.issued is None:
            return _Hit(match.start(), match.end(), "fixed", None, ("no_year",))
    return None


def _is_number_tail(text: str, start: int) -> bool:
    """Whether the phrase would begin in the middle of a number or of 每年."""
    before = text[start - 1 : start]
    return before.isdigit() or before in {"每", "近", "两"}


def _read_year(text: str, at: int, end: int, known: _Known) -> _Hit | None:
    match = _YEAR_ALONE.search(text, at, end)
    if match is None or _is_number_tail(text, match.start()):
        return None
    named = int(match["year"])
    if match["before"]:
        return _Hit(
            match.start(), match.end(), "fixed", f"{named - 1}-12-31", ("ambiguous",), named
        )
    return _Hit(match.start(), match.end(), "fixed", f"{named}-12-31", (), named)


def _read_within_year(text: str, at: int, end: int, known: _Known) -> _Hit | None:
    match = _WITHIN_YEAR.search(text, at, end)
    issued = known.issued
    if match is None or issued is None or text[match.start() - 1 : match.start()].isdigit():
        return None
    norm = f"{issued.year}-12-31"
    return _Hit(match.start(), match.end(), "fixed", norm, ("inferred_year",))


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


@dataclass(frozen=True, slots=True)
class _Day:
    """A resolved day and how sure it is."""

    on: date
    flags: tuple[str, ...]


def _resolve(match: re.Match[str], tag: str, known: _Known) -> _Day | None:
    """The last day of the point that the groups with this tag describe; None if there is none."""
    parts = match.groupdict()
    if plan := parts[f"plan{tag}"]:
        last = PLAN_PERIODS.get(plan)
        return _Day(date(last[1], 12, 31), ()) if last else None
    if parts[f"month{tag}"]:
        return _day_in_month(parts, tag, known)
    end = parts[f"end{tag}"]
    if end is None:
        return None
    month = {"上": 6, "下": 12}.get(end[0], 12)
    if end.endswith("季度"):
        month = _QUARTER_END[end[-3]]
    named = parts[f"yeara{tag}"]
    if named is None and end in ("底", "末"):
        return None
    chosen, flags = _year(named, parts[f"worda{tag}"], known, month)
    return _Day(date(chosen, month, monthrange(chosen, month)[1]), flags) if chosen else None


def _day_in_month(parts: dict[str, str | None], tag: str, known: _Known) -> _Day | None:
    month = int(parts[f"month{tag}"] or 0)
    if month not in _MONTHS:
        return None
    chosen, flags = _year(parts[f"year{tag}"], parts[f"word{tag}"], known, month)
    if not chosen:
        return None
    last = monthrange(chosen, month)[1]
    if day := parts[f"day{tag}"]:
        return _Day(date(chosen, month, int(day)), flags) if 1 <= int(day) <= last else None
    if part := parts[f"part{tag}"]:
        return _Day(date(chosen, month, min(_WITHIN[part], last)), flags)
    if parts[f"start{tag}"]:
        before = date(chosen, month, 1).toordinal() - 1
        return _Day(date.fromordinal(before), (*flags, "ambiguous"))
    return _Day(date(chosen, month, last), flags)


def _year(
    printed: str | None, word: str | None, known: _Known, month: int
) -> tuple[int | None, tuple[str, ...]]:
    """The year meant and whether it was inferred.

    Printed: that one. Else the last one printed in the same words, else the document's own; a
    month long past on the day of issue then means the next year.
    """
    if printed:
        return int(printed), ()
    issued, year = known.issued, known.year
    if word == "明年" and issued:
        return issued.year + 1, ("inferred_year",)
    if year is not None:
        return year, ("inferred_year",)
    if issued is None:
        return None, ()
    if word or month >= issued.month:
        return issued.year, ("inferred_year",)
    return issued.year + 1, ("inferred_year",)
