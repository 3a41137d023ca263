"""未读消息 beside what waits: counted with it in one query, shown at the bell."""

from tuban.inbox.access import unread
from tuban.todo.sources import Source, nothing, register

UNREAD = register(
    Source(key="messages-unread", label="未读消息", waiting=unread, items=nothing, listed=False)
)
