"""事项 a bulletin can report on: the board's subjects, with the words a paper uses for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """事项: a stock, the flow that brings it down, and their names on paper.

    Attributes:
        noun: What is lying there, as a sentence names it.
        stock_words: What the stock counts, before 存量.
        verb: How it is brought down.
        beside: Measure shown beside the stock, "" for none; `beside_words` says what it is.
    """

    key: str
    noun: str
    stock_words: str
    verb: str
    stock: str
    flow: str
    beside: str = ""
    beside_words: str = ""


TOPICS: Final = (
    Topic(
        key="unsupplied",
        noun="批而未供土地",
        stock_words="2009—2019年审批的批而未供土地",
        verb="消化",
        stock="unsupplied_stock",
        flow="unsupplied_disposed",
    ),
    Topic(
        key="idle",
        noun="闲置土地",
        stock_words="已认定的闲置土地",
        verb="处置",
        stock="idle_stock",
        flow="idle_disposed",
        beside="suspected_idle_stock",
        beside_words="疑似闲置",
    ),
)


def topics(keys: list[str]) -> tuple[Topic, ...]:
    """The topics of those keys, in the order papers report them."""
    return tuple(topic for topic in TOPICS if topic.key in keys)


def both_words(chosen: tuple[Topic, ...]) -> str:
    """批而未供和闲置土地, as a title names what it reports on."""
    if len(chosen) == 1:
        return chosen[0].noun
    return "和".join([*(topic.noun.removesuffix("土地") for topic in chosen[:-1]), chosen[-1].noun])
