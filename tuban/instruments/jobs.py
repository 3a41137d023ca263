"""Background work of the review desk: reading a plan that was handed in.

It speaks to the reader through the draft's own state and message. Reading writes nothing but the
draft, so another worker may take it up again.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tuban.core.errors import DomainError
from tuban.instruments import exports  # noqa: F401  offers its kinds to the worker
from tuban.instruments.desk import waiting
from tuban.instruments.desk.reading import read_plan
from tuban.instruments.models import Draft, DraftState
from tuban.parcels.imports import files

BROKEN = "读取时系统出错，没有登记任何内容；请重新读取，仍不成功时请将文件名告知系统管理员。"
_DEAD_AFTER = timedelta(seconds=30)


def queueing_lock(draft_id: int) -> str:
    """Name under which a draft's job waits: at most one waits, and it is found by it."""
    return f"draft-{draft_id}"


def is_under_way(draft: Draft) -> bool:
    """Whether somebody reads the draft or will: a job waits, or its worker is alive."""
    jobs = ProcrastinateJob.objects.filter(queueing_lock=queueing_lock(draft.pk))
    waiting = jobs.filter(status="todo").exists()
    alive = jobs.filter(status="doing", worker__last_heartbeat__gt=Now() - _DEAD_AFTER)
    return waiting or alive.exists()


@app.task(name="instruments.read_draft")
def read_draft(draft_id: int) -> None:
    """Reads the kept file of a draft."""
    connection.close()  # a worker's thread lives long; its connection may be dead
    try:
        read(draft_id)
    finally:
        connection.close()
        waiting.prepare()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="instruments.keep_a_reader_ready", pass_context=False)
def keep_a_reader_ready(timestamp: int) -> None:
    """From the worker's start on a child waits for the next plan; one that died is replaced."""
    del timestamp
    waiting.prepare()


def read(draft_id: int) -> None:
    """Reads a draft that is 读取中; what comes of it stands in the draft."""
    waiting = Draft.objects.filter(pk=draft_id, state=DraftState.READING)
    draft = waiting.first()
    if draft is None:
        return  # read already, by a worker that was thought dead

    def report(stage: str, share: float) -> None:
        waiting.update(stage=stage, done=int(share * 100))

    try:
        content = files.path_of(draft.sha256).read_bytes()
        reading = read_plan(content, draft.name, report=report)
    except DomainError as refused:
        waiting.update(state=DraftState.FAILED, message=str(refused), stage="", done=0)
    except Exception:
        waiting.update(state=DraftState.FAILED, message=BROKEN, stage="", done=0)
        raise
    else:
        waiting.update(
            state=DraftState.PENDING,
            reading=reading,
            findings=reading["findings"],
            message="",
            stage="",
            done=100,
        )
