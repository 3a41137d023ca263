"""What an office has done: `begin` a first day's work, or go `on` until somebody ends it.

python -m tuban.operations.tests.work begin | on
"""

from __future__ import annotations

import itertools
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from tuban.accounts.models import Role, User  # noqa: E402
from tuban.demonstration import plan  # noqa: E402
from tuban.instruments.actions import confirm_plan  # noqa: E402
from tuban.instruments.desk.actions import deliver  # noqa: E402
from tuban.parcels.imports.boundaries.tests.files import file, square  # noqa: E402
from tuban.parcels.imports.confirm import confirm_upload  # noqa: E402
from tuban.parcels.imports.staging import stage_upload  # noqa: E402
from tuban.parcels.imports.tests.books import ledger, row  # noqa: E402
from tuban.parcels.jobs import read_upload  # noqa: E402
from tuban.parcels.tests.cast import CITY, make_user  # noqa: E402


def begin() -> None:
    """Tables, accounts, a confirmed plan, a ledger with boundaries, a plan that waits for a worker."""
    call_command("migrate", verbosity=0, interactive=False)
    clerk = make_user(Role.BANNER_CLERK, name="clerk")
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    content = plan.docx_bytes()
    confirm_plan(actor=reviewer, content=content, name="方案.docx")
    _take_in(clerk, ledger([row(parcel_no=f"B-{n}") for n in range(1, 21)]), "台账.xlsx")
    squares = [square(f"B-{n}", east=200.0 * n, area="1.0000") for n in range(1, 6)]
    _take_in(clerk, file(*squares), "界址点.txt")
    deliver(actor=clerk, name="旗区方案.docx", content=content)


def on() -> None:
    """Ledger after ledger, each a kept file; says each one's number once it is committed."""
    clerk = User.objects.get(username="clerk")
    for number in itertools.count(1):
        rows = [row(parcel_no=f"ON-{number}-{n}") for n in range(1, 6)]
        _take_in(clerk, ledger(rows), f"第{number}份.xlsx")
        print(number, flush=True)


def _take_in(actor: User, content: bytes, name: str) -> None:
    upload = stage_upload(actor=actor, source=content, name=name)
    confirm_upload(actor=actor, upload_id=upload.pk)
    read_upload.defer(upload_id=upload.pk)  # the queue moves, too


if __name__ == "__main__":
    {"begin": begin, "on": on}[sys.argv[1]]()
