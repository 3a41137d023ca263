"""演示通报: August's, issued before the clerks' later entries, and September's, waiting for review.

What the clerks record after August's figures were taken shows beside it as changed since.
"""

from __future__ import annotations

from datetime import date

from tuban.bulletins import actions
from tuban.bulletins.models import Bulletin
from tuban.bulletins.periods import Kind
from tuban.bulletins.topics import TOPICS
from tuban.demonstration import accounts
from tuban.values.places import CITY_CODE

AUGUST, AUGUST_ISSUED_ON = date(2024, 8, 31), date(2024, 9, 5)
SEPTEMBER = date(2024, 9, 30)
PREFIX = "演自然资通"


def issue_august() -> None:
    """Drafts, reviews and issues the bulletin of August; the clock stands on its day."""
    bulletin = _submitted(AUGUST)
    actions.review(actor=accounts.reviewer(), bulletin_id=bulletin.pk)
    actions.issue(actor=accounts.leader(), bulletin_id=bulletin.pk, prefix=PREFIX)


def submit_september() -> None:
    """Drafts the bulletin of September and hands it to the reviewer."""
    accounts.create()  # a demonstration loaded earlier knows no drafter yet
    _submitted(SEPTEMBER)


def _submitted(on: date) -> Bulletin:
    drafter = accounts.drafter()
    bulletin = actions.draft(
        actor=drafter,
        kind=Kind.MONTH,
        on=on,
        region_code=CITY_CODE,
        subjects=[topic.key for topic in TOPICS],
    )
    return actions.submit(actor=drafter, bulletin_id=bulletin.pk)
