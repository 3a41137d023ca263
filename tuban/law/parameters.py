"""参数: the figures of law, each with the dates between which it holds and where it stands.

Looked up by the date of the fact they judge (CNV-05): a start that fell due in 2011 is judged by
the rule of 2011. A date no row covers has no parameter, and the law then refuses to guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from tuban.law.rules import LINKAGE_2018, MEASURES_53

_MEASURES_FROM = date(2012, 7, 1)
_BEFORE = _MEASURES_FROM - timedelta(days=1)
_OLD_MEASURES = "闲置土地处置办法（国土资源部令第5号，1999年）"
_OLD_NOTE = "旧办法条文未见原件；房地产管理法的一年、二年期限一致。"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of law.

    Attributes:
        code: Name of the figure, unit in the name.
        valid_from: First day on which it holds; None = since ever.
        valid_to: Last day on which it holds; None = still in force.
        verified: False shows as 待核实 wherever the figure is used.
        jurisdiction: 全国, or the place whose rule it is.
    """

    code: str
    value: int
    valid_from: date | None
    valid_to: date | None
    instrument: str
    article: str
    verified: bool
    note: str = ""
    jurisdiction: str = "全国"

    def holds_on(self, day: date) -> bool:
        """Whether the figure is in force on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


_ALL = (
    Parameter(
        "idle_after_years",
        1,
        None,
        _BEFORE,
        _OLD_MEASURES,
        "",
        verified=False,
        note=_OLD_NOTE,
    ),
    Parameter(
        "idle_after_years", 1, _MEASURES_FROM, None, MEASURES_53, "第二条第一款", verified=True
    ),
    Parameter(
        "recall_after_years",
        2,
        None,
        _BEFORE,
        _OLD_MEASURES,
        "",
        verified=False,
        note=_OLD_NOTE,
    ),
    Parameter(
        "recall_after_years", 2, _MEASURES_FROM, None, MEASURES_53, "第十四条第二项", verified=True
    ),
    Parameter(
        "assumed_start_after_years",
        1,
        None,
        None,
        MEASURES_53,
        "第二十二条",
        verified=False,
        note="条文措辞未见原件。",
    ),
    Parameter(
        "extension_at_most_years",
        1,
        None,
        None,
        MEASURES_53,
        "第十二条第一款第一项",
        verified=True,
        note="自协议日期起核对；2012年以前的协议亦按此核对。",
    ),
    Parameter(
        "approval_lapse_warning_years",
        2,
        None,
        None,
        LINKAGE_2018,
        "",
        verified=True,
        note="只作提示；2018年以前的批准亦按此提示。",
    ),
)


def _by_code() -> Mapping[str, tuple[Parameter, ...]]:
    table: dict[str, tuple[Parameter, ...]] = {}
    for row in _ALL:
        table[row.code] = (*table.get(row.code, ()), row)
    return MappingProxyType(table)


PARAMETERS = _by_code()
"""Code → its rows in order of time."""


@lru_cache(maxsize=4096)
def parameter(code: str, on: date) -> Parameter:
    """The figure in force on a day.

    Raises:
        LookupError: No row covers the day.
    """
    for row in reversed(PARAMETERS[code]):
        if row.holds_on(on):
            return row
    raise LookupError(f"{on} 没有可用的参数“{code}”。")
