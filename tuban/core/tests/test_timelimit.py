from __future__ import annotations

import pytest
from django.db import connection

from tuban.core.timelimit import OutOfTime, time_limit

pytestmark = pytest.mark.django_db


def ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() if cursor.description else None


def test_a_query_that_takes_too_long_is_given_up_and_nothing_else() -> None:
    ask("CREATE TEMPORARY TABLE kept AS SELECT 1 AS n")
    with pytest.raises(OutOfTime), time_limit(20):
        ask("SELECT pg_sleep(5)")
    assert ask("SELECT n FROM kept") == (1,)
    assert ask("SHOW statement_timeout") == ("0",)


def test_the_limit_ends_with_its_block() -> None:
    with time_limit(20):
        assert ask("SHOW statement_timeout") == ("20ms",)
    assert ask("SHOW statement_timeout") == ("0",)
    with time_limit(None):
        assert ask("SHOW statement_timeout") == ("0",)


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), time_limit(20):
        raise ZeroDivisionError
