"""The doors of the site: every address by its name, who may open it, and what stands behind it.

A new address is named here once; `test_doors` and `test_leaks` then try it as every role.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from math import cos, log, pi, radians, tan
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tuban.accounts.models import Role, User
from tuban.accounts.records import record
from tuban.bulletins.models import Bulletin
from tuban.core import clock
from tuban.inbox.models import Message
from tuban.inbox.sending import Note, send
from tuban.instruments.desk.typed import Source, reading_of
from tuban.instruments.models import Draft, DraftState, Instrument, Task
from tuban.parcels.deeds import FACT_RECORDED
from tuban.parcels.exports import kept
from tuban.parcels.imports import files
from tuban.parcels.models import (
    Batch,
    Export,
    ExportState,
    HeadingChoice,
    Parcel,
    Upload,
    UploadState,
)
from tuban.parcels.tests.cast import (
    CITY,
    DONGSHENG,
    EJIN_HORO,
    TODAY,
    make_parcel,
    make_user,
    mu,
)
from tuban.parcels.tests.drawn import draw, rectangle
from tuban.supervision.actions import report
from tuban.supervision.attachments import Delivered
from tuban.supervision.evidence import Offered
from tuban.supervision.models import Duty, Evidence, Milestone, TaskUnit
from tuban.supervision.tests.cast import make_task
from tuban.values.places import REGIONS

# A word in everything that belongs to a 旗区, and a plot of land for its parcel.
MARK = {DONGSHENG: "鸿雁", EJIN_HORO: "苍鹰", CITY: "全市"}
PLOTS = {
    DONGSHENG: rectangle(37395000, 4385000, 400, 250),
    EJIN_HORO: rectangle(37375000, 4355000, 400, 250),
}
NOON = datetime(2024, 9, 30, 4, tzinfo=UTC)

PUBLIC = {"login", "second-step", "favicon", "healthz", "home"}
POST_ONLY = {
    "task-milestone",
    "task-respond",
    "milestone-day",
    "milestone-unit",
    "duty-accept",
    "duty-return",
    "duty-reopen",
    "duty-release",
    "logout",
    "token-revoke",
    "display",
    "fact-review",
    "import-confirm",
    "import-heading-forget",
    "import-read-again",
    "import-stop",
    "import-set-aside",
    "bulletin-refresh",
    "bulletin-submit",
    "bulletin-review",
    "bulletin-return",
    "bulletin-issue",
    "bulletin-void",
    "bulletin-discard",
    "draft-read-again",
    "draft-confirm",
    "draft-drop",
    "workdays-confirm",
    "messages-read",
    "messages-mail",
    "second-factor-codes",
    "second-factor-off",
    "account-reset",
    "account-unlock",
    "account-factor-off",
    "account-stop",
    "account-resume",
}
# Addresses that a role may reach only with an act; all others are for every signed-in post.
ACTS = {
    "parcel-export": "export",
    "map-print": "export",
    "parcel-ledger": "export",
    "parcel-exports": "export",
    "parcel-export-txt": "export",
    "parcel-export-geojson": "export",
    "parcel-export-gpkg": "export",
    "measure-export": "export",
    "import-export": "export",
    "instrument-list-export": "export",
    "instrument-export": "export",
    "target-matrix-export": "export",
    "board-export": "export",
    "bulletin-list-export": "export",
    "import-rows": "export",
    "export-file": "export",
    "fact-add": "record_fact",
    "fact-correct": "record_fact",
    "fact-review": "review_fact",
    "import-template": "export",
    "import-errors": "export",
    "import-answers": "import_ledger",
    "import-headings": "import_ledger",
    "import-heading-forget": "import_ledger",
    "import-confirm": "import_ledger",
    "import-read-again": "import_ledger",
    "import-stop": "import_ledger",
    "import-set-aside": "import_ledger",
    "import-withdraw": "import_ledger",
    "bulletin-compose": "draft_bulletin",
    "bulletin-docx": "export",
    "bulletin-text": "draft_bulletin",
    "bulletin-refresh": "draft_bulletin",
    "bulletin-submit": "draft_bulletin",
    "bulletin-discard": "draft_bulletin",
    "bulletin-review": "review_bulletin",
    "bulletin-return": "review_bulletin",
    "bulletin-issue": "issue_bulletin",
    "bulletin-void": "issue_bulletin",
    "instrument-typed": "confirm_plan",
    "task-export": "export",
    "task-milestone": "assign_task",
    "task-respond": "report_task",
    "milestone-day": "assign_task",
    "milestone-unit": "assign_task",
    "duty-report": "report_task",
    "duty-release": "assign_task",
    "draft-original": "confirm_plan",
    "draft-read-again": "confirm_plan",
    "draft-correction": "confirm_plan",
    "draft-confirm": "confirm_plan",
    "draft-drop": "confirm_plan",
    "mailboxes": "manage_accounts",
    "workdays-import": "import_workdays",
    "workdays-confirm": "import_workdays",
    "history": "read_history",
    "history-export": "read_history",
    "account-list": "manage_accounts",
    "account-add": "manage_accounts",
    "account-detail": "manage_accounts",
    "account-reset": "manage_accounts",
    "account-unlock": "manage_accounts",
    "account-factor-off": "manage_accounts",
    "account-stop": "manage_accounts",
    "account-resume": "manage_accounts",
    "organisation-list": "manage_accounts",
}
# Questions without which an address has nothing to answer.
ASKED = {
    "draft-correction": "?path=header",
    "map-window": "?box={box}",
    "map-hits": "?at={at}&reach=0",
    "map-measure": "?points={at};{next}",
    "map-place": "?at={at}",
    "map-print": "?at={at}&scale=5000&paper=A4",
}
# What they ask for is not to be done on a confirmed upload: a refusal that says so.
TOO_LATE = {
    "import-confirm",
    "import-read-again",
    "import-stop",
    "import-set-aside",
    "draft-read-again",
}
# A draft is not yet to be reviewed, returned, issued or declared void.
TOO_EARLY = {"bulletin-review", "bulletin-return", "bulletin-issue", "bulletin-void"}
ABOUT_A_PARCEL = {"parcel-detail", "fact-add", "fact-correct", "fact-review"}
ABOUT_AN_UPLOAD = {
    "import-rows",
    "import-detail",
    "import-progress",
    "import-sums",
    "import-foresight",
    "upload-effects",
    "import-errors",
    "import-answers",
    "import-confirm",
    "import-read-again",
    "import-stop",
    "import-set-aside",
    "import-withdraw",
}
# Files made for one post: no other one's, whatever its region.
ABOUT_AN_EXPORT = {"export-detail", "export-progress", "export-file"}
ABOUT_A_MESSAGE = {"message"}
ABOUT_A_HEADING = {"import-heading-forget"}
ABOUT_A_BULLETIN = {
    "bulletin-detail",
    "bulletin-docx",
    "bulletin-text",
    "bulletin-figure",
    "bulletin-refresh",
    "bulletin-submit",
    "bulletin-discard",
    *TOO_EARLY,
}
ABOUT_A_DRAFT = {
    "draft-review",
    "draft-original",
    "draft-progress",
    "draft-read-again",
    "draft-correction",
    "draft-confirm",
    "draft-drop",
}
ABOUT_AN_INSTRUMENT = {"instrument-detail", "instrument-export", "instrument-difference"}
ABOUT_A_TASK = {"task-detail", "task-milestone"}
ABOUT_A_MILESTONE = {"milestone-day", "milestone-unit"}
# The visitor's own unit owes the duty: it never decides on it, whatever its role.
NEVER_ONES_OWN = {"duty-accept", "duty-return", "duty-reopen"}
ABOUT_A_DUTY = {"duty-report", "duty-release", *NEVER_ONES_OWN}
# Nothing was written, and something must be.
WORDLESS = {"task-milestone", "task-respond", "milestone-day", "milestone-unit", "duty-release"}
ABOUT_TASKS = ABOUT_A_TASK | ABOUT_A_MILESTONE | ABOUT_A_DUTY | {"task-respond", "task-evidence"}
ABOUT_AN_ACCOUNT = {
    "account-detail",
    "account-reset",
    "account-unlock",
    "account-factor-off",
    "account-stop",
    "account-resume",
}
ABOUT_SOMETHING = (
    ABOUT_A_PARCEL
    | ABOUT_AN_UPLOAD
    | ABOUT_AN_EXPORT
    | ABOUT_A_HEADING
    | ABOUT_A_MESSAGE
    | ABOUT_A_BULLETIN
    | ABOUT_A_DRAFT
    | ABOUT_AN_INSTRUMENT
    | ABOUT_TASKS
    | ABOUT_AN_ACCOUNT
)


def names(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[str]:
    """Names of every address of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "api":
            continue  # its doors are tried in test_api.py
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name


