"""What a bulletin is about, how it shows numbers, and what it proposes to its drafter. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuban.bulletins.periods import Kind, day_words, span_words
from tuban.bulletins.reckoning import Place, Standing
from tuban.bulletins.topics import Topic, both_words
from tuban.values.area import MINUS, MISSING, Unit, format_area


@dataclass(frozen=True, slots=True)
class Earlier:
    """上期: its number and day."""

    doc_no: str
    on: date


@dataclass(frozen=True, slots=True)
class Report:
    """One subject as the paper reports it.

    Attributes:
        own: The region the bulletin is about.
        counties: The nine 旗区 in the order of their codes, ranked.
        city: Their sum; the same as `own` in a city's bulletin.
    """

    topic: Topic
    own: Standing
    counties: tuple[Standing, ...]
    city: Standing


@dataclass(frozen=True, slots=True)
class Paper:
    """What a bulletin is about."""

    kind: Kind
    first: date
    on: date
    place: Place
    is_city: bool
    unit: Unit
    reports: tuple[Report, ...]
    earlier: Earlier | None

    @property
    def who(self) -> str:
        """How sentences name the region."""
        return "全市" if self.is_city else self.place.name

    @property
    def year_period(self) -> str:
        """Period of the figures done since 1 January."""
        return str(self.on.year)

    @property
    def this_period(self) -> str:
        """Period of 本期's figures."""
        return period_key(self.first, self.on)


def period_key(first: date, last: date) -> str:
    """How figures name 本期."""
    return f"{first}/{last}"


def title(kind: Kind, first: date, on: date, place: str, topics: tuple[Topic, ...]) -> str:
    """关于2024年9月批而未供和闲置土地处置进展情况的通报; a 旗区's names the 旗区."""
    verb = topics[0].verb if len(topics) == 1 else "处置"
    return f"关于{span_words(kind, first, on)}{place}{both_words(topics)}{verb}进展情况的通报"


def opening(on: date, who: str, topics: tuple[Topic, ...]) -> str:
    """开头 as proposed to the drafter."""
    verb = topics[0].verb if len(topics) == 1 else "处置"
    return f"现将截至{day_words(on)}{who}{both_words(topics)}{verb}进展情况通报如下。"


def demands(*, is_city: bool) -> str:
    """工作要求 as proposed to the drafter."""
    if is_city:
        return (
            "请各旗区对照年度目标逐宗推进，能供则供、能收则收、能用则用。\n"
            "进度滞后的旗区要逐宗查明原因，明确责任单位和完成时限，并于下期通报前报送情况。"
        )
    return "请各责任单位对照年度目标逐宗推进，逐宗明确责任单位和完成时限，并于下期通报前报送情况。"


def percent(value: Fraction, decimals: int = 1) -> str:
    """A share as a percentage without the sign %, rounded half up once."""
    return format_area(value * 100, Unit.M2, decimals)


def points(value: Fraction | None) -> str:
    """A difference in percentage points with its sign; 0.0 has none; — when unknown."""
    if value is None:
        return MISSING
    text = percent(value)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"
