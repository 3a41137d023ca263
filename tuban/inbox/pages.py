"""What the pages of messages, mailboxes and rules show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict

from tuban.accounts.access import may, regions_for
from tuban.accounts.models import Post, User
from tuban.inbox.access import messages_for, unread
from tuban.inbox.digests import last_digests, may_send
from tuban.inbox.models import Digest, Mailbox, Message
from tuban.inbox.rules import Rule, rules
from tuban.regions.models import Region
from tuban.todo.counts import counts
from tuban.web.paging import Pager, pager

UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """消息 of one post, newest first.

    Attributes:
        mailbox: None while the administrator has set none.
        digest: The newest e-mail of the post.
        sends: Whether this site can send e-mail at all.
    """

    messages: tuple[Message, ...]
    pager: Pager
    unread: int
    only_unread: bool
    mailbox: Mailbox | None
    digest: Digest | None
    sends: bool


def messages_page(user: User, query: QueryDict) -> MessagesPage:
    """The page the address asks for."""
    only_unread = query.get("show") == UNREAD
    found = unread(user) if only_unread else messages_for(user)
    pages = pager(query, found.count())
    mailbox = Mailbox.objects.filter(post=user.post_id).first() if user.post_id else None
    newest = last_digests([mailbox.post_id]) if mailbox else {}
    return MessagesPage(
        messages=tuple(found[pages.window]),
        pager=pages,
        unread=counts(user)["messages-unread"],
        only_unread=only_unread,
        mailbox=mailbox,
        digest=next(iter(newest.values()), None),
        sends=may_send(),
    )


@dataclass(frozen=True, slots=True)
class BoxLine:
    """One post with its mailbox and its newest e-mail."""

    post: Post
    mailbox: Mailbox | None
    digest: Digest | None


@dataclass(frozen=True, slots=True)
class MailboxesPage:
    """岗位邮箱 of every post. `missing`: what the site lacks for sending, empty when nothing."""

    lines: tuple[BoxLine, ...]
    missing: tuple[str, ...]


def mailboxes_page() -> MailboxesPage:
    """The administrator's list."""
    posts = list(
        Post.objects.select_related("organisation", "mailbox")
        .filter(users__is_active=True)
        .order_by("organisation__region__sort", "organisation__name", "title")
        .distinct()
    )
    newest = last_digests(post.pk for post in posts)
    wanted = ((settings.MAIL_READY, "邮件服务器"), (settings.BASE_URL, "站点地址"))
    return MailboxesPage(
        tuple(BoxLine(post, getattr(post, "mailbox", None), newest.get(post.pk)) for post in posts),
        tuple(name for there, name in wanted if not there),
    )


@dataclass(frozen=True, slots=True)
class RulesPage:
    """提醒规则 of the places in scope."""

    lines: tuple[tuple[Region, Rule], ...]
    may_set: bool


def rules_page(user: User) -> RulesPage:
    """The rules a post's units are reminded by."""
    known: Mapping[str, Rule] = rules()
    lines = tuple((region, known[region.code]) for region in regions_for(user))
    return RulesPage(lines, may(user, "assign_task"))
