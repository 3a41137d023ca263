"""文中目标: figures in running words → name, value, unit, region, year or period, direction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from tuban.documents.deadlines import find_deadlines
from tuban.documents.model import Direction, Span, Target
from tuban.documents.naming import EVERYONE, QUANTITY, bare, name_of, without_region
from tuban.documents.places import place_named
from tuban.values.places import resolve_place

_ZERO = re.compile(
    r"(?P<name>[^，。；：、]{2,24}?)(?:要|应|须|逐步)?(?:全部|基本)?"
    r"(?P<zero>清零|清仓见底|“零增长”|零增长)"
)
_ALL = re.compile(r"(?P<year>(?:19|20)\d{2})年起?全部实现(?P<name>[^，。；：、]{2,16})")
_BEYOND = re.compile(r"超过|不足|低于|未达|达不到|高于|以下$")
_BARE_VERB = re.compile(r"(?:至少|处置|盘活|消化|收回|供应|完成)+")
_CLASS = re.compile(r"批而未供土地|批而未供|供而未用土地|闲置土地|低效用地|空闲土地")
_AT_LEAST = re.compile(r"至少|不少于|不低于|以上|超过")
_AT_MOST = re.compile(r"不超过|不高于|以下|以内|控制在")
_RECENT = re.compile(r"近(?:[一二三四五六七八九十\d]+)年")
_DECIMAL_ALONE = re.compile(r"(?<![\d.〔])\d+\.\d+(?![\d.%]|[\u4e00-\u9fff])")
_REACH = 30
_SENTENCE_REACH = 300
AREA_UNITS = frozenset({"万亩", "亩", "公顷", "平方米", "平方公里", "万平方米"})
_Time = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Context:
    """What a target takes from its document: date of issue and the issuer's own region."""

    issued: date | None
    region: str | None
    region_code: str | None


@dataclass(slots=True)
class _Sentence:
    """A sentence while its figures are read: text[begin:stop] and the figures so far."""

    text: str
    begin: int
    stop: int
    context: Context
    earlier: list[Target]
    found: list[Target] = field(default_factory=list)

    def time(self, at: int) -> _Time:
        """(year, period) of the last time phrase before `at`; one of them or both None."""
        begin = max(self.begin, at - _SENTENCE_REACH)
        phrases = find_deadlines(self.text, begin, at, self.context.issued, "label")
        dated = [
            phrase
            for phrase in phrases
            if phrase.kind in ("fixed", "range") and not self._is_aside(phrase.span[1], at)
        ]
        recent = _RECENT.search(self.text, begin, at)
        if recent and (not dated or dated[-1].span[1] < recent.start()):
            return None, recent.group()
        if not dated:
            return None, None
        last = dated[-1]
        if isinstance(last.norm, tuple) and last.norm[0] and last.norm[1]:
            first, final = last.norm[0][:4], last.norm[1][:4]
            return (final, None) if first == final else (None, f"{first}-{final}")
        if self.text.startswith("每年", last.span[1]):
            return None, last.raw + "每年"
        return (last.norm[:4], None) if isinstance(last.norm, str) else (None, None)

    def _is_aside(self, start: int, at: int) -> bool:
        """（2009-2019年审批…） before the figure says nothing about it; （2022年底前）： does."""
        closing = self.text.find("）", start, at)
        opening = self.text.find("（", start, at)
        return closing > start and (opening < 0 or closing < opening)

    def inherited(self) -> _Time:
        """The time of the figure before; after 其中 also of the sentence before."""
        if self.found:
            return self.found[-1].year, self.found[-1].period
        if self.earlier and self.text.startswith("其中", self.begin):
            return self.earlier[-1].year, self.earlier[-1].period
        return None, None

    def region(self, at: int) -> tuple[str | None, str | None]:
        """(name, code) named right before `at`, else the issuer's own; code None if unknown."""
        part = re.split("[，。；、：]", self.text[max(self.begin, at - _REACH) : at])[-1]
        everyone = EVERYONE.search(part)
        if everyone:
            return everyone.group().replace("每个", "各"), None
        place = resolve_place(part)
        if place.kind == "region":
            return place.name, place.code
        elsewhere = place_named(part)
        if elsewhere and elsewhere != self.context.region:
            return elsewhere, None
        return self.context.region, self.context.region_code

    def subject(self, at: int) -> str | None:
        """The class of land named last before `at` in the sentence."""
        named = list(_CLASS.finditer(self.text, max(self.begin, at - _SENTENCE_REACH), at))
        return named[-1].group() if named else None

    def distributed(self, match: re.Match[str], name: str) -> str | None:
        """2022年分别盘活1.45万亩和0.99万亩: the name at the same place in the list before."""
        before = self.text[max(self.begin, match.start() - _REACH) : match.start()]
        part = re.split("[，。；：]", before)[-1]
        nameless = len(name) <= 3 or QUANTITY.search(name) is not None
        if "分别" not in part or match["unit"] not in AREA_UNITS or not nameless:
            return None
        named = [target for target in self.earlier if target.unit == match["unit"]]
        group = [target for target in named if _when(target) == _when(named[-1])]
        position = sum(target.unit == match["unit"] for target in self.found)
        return group[position].name if position < len(group) else None