ALL = sorted(set(names()))


def address(name: str, parcel: Parcel) -> str:
    fact = parcel.facts.get()
    region = parcel.region_id
    upload = Upload.objects.filter(region=region).latest("pk")
    export = Export.objects.filter(post__organisation__region=region).latest("pk")
    heading = HeadingChoice.objects.filter(organisation__region=region).latest("pk")
    message = Message.objects.filter(post__organisation__region=region).latest("pk")
    account = User.objects.get(username=f"sender-{parcel.region_id}")
    arguments: dict[str, Any] = {
        **{about: {"pk": upload.pk} for about in ABOUT_AN_UPLOAD},
        **{about: {"pk": export.pk} for about in ABOUT_AN_EXPORT},
        **{about: {"pk": heading.pk} for about in ABOUT_A_HEADING},
        **{about: {"pk": account.pk} for about in ABOUT_AN_ACCOUNT},
        **{about: {"pk": message.pk} for about in ABOUT_A_MESSAGE},
        **a_bulletin(name, parcel.region_id),
        **a_plan(name, fact.recorded_by, parcel.region_id),
        **a_task(name, fact.recorded_by, parcel.region_id),
        "upload-effects": {"upload_pk": upload.pk},
        "parcel-detail": {"pk": parcel.pk},
        "fact-add": {"pk": parcel.pk},
        "fact-correct": {"pk": parcel.pk, "fact_pk": fact.pk},
        "fact-review": {"pk": parcel.pk, "fact_pk": fact.pk},
        "measure-detail": {"code": "unsupplied_stock"},
        "measure-export": {"code": "unsupplied_stock"},
        "token-revoke": {"pk": 1},
        "workdays-year": {"year": 2025},
        "parcel-tile": tile_of(parcel),
        "region-tile": tile_of(parcel, 8),  # at 14 no boundary passes
    }
    return reverse(name, kwargs=arguments.get(name, {})) + asked(name, parcel)


