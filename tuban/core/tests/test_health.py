"""`/healthz` names the part that is down."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client


def _worker_beat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


@pytest.mark.django_db
def test_all_is_well_when_the_worker_beats(client: Client) -> None:
    _worker_beat(5)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": {"web": {"up": True}, "database": {"up": True}, "worker": {"up": True}},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [None, 31])
def test_a_missing_or_silent_worker_is_named(client: Client, seconds_ago: int | None) -> None:
    if seconds_ago is not None:
        _worker_beat(seconds_ago)
    answer = client.get("/healthz")
    parts = answer.json()["parts"]
    assert answer.status_code == 503
    assert [name for name, part in parts.items() if not part["up"]] == ["worker"]


@pytest.mark.django_db
def test_the_youngest_of_several_workers_counts(client: Client) -> None:
    _worker_beat(3600)
    _worker_beat(3)
    assert client.get("/healthz").status_code == 200


def test_a_dead_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("tuban.core.health.connection.cursor", dead)
    answer = client.get("/healthz")
    parts = answer.json()["parts"]
    assert answer.status_code == 503
    assert parts["web"]["up"]
    assert not parts["database"]["up"]
    assert "gone" not in answer.content.decode(), "no inner words to the outside"


def test_it_can_only_be_read(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
