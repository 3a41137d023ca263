"""How an installation sends e-mail is read from its environment, or the start stops with why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuban.config.mail import read


def test_without_a_mail_server_nothing_is_sent() -> None:
    found = read({}, demo=False)
    assert (found.ready, found.base_url) == (False, "")
    assert found.backend.endswith("console.EmailBackend")


def test_the_demonstration_writes_to_the_log_and_links_to_itself() -> None:
    found = read({"PORT": "8123"}, demo=True)
    assert (found.ready, found.base_url) == (True, "http://127.0.0.1:8123")
    assert found.backend.endswith("console.EmailBackend")


def test_a_mail_server_is_taken_from_the_environment(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("geheim\n", "utf-8")
    found = read(
        {
            "TUBAN_SMTP_HOST": "mail.example",
            "TUBAN_SMTP_SECURITY": "ssl",
            "TUBAN_SMTP_USER": "tuban",
            "TUBAN_SMTP_PASSWORD_FILE": str(secret),
            "TUBAN_MAIL_FROM": "tuban@mail.example",
            "TUBAN_BASE_URL": "https://tuban.example/",
        },
        demo=False,
    )
    assert found.ready
    assert found.backend.endswith("smtp.EmailBackend")
    assert (found.host, found.port, found.security) == ("mail.example", 465, "ssl")
    assert (found.user, found.password) == ("tuban", "geheim")
    assert (found.sender, found.base_url) == ("tuban@mail.example", "https://tuban.example")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TUBAN_SMTP_SECURITY": "tls"}, "starttls、ssl 或 none"),
        ({"TUBAN_SMTP_HOST": "mail.example"}, "TUBAN_MAIL_FROM"),
        ({"TUBAN_BASE_URL": "tuban.example"}, "应是网址"),
    ],
)
def test_what_cannot_be_used_stops_the_start(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(environment, demo=False)