def find_targets(text: str, start: int, end: int, context: Context) -> list[Target]:
    """Targets in text[start:end], in order; each figure once."""
    found: list[Target] = []
    for begin, stop in _sentences(text, start, end):
        sentence = _Sentence(text, begin, stop, context, found)
        for match in QUANTITY.finditer(text, begin, stop):
            target = _target(sentence, match)
            if target:
                sentence.found.append(target)
        found.extend(sentence.found)
        found.extend(_in_words(sentence))
    return _distinct(sorted(found, key=lambda target: target.span))


def _is_condition(text: str, match: re.Match[str]) -> bool:
    """误差超过3%的退回重报: who falls under a rule, not what is to be reached."""
    part = re.split("[，。；：]", text[max(0, match.start() - _REACH) : match.end()])[-1]
    return text.startswith("的", match.end()) and _BEYOND.search(part) is not None


def _when(target: Target) -> _Time:
    return target.year, target.period


def _distinct(targets: list[Target]) -> list[Target]:
    """The label often repeats what the measure says: the same figure for the same year once."""
    kept: dict[tuple[object, ...], Target] = {}
    for target in targets:
        key = (target.value, target.unit, _when(target), target.name, target.region)
        kept.setdefault(key, target)
    return list(kept.values())


def unmeasured_figures(text: str, start: int, end: int) -> list[Span]:
    """Decimals that stand before punctuation without any unit."""
    return [match.span() for match in _DECIMAL_ALONE.finditer(text, start, end)]


def _sentences(text: str, start: int, end: int) -> list[Span]:
    return [match.span() for match in re.compile("[^。\n]+").finditer(text, start, end)]


def _target(sentence: _Sentence, match: re.Match[str]) -> Target | None:
    """The target a figure states; None where nothing says what it counts."""
    text, start = sentence.text, match.start("value")
    if text[start - 1 : start] in {"第", "近"}:
        return None
    if _is_condition(text, match):
        return None
    year, period = sentence.time(match.start())
    if year is None and period is None:
        year, period = sentence.inherited()
    region, code = sentence.region(match.end())
    own = (region, code) == (sentence.context.region, sentence.context.region_code)
    name = name_of(text, sentence.begin, sentence.stop, match)
    name = sentence.distributed(match, name) or name
    if _BARE_VERB.fullmatch(name):
        name = sentence.subject(match.start()) or name
    alone = name if name == region else ""
    name = "" if alone else name
    if not name and sentence.found and sentence.found[-1].name != sentence.found[-1].region:
        name = sentence.found[-1].name
        if own:
            region, code = sentence.found[-1].region, sentence.found[-1].region_code
    if not name and sentence.earlier and not own:
        name = sentence.earlier[-1].name
    name = name or alone
    if not name:
        return None
    return Target(
        name=without_region(name, region),
        value=match["value"].replace(",", ""),
        unit=match["unit"],
        region=region,
        region_code=code,
        year=year,
        period=period,
        direction=_direction(text, match),
        raw=text[start : match.end()],
        span=(start, match.end()),
        flags=_flags(sentence, match, elsewhere=not own and _is_unknown(region, code)),
    )


def _is_unknown(region: str | None, code: str | None) -> bool:
    """Whether a single place is named that has no code; 各旗区 is no single place."""
    return region is not None and code is None and EVERYONE.fullmatch(region) is None


def _flags(sentence: _Sentence, match: re.Match[str], *, elsewhere: bool) -> tuple[str, ...]:
    """`range` 2—3项; `cumulative` 到2024年底: reached by then, not in that year; `unknown_place`."""
    words = sentence.text[max(sentence.begin, match.start() - _REACH) : match.start()]
    by_then = re.search(r"(?:到|至|截至)(?:(?:19|20)\d{2}年|“?十[三四五]五”?末)", words)
    flags = ("range",) if match["upper"] else ()
    flags = (*flags, "unknown_place") if elsewhere else flags
    return (*flags, "cumulative") if by_then else flags


def _direction(text: str, match: re.Match[str]) -> Direction:
    part = re.split("[，。；、]", text[max(0, match.start() - _REACH) : match.start()])[-1]
    words = part + match.group()
    if _AT_LEAST.search(words):
        return "at_least"
    return "at_most" if _AT_MOST.search(words) else "equal"


def _in_words(sentence: _Sentence) -> list[Target]:
    """全部清零、零增长 are the figure 0; 2025年起全部实现 is 100 %."""
    text, begin, stop = sentence.text, sentence.begin, sentence.stop
    found = []
    for match in _ZERO.finditer(text, begin, stop):
        name = bare(re.sub(r"^“?十[三四五]五”?末", "", match["name"]))
        zero = match.start("zero")
        before = re.split("[，。；]", text[max(begin, zero - _SENTENCE_REACH) : zero])
        if len(name) < 2 and len(before) > 1:
            name = re.split("逐年|按", bare(before[-2]))[0]
        span = match.span("zero")
        found.append(_worded(sentence, name, ("0", None), sentence.time(span[0]), span))
    for match in _ALL.finditer(text, begin, stop):
        when = (match["year"], None)
        found.append(_worded(sentence, match["name"], ("100", "%"), when, match.span()))
    return [target for target in found if target.name]


def _worded(
    sentence: _Sentence, name: str, value: tuple[str, str | None], when: _Time, span: Span
) -> Target:
    return Target(
        name=name,
        value=value[0],
        unit=value[1],
        region=sentence.context.region,
        region_code=sentence.context.region_code,
        year=when[0],
        period=when[1],
        direction="equal",
        raw=sentence.text[span[0] : span[1]],
        span=span,
        flags=("in_words",),
    )
