"""供应方式的时间: since when a way of supply has an instrument of its own.

出让, 划拨, 租赁 and 作价出资（入股） are older than any ledger; only the forms that came later are
listed. A pilot may have used one earlier under a local paper, so an earlier date is odd, not wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

INDUSTRIAL_2022 = "自然资发〔2022〕201号"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of supply that came later.

    Attributes:
        since: Day its instrument was published.
        verified: Whether the day was read in the instrument itself.
    """

    word: str
    since: date
    instrument: str
    verified: bool


LATER_FORMS = MappingProxyType(
    {
        word: Form(word, date(2022, 12, 20), INDUSTRIAL_2022, verified=False)
        for word in ("长期租赁", "先租后让")
    }
)
"""SUP-03, SUP-05."""


def not_yet(word: str, on: date) -> Form | None:
    """The form, if a contract of that day is older than the form's instrument."""
    form = LATER_FORMS.get(word)
    return form if form is not None and on < form.since else None
