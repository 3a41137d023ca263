"""The worker's side of an export: fills the order, keeps the file, says what came of it.

A file is only under its final name when it is complete, so a worker that dies half-way leaves
nothing a person could fetch; the job is taken up again from the beginning.
"""

from __future__ import annotations

import os
import time

from django.http import QueryDict
from django.utils.timezone import localtime

from tuban.accounts.access import require
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels.exports import kept
from tuban.parcels.exports.order import KINDS, Order, Progress, file_name
from tuban.parcels.models import Export, ExportState
from tuban.values.area import Unit

SPEAKS_EVERY = 0.5  # seconds
FULL = "服务器的存储空间不足或不可写，文件没有生成；请稍后再导出，仍不成功时请联系系统管理员。"
BROKEN = "生成时系统出错，文件没有生成；请重新导出，仍不成功时请联系系统管理员。"
MOVED = "要求导出的账号已换岗位，文件没有生成；请由原岗位重新导出。"
_UNFINISHED = (ExportState.WAITING, ExportState.MAKING)


def make(export_id: int) -> None:
    """Makes the file of an export that waits for it, or whose worker died."""
    waiting = Export.objects.filter(pk=export_id, state__in=_UNFINISHED)
    if not waiting.update(state=ExportState.MAKING, seen_at=clock.now()):
        return  # made already, or too old by now
    export = Export.objects.select_related("requested_by__post__organisation").get(pk=export_id)
    if export.requested_by.post_id != export.post_id:
        _fail(export_id, MOVED)
        return
    try:
        _write(export)
    except DomainError as refused:
        _fail(export_id, str(refused))
    except OSError:
        _fail(export_id, FULL)
    except Exception:
        _fail(export_id, BROKEN)
        raise


def _write(export: Export) -> None:
    order = Order(
        user=export.requested_by,
        query=QueryDict(export.query),
        on=export.on,
        unit=Unit(export.unit),
        at=localtime(clock.now()),
    )
    require(order.user, "export")
    from tuban.parcels.exports import catalogue  # noqa: F401  offers its kinds; knows the jobs

    draft = kept.new_draft(export.pk)
    try:
        made = KINDS[export.kind].make(order, draft, _watch(export.pk))
        size = draft.stat().st_size
        os.replace(draft, kept.path_of(export.pk))
    finally:
        draft.unlink(missing_ok=True)
    Export.objects.filter(pk=export.pk).update(
        state=ExportState.READY, name=file_name(made, order), size=size, seen_at=clock.now()
    )


def _watch(export_id: int) -> Progress:
    """Writes progress where the page reads it, twice a second at most."""
    spoke = 0.0

    def watch(stage: str, done: int, total: int) -> None:
        nonlocal spoke
        if time.monotonic() - spoke >= SPEAKS_EVERY:
            spoke = time.monotonic()
            Export.objects.filter(pk=export_id).update(
                stage=stage, done=done, total=total, seen_at=clock.now()
            )

    return watch


def _fail(export_id: int, message: str) -> None:
    Export.objects.filter(pk=export_id).update(state=ExportState.FAILED, message=message)
