"""An invented arrangement of 2027 for tests; the real notice is published at the end of 2026."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tuban.accounts.models import Role, User
from tuban.parcels.tests.cast import CITY, make_user
from tuban.workdays.actions import import_notice
from tuban.workdays.models import HolidayNotice
from tuban.workdays.rows import rows_of_text

GOLDEN = Path(__file__).parent / "golden"
CSV = GOLDEN / "invented_2027.csv"
DOC_NO = "演示发电〔2026〕1号"


def sysadmin() -> User:
    return make_user(Role.SYSTEM_ADMIN, CITY, name="workdays-admin")


def bring(actor: User | None = None, **given: Any) -> HolidayNotice:
    """Imports the invented notice, or rows given as text."""
    text = given.pop("text", None) or CSV.read_text("utf-8")
    wanted = {"year": 2027, "doc_no": DOC_NO, **given}
    return import_notice(actor=actor or sysadmin(), rows=rows_of_text(text), **wanted)