def asked(name: str, parcel: Parcel) -> str:
    """What is asked at the address: about the parcel's own place, where it is about a place."""
    assert parcel.geometry is not None
    lon, lat = parcel.geometry.centroid.coords
    place = {
        "at": f"{lon:.6f},{lat:.6f}",
        "next": f"{lon + 0.01:.6f},{lat + 0.01:.6f}",
        "box": f"{lon - 0.01:.6f},{lat - 0.01:.6f},{lon + 0.01:.6f},{lat + 0.01:.6f}",
    }
    return ASKED.get(name, "").format(**place)


def tile_of(parcel: Parcel, zoom: int = 14) -> dict[str, int]:
    """The tile of a zoom the parcel's middle lies in."""
    assert parcel.geometry is not None
    lon, lat = parcel.geometry.centroid.coords
    side, up = 2**zoom, radians(lat)
    y = (1 - log(tan(up) + 1 / cos(up)) / pi) / 2 * side
    return {"z": zoom, "x": int((lon + 180) / 360 * side), "y": int(y)}


def a_bulletin(name: str, region: str) -> dict[str, dict[str, int]]:
    """What the address of a draft of the region, or of its figure, asks for."""
    if name not in ABOUT_A_BULLETIN:
        return {}
    draft = Bulletin.objects.filter(region=region).first() or Bulletin.objects.create(
        region_id=region,
        kind="month",
        on=TODAY,
        first=TODAY.replace(day=1),
        subjects=["unsupplied"],
        unit="mu",
        known_at=NOON,
        last_fact_id=0,
        definitions={"unsupplied_stock": {"name": "批而未供存量", "verified": True}},
        title=f"演示{MARK[region]}",
        addressee="演示",
        opening="演示",
        signer="演示",
    )
    figure, _ = draft.figures.get_or_create(measure_code="unsupplied_stock", region_id=region)
    return {name: {"pk": draft.pk, **({"figure_pk": figure.pk} if "figure" in name else {})}}


def a_plan(name: str, clerk: User, region: str) -> dict[str, dict[str, int]]:
    """What the address of a plan of the region asks for: under review, or in force."""
    if name in ABOUT_A_DRAFT:
        draft = Draft.objects.filter(region=region).first() or a_typed_draft(clerk, region)
        return {name: {"pk": draft.pk}}
    if name not in ABOUT_AN_INSTRUMENT:
        return {}
    plan = Instrument.objects.filter(region=region).first() or Instrument.objects.create(
        region_id=region,
        title=f"演示方案{MARK[region]}",
        source_name="方案.txt",
        source_sha256="0" * 64,
        text="演示",
        text_sha256=region.zfill(64),
        confirmed_by=clerk,
        confirmed_at=NOON,
    )
    return {name: {"pk": plan.pk}}


