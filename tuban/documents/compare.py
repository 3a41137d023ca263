"""对照: two readings → what contradicts and what agrees. Pure, like reading itself."""

from __future__ import annotations

from tuban.documents.across.counts import compare_counts
from tuban.documents.across.deadlines import compare_deadlines
from tuban.documents.across.numbers import compare_numbers
from tuban.documents.across.pair import Pair
from tuban.documents.across.targets import compare_targets
from tuban.documents.across.variants import compare_variants
from tuban.documents.model import Finding, Reading
from tuban.documents.verdicts import Agreement


def compare(first: Reading, second: Reading) -> list[Finding]:
    """What of two documents contradicts or differs.

    Args:
        first: one reading; spans of findings with `documents` 0 index its text.
        second: the other; `documents` 1.
    """
    pair = Pair(first, second)
    return [
        *compare_targets(pair)[0],
        *compare_counts(pair)[0],
        *compare_deadlines(pair),
        *compare_variants(pair),
        *compare_numbers(pair)[0],
    ]


def agree(first: Reading, second: Reading) -> list[Agreement]:
    """一致: what both documents state alike; spans as in `compare`."""
    pair = Pair(first, second)
    return [*compare_targets(pair)[1], *compare_counts(pair)[1], *compare_numbers(pair)[1]]
