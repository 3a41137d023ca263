"""载入演示: the plan, the ledgers and the later facts, through the actions that people call.

Each part stands or not as a whole and is noted when it stands, so that a load that was killed goes
on where it was, and a second one finds nothing to do. The clock stands on the day on which each
part came in, so that facts show when they were true and when they became known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db import connection, transaction

from tuban.accounts.models import User
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.demonstration import accounts, bulletins, desks, plan, tasks
from tuban.demonstration.files import Demonstration, Ledger, make, write
from tuban.demonstration.later import CORRECT, VOID, Entry
from tuban.demonstration.models import LoadedPart
from tuban.demonstration.stories import SEED
from tuban.instruments.actions import confirm_plan
from tuban.law.facts import FactKind
from tuban.parcels.actions import correct_fact, record_fact, review_fact, void_fact
from tuban.parcels.imports.claims import BeingWorkedOn
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.models import (
    Approval,
    Boundary,
    Fact,
    Parcel,
    ParcelPhase,
    StagedRow,
    Upload,
    UploadState,
)

DEMO_DATABASE = "tuban_demo"
"""The demonstration's own database; `tuban.config.state` says the same."""

EDITION = f"{SEED}.5"
"""Changes whenever the generated data change."""

PLAN_CONFIRMED_ON = date(2022, 3, 25)
REVIEWED_ON = date(2024, 9, 29)
REVIEWS = 120
PATIENCE_S = 20.0
ACCOUNTS, PLAN, LATER, REVIEWED = "accounts", "plan", "later", "reviews"
TASKS = "tasks"
AUGUST, SEPTEMBER = "bulletin-2024-08", "bulletin-2024-09"
DESKS = "desks"

Say = Callable[[str], None]


class DemonstrationRefused(DomainError):
    """演示不能载入或删除."""


def load(say: Say) -> bool:
    """Loads what is missing.

    Args:
        say: Told one line of progress at a time.

    Returns:
        False when everything stood already.

    Raises:
        DemonstrationRefused: Not a demonstration, or it holds another edition of the data.
    """
    _only_in_a_demonstration()
    standing = dict(LoadedPart.objects.values_list("key", "edition"))
    if any(edition != EDITION for edition in standing.values()):
        raise DemonstrationRefused(
            "演示库里是另一版演示数据，没有改动。",
            code="demonstration.edition",
            kind="conflict",
            cause="程序更新后演示数据也有更新，两版不能混在一起。",
            remedy="运行 .venv/bin/tuban demo remove 删除演示库，再运行 make demo 重新载入。",
        )
    if {REVIEWED, SEPTEMBER, DESKS} <= standing.keys():
        return False
    say("生成演示文件")
    made = make()
    write(made, settings.VAR / "demonstration")
    with _part(ACCOUNTS, standing) as wanted:
        if wanted:
            accounts.create()
    with _part(PLAN, standing) as wanted, clock.standing_on(PLAN_CONFIRMED_ON):
        if wanted:
            say("确认方案")
            confirm_plan(actor=accounts.reviewer(), content=made.plan, name=plan.FILE_NAME)
    _load_ledgers(made, standing, say)
    with _part(AUGUST, standing) as wanted, clock.standing_on(bulletins.AUGUST_ISSUED_ON):
        if wanted and LATER not in standing:  # its figures are those from before the later facts
            say("签发 8 月通报")
            bulletins.issue_august()
    with _part(LATER, standing) as wanted:
        if wanted:
            say(f"补记 {len(made.later)} 条事实")
            _record_later(made)
    with _part(REVIEWED, standing) as wanted, clock.standing_on(REVIEWED_ON):
        if wanted:
            say(f"复核 {REVIEWS} 条事实")
            _review()
    with _part(TASKS, standing) as wanted:
        if wanted:
            say("督办上报和核验")
            tasks.play()
    with _part(SEPTEMBER, standing) as wanted, clock.standing_on(bulletins.SEPTEMBER):
        if wanted:
            say("起草 9 月通报")
            bulletins.submit_september()
    with _part(DESKS, standing) as wanted, clock.standing_on(desks.ON):
        if wanted:
            say("布置待办和提醒")
            desks.lay_out()
    return True


def remove() -> None:
    """Drops the demonstration's database; the next `make demo` makes it anew.

    Raises:
        DemonstrationRefused: The command does not speak to a demonstration's own database.
    """
    name = connection.settings_dict["NAME"]
    if not settings.DEMO or name != DEMO_DATABASE:
        raise DemonstrationRefused(
            f"没有删除：当前的库“{name}”不是演示库。",
            code="demonstration.not_demo",
            kind="forbidden",
            remedy=f"只有演示环境（TUBAN_DEMO=1）的库“{DEMO_DATABASE}”可以这样删除。",
        )
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"drop database if exists {DEMO_DATABASE} with (force)")


