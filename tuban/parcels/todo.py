"""待办 of the ledger: files that ask or wait for confirmation, facts to review, files to fetch."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from tuban.accounts.access import may
from tuban.accounts.models import User
from tuban.core import clock
from tuban.parcels import access
from tuban.parcels.exports.order import KINDS
from tuban.parcels.models import Export, ExportState, ParcelPhase, Upload, UploadState
from tuban.parcels.queries import holding
from tuban.todo.sources import Item, Source, register
from tuban.web.templatetags.tuban import stamp


def uploads(user: User) -> QuerySet[Upload]:
    """Uploads of this post that wait for its word: 待答复, or read and checked and 待确认."""
    if not may(user, "import_ledger"):
        return Upload.objects.none()
    waiting = (UploadState.ASKED, UploadState.STAGED)
    return access.uploads_for(user).filter(uploaded_by=user, state__in=waiting)


def _upload_items(user: User, found: QuerySet[Upload]) -> Iterable[Item]:
    del user
    for upload in found.select_related("region"):
        asks = upload.state == UploadState.ASKED
        yield Item(
            title=upload.name,
            place=upload.region.name,
            url=reverse("import-detail", args=[upload.pk]),
            kind="文件待答复" if asks else "文件待确认",
            word="待答复" if asks else "待确认",
            note=f"{stamp(upload.uploaded_at)} 上传",
        )


def unreviewed(user: User) -> QuerySet[ParcelPhase]:
    """Parcels whose present stage rests on facts nobody has reviewed."""
    if not may(user, "review_fact"):
        return ParcelPhase.objects.none()
    return holding(user, clock.today()).filter(unreviewed=True)


def _review_items(user: User, found: QuerySet[ParcelPhase]) -> Iterable[Item]:
    if count := found.count():
        yield Item(
            title=f"复核事实：{count} 宗地块的现状依据未复核的事实",
            place=user.post.organisation.region.name if user.post else "",
            url=f"{reverse('parcel-list')}?flag=unreviewed",
            word="待复核",
            note=f"{count} 宗",
        )


def ready(user: User) -> QuerySet[Export]:
    """已生成: files this post asked for and has not fetched yet, kept for a day."""
    if not may(user, "export"):
        return Export.objects.none()
    return access.exports_for(user).filter(state=ExportState.READY, fetched_at=None)


def _export_items(user: User, found: QuerySet[Export]) -> Iterable[Item]:
    for export in found:
        kind = KINDS.get(export.kind)
        yield Item(
            title=export.name,
            place=user.org_name,
            url=reverse("export-detail", args=[export.pk]),
            light="green",
            word="可下载",
            note=f"{kind.title if kind else export.kind}，{stamp(export.requested_at)} 要求，"
            "保留一天",
        )


register(
    Source(
        key="uploads",
        label="导入文件",
        waiting=uploads,
        items=_upload_items,
        entry="import-list",
        whole="/imports/",
    )
)
register(
    Source(
        key="facts-unreviewed",
        label="事实待复核",
        waiting=unreviewed,
        items=_review_items,
        tallied=False,
    )
)
register(Source(key="exports-ready", label="导出件", waiting=ready, items=_export_items))
