"""What a post does at the desk: hand in a file, have it read again, confirm, stop."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels import access, deeds, jobs
from tuban.parcels.desk.standing import READ, standing
from tuban.parcels.imports import files, memory
from tuban.parcels.imports.asking import HEADINGS
from tuban.parcels.imports.boundaries import BOUNDARY, is_boundary_name
from tuban.parcels.imports.confirm import NotReady
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.imports.mapping import Answer
from tuban.parcels.imports.overtaken import Overtaken
from tuban.parcels.imports.withdraw import ReasonMissing, WithdrawalBlocked, blockers
from tuban.parcels.models import Batch, Upload, UploadState

MAX_REASON = 300
MAX_NAME = 200


class NotKept(DomainError):
    """没有保存: the disk did not take the file."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”没有保存，没有写入任何内容。",
            code="import.not_kept",
            kind="conflict",
            cause="服务器的存储空间不足或不可写。",
            remedy="请稍后再传；仍不成功时请联系系统管理员。",
        )


class NothingToStop(DomainError):
    """无可取消: the work has ended or was broken off meanwhile."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”没有正在进行的读取或登记。",
            code="import.nothing_to_stop",
            kind="conflict",
            cause="它刚刚完成，或已经中断。",
            remedy="请刷新页面查看结果。",
        )


class NotReadable(DomainError):
    """不能重新读取: the upload is past that."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”不需要重新读取。",
            code="import.not_readable",
            kind="conflict",
            cause=f"上传件的状态是“{UploadState(upload.state).label}”。",
            remedy="请刷新页面查看结果；文件有改动的，请重新上传。",
        )


class NotAnswerable(DomainError):
    """不能再答复: the file is at work or recorded."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”现在不能更改读法。",
            code="import.not_answerable",
            kind="conflict",
            cause="它正在读取或登记，或者已经登记。",
            remedy="请刷新页面查看结果；已登记的，请先撤销批次，再重新上传。",
        )


def deliver(*, actor: User, name: str, content: bytes, delivery: str = "") -> Upload:
    """Keeps a file and has it read in the background.

    The same file handed in again while it is still being read gives the same upload: a button
    pressed twice.

    Args:
        actor: The post that hands it in.
        name: As delivered; says by its extension whether it is a ledger or a boundary file.
        content: The file.
        delivery: The same for files handed in together.

    Raises:
        Forbidden: The post may not import.
        NotKept: The disk did not take it.
    """
    require(actor, "import_ledger")
    label = clean_name(name)
    try:
        digest = files.keep(content)
    except OSError as error:
        raise NotKept(label) from error
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
        under_way = Upload.objects.filter(
            uploaded_by=actor, sha256=digest, state=UploadState.READING
        ).first()
        if under_way is not None:
            return under_way
        upload = Upload.objects.create(
            name=label,
            sha256=digest,
            size=len(content),
            ledger=BOUNDARY if is_boundary_name(label) else LEDGER,
            region_id=actor.region_code,
            state=UploadState.READING,
            delivery=delivery,
            uploaded_by=actor,
            uploaded_at=clock.now(),
        )
        _have_read(upload)
        detail = {"字节数": upload.size, "散列": digest[:16]}
        record(actor, deeds.UPLOADED, about=upload, subject=label, detail=detail)
    return upload


def read_again(*, actor: User, upload_id: int) -> Upload:
    """Reads the kept file once more, after it failed or its worker died.

    A file that waits for confirmation is checked anew against the record as it stands now.

    Raises:
        Forbidden, Absent: As everywhere.
        NotReadable: It is being read, or has been.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    stands = standing(upload)
    if not (stands.may_read_again or stands.may_check_again):
        raise NotReadable(upload)
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk, state=upload.state).update(
            state=UploadState.READING, message="", stage="", done=0, total=0
        )
        _have_read(upload)
        record(actor, deeds.READ_AGAIN, about=upload, subject=upload.name)
    return upload


