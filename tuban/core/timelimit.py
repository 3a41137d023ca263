"""A limit on the time the database may take, for answers a page can do without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

_LIMIT = """
    SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)
"""


class OutOfTime(Exception):
    """The database did not answer within the limit."""


@contextmanager
def time_limit(milliseconds: int | None) -> Iterator[None]:
    """Each query within takes at most so long; None: as long as it needs.

    Raises:
        OutOfTime: A query took longer. Nothing of the transaction around is lost.
    """
    if milliseconds is None:
        yield
        return
    inside = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LIMIT, [f"{milliseconds}ms"])
            (before, _) = cursor.fetchone()
            yield
            if inside:  # a transaction's own end forgets the limit
                cursor.execute(_LIMIT, [before])
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise OutOfTime from error
        raise
