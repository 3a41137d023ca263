"""How far an upload has come, and whether anybody is still at work on it.

The upload says what was begun; the job queue and the claim's lock say whether it goes on. An upload
in 读取中 or 登记中 that no job waits for and nobody holds was interrupted (中断).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from tuban.parcels import jobs
from tuban.parcels.imports.claims import is_held
from tuban.parcels.imports.overtaken import is_overtaken
from tuban.parcels.models import Upload, UploadState

DEAD_AFTER = timedelta(seconds=30)
"""A worker without a heartbeat for so long is dead; `core.jobs.retry_stalled_jobs` thinks so too."""

READ, RECORD, WITHDRAW = "read", "record", "withdraw"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an upload stands.

    Attributes:
        work: `read`, `record` or `withdraw` while it is under way, waits or was broken off; else "".
        queued: The job waits for a free worker.
        broken: 中断: the work was begun and nobody goes on with it.
        stopping: Somebody has asked the job to stop.
        job_id: The job that does the work; None when there is none.
    """

    upload: Upload
    work: str = ""
    queued: bool = False
    broken: bool = False
    stopping: bool = False
    job_id: int | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the page has something to wait for."""
        return bool(self.work) and not self.broken

    @property
    def may_confirm(self) -> bool:
        """Whether the rows wait for a person's word, for the first time or once more."""
        if self.upload.state == UploadState.CONFIRMING:
            return self.broken
        return self.upload.state == UploadState.STAGED and not self.work and not self.overtaken

    @property
    def ended(self) -> str:
        """已取消, 已放弃: a person ended it, not the file; "" when nobody has."""
        if self.upload.state != UploadState.FAILED:
            return ""
        return _ENDED.get(self.upload.message, "")

    @property
    def may_set_aside(self) -> bool:
        """Whether the file waits for a person's word, and may be put aside unrecorded."""
        return self.upload.state in WAITING and not self.work

    @property
    def overtaken(self) -> bool:
        """核对已过时: a batch the rows were checked against has been withdrawn since."""
        return self.upload.state == UploadState.STAGED and is_overtaken(self.upload)

    @property
    def may_read_again(self) -> bool:
        """Whether the kept file can be read once more."""
        return self.upload.state == UploadState.FAILED or (self.broken and self.work == READ)

    @property
    def may_check_again(self) -> bool:
        """Whether the rows, checked already, can be checked against the record as it is now."""
        return self.upload.state == UploadState.STAGED and not self.work

    @property
    def may_answer(self) -> bool:
        """Whether a person may still say how the file is to be read."""
        return self.upload.state in _ANSWERABLE and not self.work

    @property
    def doing(self) -> str:
        """The work in a word."""
        return {READ: "读取", RECORD: "登记", WITHDRAW: "撤销"}[self.work]


def standings(uploads: Iterable[Upload]) -> dict[int, Standing]:
    """Where each upload stands; one query for the jobs of all."""
    found = list(uploads)
    unfinished = [upload for upload in found if upload.state != UploadState.FAILED]
    alive = _live_jobs(unfinished)
    return {upload.pk: _standing(upload, alive.get(upload.pk)) for upload in found}


def standing(upload: Upload) -> Standing:
    """Where one upload stands."""
    return standings([upload])[upload.pk]


def _live_jobs(uploads: list[Upload]) -> dict[int, ProcrastinateJob]:
    """Jobs by upload that wait or whose worker lives; the one at work before one that waits."""
    if not uploads:
        return {}
    by_lock = {jobs.queueing_lock(upload.pk): upload.pk for upload in uploads}
    waits = Q(status="todo")
    at_work = Q(status="doing", worker__last_heartbeat__gt=Now() - DEAD_AFTER)
    found = ProcrastinateJob.objects.filter(waits | at_work, queueing_lock__in=by_lock)
    in_turn = sorted(found, key=lambda job: job.status == "doing")
    return {by_lock[job.queueing_lock or ""]: job for job in in_turn}


def _standing(upload: Upload, job: ProcrastinateJob | None) -> Standing:
    work = _BEGUN.get(UploadState(upload.state), "")
    if not work and job is not None:
        work = _ASKED.get(job.task_name, "")
    if not work:
        return Standing(upload)
    if job is None:
        return Standing(upload, work, broken=not is_held(upload))
    return Standing(
        upload,
        work,
        queued=job.status == "todo",
        stopping=job.abort_requested,
        job_id=job.pk,
    )


WAITING = frozenset({UploadState.ASKED, UploadState.STAGED})
_ENDED = {jobs.CANCELLED: "已取消", jobs.SET_ASIDE: "已放弃"}
_ANSWERABLE = frozenset({UploadState.ASKED, UploadState.STAGED, UploadState.FAILED})
_BEGUN = {UploadState.READING: READ, UploadState.CONFIRMING: RECORD}
_ASKED = {jobs.record_upload.name: RECORD, jobs.withdraw_upload.name: WITHDRAW}
"""Work that a job has been asked to do on an upload that is at rest as yet."""
