"""The one clock: fixed only where that is allowed."""

from datetime import UTC, date, datetime

import pytest
from pytest_django import Settings

from tuban.core import clock


def test_a_fixed_day_is_today_in_tests(settings: Settings) -> None:
    settings.TUBAN_TODAY = date(2024, 9, 30)
    assert clock.today() == date(2024, 9, 30)


def test_now_falls_on_the_fixed_day_in_shanghai_and_is_utc(settings: Settings) -> None:
    settings.TUBAN_TODAY = date(2024, 9, 30)
    now = clock.now()
    assert now.tzinfo is UTC
    assert now.astimezone(clock.SHANGHAI).date() == date(2024, 9, 30)


def test_a_real_installation_never_stands_on_a_fixed_day(settings: Settings) -> None:
    settings.TUBAN_TODAY = date(1999, 1, 1)
    settings.DEMO = settings.TESTING = False
    assert clock.today() == datetime.now(clock.SHANGHAI).date()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


def test_the_legal_day_begins_at_midnight_in_shanghai(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.TUBAN_TODAY = None

    class LateEvening(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return datetime(2024, 9, 29, 16, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(clock, "datetime", LateEvening)
    assert clock.today() == date(2024, 9, 30)
