"""Jobs survive the death of their worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import with_db_cleanup
from procrastinate.contrib.django.django_connector import DjangoConnector

from tuban.core.jobs import forget_ended_sessions, retry_stalled_jobs


@pytest.fixture
def worker() -> App:
    """The application as a worker sees it."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    return app.with_connector(connector.get_worker_connector())


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_queued_again(worker: App) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - interval '2 minutes') returning id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute(
            "insert into procrastinate_jobs (task_name, queue_name, status, worker_id)"
            " values ('some.import', 'elsewhere', 'doing', %s) returning id",
            [dead],
        )
        (lost,) = cursor.fetchone()

    retry_stalled_jobs.configure(task_kwargs={"timestamp": 0}).defer()
    worker.run_worker(
        **with_db_cleanup(
            {
                "wait": False,
                "queues": ["default"],
                "install_signal_handlers": False,
                "listen_notify": False,
                "fetch_job_polling_interval": 0.1,
                "abort_job_polling_interval": 0.1,
            }
        )
    )

    with connection.cursor() as cursor:
        cursor.execute("select status::text from procrastinate_jobs where id = %s", [lost])
        assert cursor.fetchone() == ("todo",)


@pytest.mark.django_db
def test_ended_sessions_are_forgotten_and_others_kept() -> None:
    now = timezone.now()
    for key, minutes in (("ended", -1), ("open", 10)):
        Session.objects.create(session_key=key, expire_date=now + timedelta(minutes=minutes))
    forget_ended_sessions(timestamp=0)
    assert [session.pk for session in Session.objects.all()] == ["open"]
