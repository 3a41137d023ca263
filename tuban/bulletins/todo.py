"""待办 of bulletins: those this post may review, issue, or has got back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from tuban.accounts.access import may, region_codes
from tuban.accounts.models import User
from tuban.bulletins.actions import DRAFTING
from tuban.bulletins.models import Bulletin, BulletinState, Step, StepKind
from tuban.todo.sources import Item, Source, register


def to_review(user: User) -> QuerySet[Bulletin]:
    """待审核: submitted, and not drafted by this post (岗位分离)."""
    if not may(user, "review_bulletin"):
        return Bulletin.objects.none()
    return _in_state(user, BulletinState.SUBMITTED).exclude(pk__in=_done_by(user, *DRAFTING))


def to_issue(user: User) -> QuerySet[Bulletin]:
    """待签发: reviewed, and neither drafted nor reviewed by this post."""
    if not may(user, "issue_bulletin"):
        return Bulletin.objects.none()
    taken_part = _done_by(user, *DRAFTING, StepKind.REVIEWED)
    return _in_state(user, BulletinState.REVIEWED).exclude(pk__in=taken_part)


def handed_back(user: User) -> QuerySet[Bulletin]:
    """退回: drafts of this post that were handed back with a reason."""
    if not may(user, "draft_bulletin"):
        return Bulletin.objects.none()
    returned = Step.objects.filter(kind=StepKind.RETURNED).values("bulletin")
    drafts = _in_state(user, BulletinState.DRAFT).filter(pk__in=returned)
    return drafts.filter(pk__in=_done_by(user, StepKind.DRAFTED))


def _in_state(user: User, state: BulletinState) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(region__in=region_codes(user), state=state)


def _done_by(user: User, *kinds: StepKind) -> QuerySet[Step, int]:
    """Numbers of the bulletins at which this post has done one of the steps."""
    steps = Step.objects.filter(kind__in=kinds, by__post=user.post_id)
    return steps.values_list("bulletin", flat=True)


def waiting(user: User) -> QuerySet[Bulletin]:
    """All of them, in one query."""
    return to_review(user) | to_issue(user) | handed_back(user)


_KINDS = {
    BulletinState.SUBMITTED: "待审核",
    BulletinState.REVIEWED: "待签发",
    BulletinState.DRAFT: "被退回",
}


def _items(user: User, found: QuerySet[Bulletin]) -> Iterable[Item]:
    del user
    for bulletin in found.select_related("region").defer("body", "definitions"):
        word = _KINDS[BulletinState(bulletin.state)]
        yield Item(
            title=bulletin.title,
            place=bulletin.region.name,
            url=reverse("bulletin-detail", args=[bulletin.pk]),
            kind=f"通报{word}",
            word=word,
            note=f"截至 {bulletin.on}",
        )


register(
    Source(
        key="bulletins",
        label="通报",
        waiting=waiting,
        items=_items,
        entry="bulletin-list",
        whole="/bulletins/",
    )
)