def a_task(name: str, clerk: User, region: str) -> dict[str, dict[str, int]]:
    """What an address about a task of the region asks for: its unit is the visitors' own."""
    if name not in ABOUT_TASKS:
        return {}
    if not Task.objects.filter(instrument__region=region).exists():
        own = f"演示单位{region}"
        sender = make_user(Role.DEPARTMENT, region, name=f"reporting-{region}")
        make_task(clerk, [], [own], support=[own], region=region)
        Task.objects.filter(instrument__region=region).update(title=f"任务{MARK[region]}")
        report(
            actor=sender,
            duty_id=Duty.objects.get(milestone__task__instrument__region=region).pk,
            words=f"完成{MARK[region]}",
            offered=Offered(files=[Delivered(f"纪要{MARK[region]}.pdf", b"%PDF-1.4")]),
        )
    return {name: {"pk": task_pk(name, region)}}


def task_pk(name: str, region: str) -> int:
    """The number an address about tasks carries."""
    task = Task.objects.get(instrument__region=region)
    if name in ABOUT_A_TASK:
        return task.pk
    if name in ABOUT_A_MILESTONE:
        return Milestone.objects.get(task=task).pk
    if name in ABOUT_A_DUTY:
        return Duty.objects.get(milestone__task=task).pk
    if name == "task-respond":
        return TaskUnit.objects.get(task=task, role="support").pk
    return Evidence.objects.latest("pk").pk


def a_typed_draft(clerk: User, region: str) -> Draft:
    """A table of one figure, handed in for the region."""
    place = REGIONS[region]
    source = Source("演示方案", None, "2024-01-10", place, region)
    rows = [["旗区", "2024年", "合计"], [place, "30", "30"]]
    reading = reading_of(rows, "批而未供消化目标表", "亩", "decomposed", source)
    return Draft.objects.create(
        region_id=region,
        name=f"演示方案{MARK[region]}.txt",
        sha256=files.keep(reading["text"].encode()),
        state=DraftState.PENDING,
        reading=reading,
        findings=reading["findings"],
        uploaded_by=clerk,
        uploaded_at=NOON,
    )


def a_parcel(clerk: User, region: str) -> Parcel:
    """A parcel with one fact and a boundary, a confirmed upload of the region, the clerk's export."""
    upload = Upload.objects.create(
        name=f"台账{MARK[region]}.xlsx",
        sha256="0" * 64,
        size=1,
        ledger="parcels",
        region_id=region,
        state=UploadState.CONFIRMED,
        uploaded_by=clerk,
        uploaded_at=NOON,
    )
    sender = make_user(Role.BANNER_CLERK, region, name=f"sender-{region}")
    HeadingChoice.objects.create(
        organisation=sender.post.organisation if sender.post else None,
        ledger="parcels",
        heading=f"宗号{MARK[region]}",
        key="parcel_no",
        chosen_by=sender,
        chosen_at=NOON,
    )
    batch = Batch.objects.create(
        no=f"{region}-20240930-01",
        upload=upload,
        region_id=region,
        confirmed_by=clerk,
        confirmed_at=NOON,
        rows=0,
        facts=0,
    )
    an_export(clerk)
    a_message(clerk)
    number = f"YS-{MARK[region]}"
    parcel = make_parcel(clerk, no=number, region=region, approved=("2015-06-30", mu("45")))
    draw(parcel, clerk, PLOTS[region], batch=batch)
    parcel.refresh_from_db()
    record(sender, FACT_RECORDED, about=parcel)
    return parcel


def a_message(user: User) -> None:
    """A message to the user's post, the newest there is."""
    if user.post_id:
        said = {
            "topic": "期限提醒",
            "light": "yellow",
            "word": "临期",
            "title": f"演示{MARK[user.region_code]}",
            "url": "/todo/",
        }
        send([Note(post_id=user.post_id, key="door", **said)], TODAY)


def an_export(user: User) -> Export:
    """A finished file of the user's post, the newest there is."""
    export = Export.objects.create(
        kind="parcels-xlsx",
        on=TODAY,
        unit="mu",
        post=user.post,
        requested_by=user,
        requested_at=clock.now(),
        state=ExportState.READY,
        name=f"地块清单{MARK[user.region_code]}.xlsx",
    )
    kept.new_draft(export.pk).replace(kept.path_of(export.pk))
    return export
