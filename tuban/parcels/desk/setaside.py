"""放弃: a file handed in by mistake, or no longer wanted, leaves 待办 unrecorded."""

from __future__ import annotations

from django.db import transaction

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core.errors import DomainError
from tuban.parcels import access, deeds, jobs
from tuban.parcels.desk.standing import WAITING, standing
from tuban.parcels.models import Upload, UploadState


class NotToSetAside(DomainError):
    """不能放弃: the file does not wait for anybody's word."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"“{upload.name}”现在不能放弃。",
            code="import.not_to_set_aside",
            kind="conflict",
            cause=f"上传件的状态是“{UploadState(upload.state).label}”，没有在等待办理。",
            remedy="请刷新页面查看结果；已登记的，可以撤销批次。",
        )


@transaction.atomic
def set_aside(*, actor: User, upload_id: int) -> Upload:
    """Puts a waiting file aside; read again, it waits once more. Pressed twice, it is done once.

    Raises:
        Forbidden, Absent: As everywhere.
        NotToSetAside: It is at work, recorded, or could not be read.
    """
    require(actor, "import_ledger")
    upload = access.get_upload(actor, upload_id)
    stands = standing(upload)
    if stands.ended:
        return upload
    waiting = Upload.objects.filter(pk=upload.pk, state__in=WAITING)
    if not stands.may_set_aside or not waiting.update(
        state=UploadState.FAILED, message=jobs.SET_ASIDE
    ):
        raise NotToSetAside(upload)
    record(actor, deeds.SET_ASIDE, about=upload, subject=upload.name)
    return upload
