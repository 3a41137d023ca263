"""The page's side of an export: a small file comes at once, a large one from the background.

A web worker is never held for longer than `DIRECT_ROWS` rows take.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import quote, unquote

from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.accounts.requests import SignedInRequest
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.parcels import deeds, jobs
from tuban.parcels.exports import kept
from tuban.parcels.exports.order import CONTENT_TYPES, Kind, Order, Suffix, file_name, quietly
from tuban.parcels.models import Export, ExportState
from tuban.values.area import Unit
from tuban.web import context
from tuban.web.templatetags.tuban import KEPT, kept_query

DIRECT_ROWS = 5_000
MOST_AT_ONCE = 4
R = TypeVar("R", bound=HttpResponseBase)


class TooManyAtOnce(DomainError):
    """太多未完成: the post's other files are still being made; imports wait for the same worker."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"本岗位还有 {waiting} 个文件正在后台生成。",
            code="export.too_many",
            kind="conflict",
            cause=f"每个岗位同时最多生成 {MOST_AT_ONCE} 个，以免耽误导入。",
            remedy="请等先前的文件生成后再导出。",
        )


def order_of(request: SignedInRequest, default: Unit = Unit.MU, **more: str | int) -> Order:
    """What the page's address asks for.

    Args:
        request: Its query is the list's.
        default: Unit of the page where none was chosen.
        more: What the list belongs to: an upload, a measure.
    """
    asof = context.read(request)
    query = request.GET.copy()
    for name in (*KEPT, "page", "size"):
        query.pop(name, None)
    for name, value in more.items():
        query[name] = str(value)
    return Order(request.user, query, asof.on, asof.unit or default, asof.known_at)


def serve(request: SignedInRequest, kind: Kind, order: Order, *, back: str) -> HttpResponse:
    """The file itself, or, when it is large, the page that has it made.

    Args:
        back: Address of the list it is exported from, for the page.

    Raises:
        Forbidden: The post may not export.
        NothingToExport: Nothing to put into such a file.
    """
    require(request.user, "export")
    rows = kind.count(order)
    if rows <= DIRECT_ROWS:
        return _at_once(kind, order, rows)
    if request.method == "POST":
        export = start(kind, order)
        return redirect(reverse("export-detail", args=[export.pk]) + kept_query(request, {}))
    return render(request, "exports/ask.html", {"kind": kind, "rows": rows, "back": back})


def _told(order: Order, rows: int | None = None) -> dict[str, object]:
    """Which rows were taken: filters, day, how many."""
    return {"条件": unquote(order.query.urlencode())[:300], "截至": order.on, "行": rows}


def _at_once(kind: Kind, order: Order, rows: int) -> HttpResponse:
    with TemporaryDirectory(prefix="tuban-export-") as folder:
        target = Path(folder) / "export"
        made = kind.make(order, target, quietly)
        body = target.read_bytes()
    record(order.user, deeds.EXPORTED, subject=kind.title, detail=_told(order, rows))
    response = HttpResponse(body, content_type=CONTENT_TYPES[made.suffix])
    return _as_file(response, file_name(made, order), made.suffix)


def start(kind: Kind, order: Order) -> Export:
    """Has the file made in the background; pressed twice, it is made once.

    Raises:
        TooManyAtOnce: The post waits for too many others.
    """
    assert order.user.post is not None  # nobody without a post may export
    wanted = {
        "kind": kind.code,
        "query": order.query.urlencode(),
        "on": order.on,
        "unit": order.unit.value,
        "post": order.user.post,
        "requested_by": order.user,
    }
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=order.user.pk)
        unfinished = (ExportState.WAITING, ExportState.MAKING)
        under_way = Export.objects.filter(**wanted, state__in=unfinished).first()
        if under_way is not None:
            return under_way
        waiting = Export.objects.filter(post=order.user.post, state__in=unfinished).count()
        if waiting >= MOST_AT_ONCE:
            raise TooManyAtOnce(waiting)
        export = Export.objects.create(
            **wanted, requested_at=clock.now(), state=ExportState.WAITING
        )
        jobs.make_export.defer(export_id=export.pk)
        detail = _told(order)
        record(order.user, deeds.EXPORT_ORDERED, about=export, subject=kind.title, detail=detail)
    return export


def fetch(actor: User, export: Export) -> HttpResponseBase:
    """The finished file; only once it is there."""
    suffix: Suffix = Path(export.name).suffix  # type: ignore[assignment]
    file = kept.path_of(export.pk).open("rb")
    record(actor, deeds.EXPORT_FETCHED, about=export, subject=export.name)
    return _as_file(FileResponse(file, content_type=CONTENT_TYPES[suffix]), export.name, suffix)


def _as_file(response: R, name: str, suffix: Suffix) -> R:
    """A download; old browsers get a plain name. Nothing keeps a copy on the way."""
    response["Content-Disposition"] = (
        f"attachment; filename=export{suffix}; filename*=UTF-8''{quote(name)}"
    )
    response["Cache-Control"] = "private, no-store"
    return response
