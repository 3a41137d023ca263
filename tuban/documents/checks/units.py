"""换算: hectares that look like a round number of 亩, rounded. What is printed stays what counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from tuban.documents.model import Finding, Target

MU_PER_HECTARE = 15
_ROUND_MU = 100
_LEAST_DECIMALS = 2


def check_conversions(targets: Sequence[Target]) -> Iterator[Finding]:
    """513.33 公顷 = 7699.95 亩: printed from 7700 亩, in all likelihood."""
    found: list[tuple[Target, Fraction, int]] = []
    for target in targets:
        if target.unit != "公顷":
            continue
        value = Decimal(target.value)
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent < _LEAST_DECIMALS:
            continue
        mu = Fraction(value) * MU_PER_HECTARE
        slack = Fraction(MU_PER_HECTARE, 2) / 10**-exponent
        nearest = round(mu / _ROUND_MU) * _ROUND_MU
        if nearest and mu != nearest and abs(mu - nearest) <= slack:
            found.append((target, mu, nearest))
    if found:
        yield Finding(
            "rounded-conversion",
            "取整",
            "note",
            "公顷数像是由整亩数换算后保留小数："
            + "；".join(
                f"{target.raw} = {float(mu):.2f} 亩，疑原为 {nearest} 亩"
                for target, mu, nearest in found
            )
            + "。以载明的公顷数为准，不回写换算值。",
            tuple(target.span for target, *_ in found),
        )
