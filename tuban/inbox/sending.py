"""发消息: each once for a post, however often and by however many workers it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tuban.core import clock
from tuban.inbox.models import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One message to be sent; the fields are those of `Message`."""

    post_id: int
    key: str
    topic: str
    light: str
    word: str
    title: str
    url: str
    text: str = ""


def send(notes: Iterable[Note], on: date) -> int:
    """Sends what has not been sent yet.

    Returns:
        How many messages are new.
    """
    now = clock.now()
    wanted = [
        Message(
            post_id=note.post_id,
            key=note.key,
            topic=note.topic,
            light=note.light,
            word=note.word,
            title=note.title[:300],
            text=note.text[:500],
            url=note.url,
            on=on,
            sent_at=now,
        )
        for note in notes
    ]
    posts = {message.post_id for message in wanted}
    keys = {message.key for message in wanted}
    known = set(Message.objects.filter(post__in=posts, key__in=keys).values_list("post_id", "key"))
    fresh = [message for message in wanted if (message.post_id, message.key) not in known]
    # Another worker may be saying the same at this moment: the database keeps one of the two.
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
