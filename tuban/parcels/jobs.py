"""Background work of the upload desk: reading a file, recording its rows, withdrawing them.

Each speaks to the reader through the upload's own state and message. Reading may be taken up again
by another worker; recording and withdrawing never are: when their worker died, a person presses the
button once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tuban.accounts.models import User
from tuban.core.errors import DomainError
from tuban.parcels.exports import kept, making
from tuban.parcels.imports import files, preview
from tuban.parcels.imports.claims import BeingWorkedOn, Progress
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.interruptions import cause
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.imports.staging import READING, stage_upload
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import BatchWithdrawal, Upload, UploadState

_log = logging.getLogger("tuban.parcels")

Stop = Callable[[], bool]
"""Asked between chunks: True when somebody has pressed 取消."""

CANCELLED = "已按要求取消，没有写入任何内容。"
SET_ASIDE = "已放弃，没有登记任何内容；仍要登记的，请重新读取。"
BROKEN = "{}，没有登记任何内容；请重新读取，仍不成功时请将文件名告知系统管理员。"


class Cancelled(DomainError):
    """取消: somebody asked for the work to stop."""

    def __init__(self) -> None:
        super().__init__(CANCELLED, code="import.cancelled", kind="conflict")


def queueing_lock(upload_id: int) -> str:
    """Name under which an upload's jobs wait: at most one waits, and all are found by it."""
    return f"upload-{upload_id}"


def foreseeing_lock(upload_id: int) -> str:
    """Name under which a new preview waits: beside the upload's other jobs, hindering none."""
    return f"foresee-{upload_id}"


@app.task(name="parcels.read_upload", pass_context=True)
def read_upload(context: JobContext, upload_id: int) -> None:
    """Reads a kept file into staged rows."""
    with _fresh_connection():
        read(upload_id, stop=context.should_abort)


@app.task(name="parcels.record_upload", pass_context=True)
def record_upload(context: JobContext, upload_id: int, actor_id: int) -> None:
    """Records an upload's rows, once: a second try after a worker's death does nothing."""
    if context.job.attempts:
        return
    with _fresh_connection():
        record(upload_id, actor_id, stop=context.should_abort)


@app.task(name="parcels.withdraw_upload", pass_context=True)
def withdraw_upload(
    context: JobContext, upload_id: int, batch_id: int, actor_id: int, reason: str
) -> None:
    """Withdraws an upload's batch, once, as `record_upload`; a second try only says what came."""
    with _fresh_connection():
        if context.job.attempts:
            _not_withdrawn(upload_id, batch_id, "后台作业没有完成。")
            return
        withdraw(upload_id, batch_id, actor_id, reason, stop=context.should_abort)


@app.task(name="parcels.make_export")
def make_export(export_id: int) -> None:
    """Makes the file of an export; a second try after a worker's death begins anew."""
    with _fresh_connection():
        making.make(export_id)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="forget_old_exports")
def forget_old_exports(timestamp: int) -> None:
    """Deletes exported files that are older than a day, every hour."""
    with _fresh_connection():
        kept.forget_old()


@app.task(name="parcels.foresee_upload")
def foresee_upload(upload_id: int) -> None:
    """Makes the preview of an upload anew, against the record as it stands."""
    with _fresh_connection():
        foresee(upload_id)


def is_foreseeing(upload_id: int) -> bool:
    """Whether a preview of the upload is waited for."""
    found = ProcrastinateJob.objects.filter(queueing_lock=foreseeing_lock(upload_id))
    return found.filter(status__in=("todo", "doing")).exists()


def read(upload_id: int, *, stop: Stop) -> None:
    """Reads the file of an upload that is 读取中; what comes of it stands in the upload."""
    waiting = Upload.objects.filter(pk=upload_id, state=UploadState.READING)
    upload = waiting.select_related("uploaded_by__post__organisation").first()
    if upload is None:
        return  # read already, by a worker that was thought dead
    try:
        stage_upload(
            actor=upload.uploaded_by,
            source=files.path_of(upload.sha256).read_bytes(),
            name=upload.name,
            progress=_watch(stop, upload_id),
        )
    except BeingWorkedOn:
        return  # the worker that holds it will finish
    except DomainError as refused:
        _give_up(upload_id, str(refused))
    except Exception as error:
        _give_up(upload_id, BROKEN.format(cause(error)))
        raise


def foresee(upload_id: int) -> None:
    """Makes the preview of an upload that waits for confirmation."""
    staged = Upload.objects.filter(pk=upload_id, state=UploadState.STAGED, ledger=LEDGER)
    for upload in staged:
        preview.keep(upload)


def record(upload_id: int, actor_id: int, *, stop: Stop) -> None:
    """Confirms the upload on behalf of the post that pressed the button."""
    actor = User.objects.select_related("post__organisation").get(pk=actor_id)
    try:
        confirm_upload(actor=actor, upload_id=upload_id, progress=_watch(stop))
    except DomainError as refused:
        _log.info("upload %s not recorded: %s", upload_id, refused)


def withdraw(upload_id: int, batch_id: int, actor_id: int, reason: str, *, stop: Stop) -> None:
    """Withdraws the batch on behalf of the post that gave the reason."""
    actor = User.objects.select_related("post__organisation").get(pk=actor_id)
    confirmed = Upload.objects.filter(pk=upload_id, state=UploadState.CONFIRMED)
    try:
        done = withdraw_batch(actor=actor, batch_id=batch_id, reason=reason, progress=_watch(stop))
        confirmed.update(message=f"批次 {done.batch.no} 已整批撤销。")
    except DomainError as refused:
        _not_withdrawn(upload_id, batch_id, str(refused))
    except Exception as error:
        _not_withdrawn(upload_id, batch_id, f"{cause(error)}。")
        raise
    finally:
        confirmed.update(stage="", done=0, total=0)


def _not_withdrawn(upload_id: int, batch_id: int, why: str) -> None:
    """Says that a withdrawal came to nothing; says nothing of a batch that is withdrawn after all."""
    if not BatchWithdrawal.objects.filter(batch=batch_id).exists():
        Upload.objects.filter(pk=upload_id, state=UploadState.CONFIRMED).update(
            message=f"上次撤销没有成功，批次仍然有效：{why}"
        )


def _watch(stop: Stop, reading_id: int | None = None) -> Progress:
    """Stops the work when asked to; also reports the reading, for which there is no claim yet."""

    def watch(stage: str, done: int, total: int) -> None:
        if stop():
            raise Cancelled
        if reading_id is not None and stage.startswith(READING):
            Upload.objects.filter(pk=reading_id, state=UploadState.READING).update(
                stage=stage, done=done, total=total
            )

    return watch


def _give_up(upload_id: int, message: str) -> None:
    Upload.objects.filter(pk=upload_id, state__in=(UploadState.READING, UploadState.FAILED)).update(
        state=UploadState.FAILED, message=message, stage="", done=0, total=0
    )


@contextmanager
def _fresh_connection() -> Iterator[None]:
    """A worker's thread lives long; a connection kept from before a restart would be dead."""
    connection.close()
    try:
        yield
    finally:
        connection.close()
