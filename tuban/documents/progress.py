"""进度: how far a reading has come, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[str, float], None]
"""Called with what is being done (Chinese) and the share done, 0 … 1, never falling."""

_T = TypeVar("_T")


def silent(_step: str, _share: float) -> None:
    """Nobody waits."""


def walked(
    items: Sequence[_T], tell: Progress, step: str, share: tuple[float, float]
) -> Iterator[_T]:
    """The items one by one, told as the share of the whole from share[0] to share[1]."""
    first, last = share
    for at, item in enumerate(items):
        tell(step, first + (last - first) * at / len(items))
        yield item
