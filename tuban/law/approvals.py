"""批准: rates of supply, the two-year warning, and what a supply may take from an approval.

Areas here are plain exact numbers in one unit of the caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from tuban.law.parameters import parameter
from tuban.values.dates import add_years

Amount = TypeVar("Amount", int, Fraction)


@dataclass(frozen=True, slots=True)
class Rates:
    """供地率, gross and net of 撤回 and 失效 (APP-03); None where the denominator is zero."""

    gross: Fraction | None
    net: Fraction | None


class OverConsumption(ValueError):
    """A supply or withdrawal wants more than the approval has left (APP-02).

    Attributes:
        left: What is left.
        wanted: What was asked for.
    """

    def __init__(self, left: Fraction | int, wanted: Fraction | int) -> None:
        super().__init__("超过批准文件的剩余面积。")
        self.left = left
        self.wanted = wanted


def supply_rate(
    approved: Fraction | int,
    supplied: Fraction | int,
    withdrawn: Fraction | int = 0,
    lapsed: Fraction | int = 0,
) -> Rates:
    """供地率 of a stated set of approvals (APP-03), gross and net of what no longer stands."""
    standing = approved - withdrawn - lapsed
    return Rates(
        gross=Fraction(supplied) / approved if approved else None,
        net=Fraction(supplied) / standing if standing else None,
    )


def meets(rate: Fraction | None, floor: Fraction) -> bool:
    """Whether a rate reaches its floor: 以上 includes it, nothing is rounded first (CNV-01).

    An unknown rate meets nothing.
    """
    return rate is not None and rate >= floor


def approval_lapse_warning_on(approved_on: date) -> date:
    """First day after the two years of an approval have run out (APP-07); a warning only."""
    years = parameter("approval_lapse_warning_years", approved_on).value
    return add_years(approved_on, years) + timedelta(days=1)


def consume(left: Amount, wanted: Amount) -> Amount:
    """What is left of an approval after a supply, withdrawal or lapse (APP-02).

    Raises:
        OverConsumption: More is wanted than is left.
    """
    if wanted > left:
        raise OverConsumption(left, wanted)
    return left - wanted
