"""查找: parcels whose number, name, location, holder or approval no. contains some text.

Chinese names are looked for by two characters, for which an index of trigrams is of no use. The
index `parcel_grams` holds every character and every pair of neighbouring characters of the four
columns; a text is looked up by its own pairs, and the few parcels that have them all are compared
with the text itself. The index is an expression over the row: it cannot fall behind.
"""

from __future__ import annotations

import json

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, TextField, Value

COLUMNS = ("parcel_no", "name", "location", "holder")


class Grams(Func):
    """Characters and pairs of neighbouring characters of some texts, A to Z for a to z.

    The SQL function is made by migration 0010; index and query must name the same columns.
    """

    function = "parcels_grams"
    output_field = ArrayField(TextField())  # type: ignore[assignment,misc]


class _HasAll(Func):
    """Whether the parcel's grams hold all of a text's own."""

    template = "%(expressions)s"
    arg_joiner = " @> "
    output_field = BooleanField()


def with_capitals(text: str) -> str:
    """A to Z for a to z, and nothing else: what the index does."""
    return "".join(char.upper() if char.isascii() else char for char in text)


def grams_of(text: str) -> list[str]:
    """What of a text is looked up: its pairs, or the character itself where it is but one."""
    capitals = with_capitals(text)
    if len(capitals) < 2:
        return list(capitals)
    return sorted({capitals[at : at + 2] for at in range(len(capitals) - 1)})


def containing(text: str) -> Q:
    """Condition on `Parcel`: one of the four columns contains the text; the number in capitals."""
    exact = Q(parcel_no__contains=with_capitals(text))
    for column in COLUMNS[1:]:
        exact |= Q(**{f"{column}__contains": text})
    return exact


def indexed(text: str) -> Q:
    """The same condition, for a text that few parcels contain: the index is asked first."""
    return Q(_has_all(text)) & containing(text)


def expected(text: str) -> int:
    """How many parcels the planner expects to hold the text's grams, by its statistics."""
    sql, values = (
        apps.get_model("parcels.Parcel").objects.filter(_has_all(text)).query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        (plan,) = cursor.fetchone()
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def _has_all(text: str) -> _HasAll:
    return _HasAll(Grams(*map(F, COLUMNS)), Value(grams_of(text), ArrayField(TextField())))