def answer(*, actor: User, upload_id: int, asks: str, given: dict[str, Any]) -> Upload:
    """Takes an answer to a question about the file and has the file read with it.

    Args:
        actor: The post that answers.
        upload_id: A file that is 待答复, or one that was read and is not yet confirmed: the answer
            then corrects how it was read.
        asks: Name of the question, as in `Upload.offers`.
        given: The answer, checked already; stands in `Upload.choices` under that name.

    Raises:
        Forbidden, Absent: As everywhere.
        NotAnswerable: It is being read or recorded, or has been recorded.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    stands = standing(upload)
    if not stands.may_answer:
        raise NotAnswerable(upload)
    choices = {**upload.choices, asks: given}
    with transaction.atomic():
        taken = Upload.objects.filter(pk=upload.pk, state=upload.state).update(
            state=UploadState.READING, choices=choices, message="", stage="", done=0, total=0
        )
        if not taken:
            raise NotAnswerable(upload)
        if asks == HEADINGS and given["remember"]:
            memory.remember(upload, Answer.from_json(given), chosen_by=actor)
        _have_read(upload)
        record(actor, deeds.ANSWERED, about=upload, subject=upload.name, detail={"问题": asks})
    return upload


@transaction.atomic
def forget_heading(*, actor: User, pk: int) -> None:
    """忘记: the office's next file is read without this choice.

    Raises:
        Forbidden: The post may not import.
        Absent: Not a choice of the post's own office.
    """
    require(actor, "import_ledger")
    choice = access.get_heading_choice(actor, pk)
    choice.delete()
    record(actor, deeds.HEADING_FORGOTTEN, subject=choice.heading, detail={"字段": choice.key})


@transaction.atomic
def ask_confirmation(*, actor: User, upload_id: int) -> Upload:
    """Has the rows recorded in the background; pressed twice, it is done once.

    Raises:
        Forbidden, Absent: As everywhere.
        NotReady: There is nothing to confirm.
        Overtaken: A batch it was checked against has been withdrawn since.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    stands = standing(upload)
    if stands.goes_on and stands.work != READ:
        return upload
    if stands.overtaken:
        raise Overtaken(upload)
    if not stands.may_confirm:
        raise NotReady(upload)
    _defer(jobs.record_upload, upload, actor_id=actor.pk)
    record(actor, deeds.CONFIRMATION_ASKED, about=upload, subject=upload.name)
    return upload


@transaction.atomic
def ask_foresight(*, actor: User, upload_id: int) -> Upload:
    """Has the preview made anew in the background; pressed twice, it is done once.

    Raises:
        Forbidden, Absent: As everywhere.
        NotReady: The upload does not wait for confirmation.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    if not standing(upload).may_confirm:
        raise NotReady(upload)
    _queue(jobs.foresee_upload, jobs.foreseeing_lock(upload.pk), upload_id=upload.pk)
    record(actor, deeds.FORESIGHT_ASKED, about=upload, subject=upload.name)
    return upload


def stop(*, actor: User, upload_id: int) -> Upload:
    """取消: a waiting job is taken back, one at work stops at its next chunk.

    Raises:
        Forbidden, Absent: As everywhere.
        NothingToStop: No job is waiting or at work.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    stands = standing(upload)
    if stands.job_id is None:
        raise NothingToStop(upload)
    app.job_manager.cancel_job_by_id(stands.job_id, abort=True)
    if stands.work == READ and app.job_manager.get_job_status(stands.job_id) == Status.CANCELLED:
        Upload.objects.filter(pk=upload.pk, state=UploadState.READING).update(
            state=UploadState.FAILED, message=jobs.CANCELLED
        )
    record(actor, deeds.STOPPED, about=upload, subject=upload.name)
    return upload


@transaction.atomic
def ask_withdrawal(*, actor: User, batch: Batch, reason: str) -> None:
    """Has a batch withdrawn in the background; pressed twice, it is done once.

    Raises:
        Forbidden: The post may not import.
        ReasonMissing: No reason, or one that is too long.
        WithdrawalBlocked: Later facts rest on the batch.
    """
    require(actor, "import_ledger")
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise ReasonMissing
    if found := blockers(batch):
        raise WithdrawalBlocked(batch, found)
    if not standing(batch.upload).goes_on:
        _defer(
            jobs.withdraw_upload,
            batch.upload,
            batch_id=batch.pk,
            actor_id=actor.pk,
            reason=reason.strip(),
        )
        detail = {"批次号": batch.no, "理由": reason.strip()}
        record(
            actor,
            deeds.WITHDRAWAL_ASKED,
            about=batch.upload,
            subject=batch.upload.name,
            detail=detail,
        )


def clean_name(name: str) -> str:
    """The file's name for people: no folders, no control or formatting characters.

    A name that is too long is cut before its extension, which says how the file is to be read.
    """
    base = re.split(r"[/\\]", name)[-1]
    kept = PurePath("".join(c for c in base if unicodedata.category(c)[0] != "C").strip())
    return kept.stem[: MAX_NAME - len(kept.suffix)] + kept.suffix


def _have_read(upload: Upload) -> None:
    _defer(jobs.read_upload, upload)


def _defer(task: object, upload: Upload, **arguments: int | str) -> None:
    """Queues a job of the upload; one that waits already is enough."""
    _queue(task, jobs.queueing_lock(upload.pk), upload_id=upload.pk, **arguments)


def _queue(task: object, lock: str, **arguments: int | str) -> None:
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock).defer(**arguments)  # type: ignore[attr-defined]
    except AlreadyEnqueued:
        return