def _only_in_a_demonstration() -> None:
    if not (settings.DEMO or settings.TESTING):
        raise DemonstrationRefused(
            "没有载入：当前不是演示环境。",
            code="demonstration.not_demo",
            kind="forbidden",
            cause="演示数据是虚构的，不得混入正式库。",
            remedy="请用 make demo 启动演示，它有自己的库。",
        )


@contextmanager
def _part(key: str, standing: dict[str, str]) -> Iterator[bool]:
    """One transaction for a part and for the note that it stands; yields whether to do it."""
    with transaction.atomic():
        yield key not in standing
        if key not in standing:
            _note(key)


def _note(key: str) -> None:
    LoadedPart.objects.create(key=key, edition=EDITION, loaded_at=clock.now())


def _load_ledgers(made: Demonstration, standing: dict[str, str], say: Say) -> None:
    """Stages and confirms each ledger as the clerk of its 旗区, in the order they came in."""
    for handed_in_on, group in groupby(made.ledgers, key=lambda ledger: ledger.handed_in_on):
        waiting = [ledger for ledger in group if ledger.name not in standing]
        if waiting:
            say(f"导入 {handed_in_on} 报送的文件 {len(waiting)} 份")
        with clock.standing_on(handed_in_on):
            for ledger in waiting:
                _import(ledger)
        if waiting:
            _take_stock_of_tables()


def _take_stock_of_tables() -> None:
    """Tells the planner how full the tables have become; by itself it notices a minute later."""
    tables = (Parcel, Fact, ParcelPhase, StagedRow, Approval, Boundary)
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {', '.join(table._meta.db_table for table in tables)}")


def _import(ledger: Ledger) -> None:
    """Confirming commits by itself: a load killed just after finds the upload 已登记."""
    clerk = accounts.clerk(ledger.region)
    known = Upload.objects.filter(uploaded_by=clerk, name=ledger.name)
    if not known.filter(state=UploadState.CONFIRMED).exists():
        upload = known.filter(state__in=(UploadState.STAGED, UploadState.CONFIRMING)).first()
        if upload is None:
            upload = stage_upload(actor=clerk, source=ledger.content, name=ledger.name)
        _confirm(clerk, upload.pk)
    _note(ledger.name)


def _confirm(clerk: User, upload_id: int) -> None:
    """Confirms; the database may hold on for a moment to what a killed load was doing."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            confirm_upload(actor=clerk, upload_id=upload_id)
            return
        except BeingWorkedOn:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _record_later(made: Demonstration) -> None:
    """Acts of the clerks in September 2024, day by day."""
    clerks = {region: accounts.clerk(region) for region in {e.region for e in made.later}}
    parcels = {
        (region, number): pk
        for pk, region, number in Parcel.objects.values_list("pk", "region_id", "parcel_no")
    }
    for day, group in groupby(made.later, key=lambda entry: entry.recorded_on):
        with clock.standing_on(date.fromisoformat(day)):
            for entry in group:
                _act(clerks[entry.region], parcels[entry.region, entry.parcel_no], entry)


def _act(actor: User, parcel_id: int, entry: Entry) -> None:
    on = date.fromisoformat(entry.on)
    if entry.act in {CORRECT, VOID}:
        old = Fact.objects.get(
            parcel_id=parcel_id, kind=entry.of_kind, on=entry.of_on, superseded_by=None
        )
        if entry.act == VOID:
            void_fact(actor=actor, fact_id=old.pk, reason=entry.reason)
        else:
            correct_fact(
                actor=actor, fact_id=old.pk, on=on, payload=entry.payload, reason=entry.reason
            )
        return
    record_fact(
        actor=actor,
        parcel_id=parcel_id,
        kind=FactKind(entry.kind),
        on=on,
        payload=entry.payload,
        evidence=entry.evidence,
    )


def _review() -> None:
    """The city reviews the largest areas disposed of this year."""
    disposals = (FactKind.SUPPLIED, FactKind.WITHDRAWN, FactKind.RECOVERED, FactKind.LAPSED)
    largest = (
        Fact.objects.filter(kind__in=[k.value for k in disposals], on__year=REVIEWED_ON.year)
        .filter(superseded_by=None)
        .order_by("-area_m2", "pk")
        .values_list("pk", flat=True)[:REVIEWS]
    )
    reviewer = accounts.reviewer()
    for pk in largest:
        review_fact(actor=reviewer, fact_id=pk)
