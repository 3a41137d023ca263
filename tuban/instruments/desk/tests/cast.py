"""Plans under review for tests: read in the test's own process, without a job."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.road import plan_text
from tuban.accounts.models import User
from tuban.documents.reader import read
from tuban.instruments.models import Draft, DraftState

NOON = datetime(2024, 9, 30, 4, tzinfo=UTC)


def sound_text() -> str:
    """The road's plan with a stock that its years add up to: nothing has to be acknowledged."""
    return plan_text().replace("\t90\n", "\t45\n")


def make_draft(user: User, text: str = "", name: str = "演示方案.txt") -> Draft:
    """A draft that was read and waits for its review."""
    reading = read((text or sound_text()).encode(), name).to_json()
    return Draft.objects.create(
        region_id=user.region_code,
        name=name,
        sha256="0" * 64,
        state=DraftState.PENDING,
        reading=reading,
        findings=reading["findings"],
        uploaded_by=user,
        uploaded_at=NOON,
    )


def conflicting_text() -> str:
    """The plan of the road with a body figure that its table contradicts."""
    return sound_text().replace("2024年消化批而未供土地30亩", "2024年消化批而未供土地36亩")


def figure_path(draft: Draft, region: str, printed: str) -> str:
    """The path of a cell by its place and its printed number."""
    assert draft.reading is not None
    at = next(
        which
        for which, figure in enumerate(draft.reading["figures"])
        if figure["region"] == region and figure["printed"] == printed
    )
    return f"figures/{at}"
