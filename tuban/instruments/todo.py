"""待办 of plans: readings that wait for review."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from tuban.accounts.models import User
from tuban.instruments.models import Draft
from tuban.instruments.queries import waiting_drafts
from tuban.todo.sources import Item, Source, register
from tuban.web.templatetags.tuban import stamp


def _items(user: User, found: QuerySet[Draft]) -> Iterable[Item]:
    del user
    shown = found.select_related("region").defer("reading", "findings")
    for draft in shown:
        yield Item(
            title=draft.name,
            place=draft.region.name,
            url=reverse("draft-review", args=[draft.pk]),
            word="待核对",
            note=f"{stamp(draft.uploaded_at)} 上传",
        )


register(
    Source(
        key="drafts",
        label="方案待核对",
        waiting=waiting_drafts,
        items=_items,
        entry="instrument-list",
        whole="/instruments/",
    )
)
