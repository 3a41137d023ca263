"""Who may see which message: the post it was sent to, and no other."""

from __future__ import annotations

from django.db.models import QuerySet

from tuban.accounts.models import User
from tuban.core.errors import DomainError
from tuban.inbox.models import Message


class NoSuchMessage(DomainError):
    """没有这条消息, or it is another post's."""

    def __init__(self) -> None:
        super().__init__(
            "没有找到这条消息。",
            code="absent",
            kind="absent",
            cause="它不存在，或不是发给本岗位的。",
        )


def messages_for(user: User) -> QuerySet[Message]:
    """消息 of the post; none without a post."""
    return Message.objects.filter(post=user.post_id) if user.post_id else Message.objects.none()


def unread(user: User) -> QuerySet[Message]:
    """未读."""
    return messages_for(user).filter(read_at=None)


def get_message(user: User, pk: int) -> Message:
    """The message, if it was sent to this post.

    Raises:
        NoSuchMessage: It does not exist or is another post's.
    """
    message = messages_for(user).filter(pk=pk).first()
    if message is None:
        raise NoSuchMessage
    return message
