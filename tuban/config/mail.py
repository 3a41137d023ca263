"""How this installation sends e-mail, from its environment.

TUBAN_SMTP_HOST      the mail server; without it no e-mail is sent
TUBAN_SMTP_PORT      default: 465 with ssl, else 587
TUBAN_SMTP_SECURITY  starttls (default), ssl or none
TUBAN_SMTP_USER      account at the mail server; empty for none
TUBAN_SMTP_PASSWORD_FILE  file that holds its password
TUBAN_MAIL_FROM      sender, e.g. tuban@example.gov.cn
TUBAN_BASE_URL       address of the site as readers type it, for links in e-mails
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_SECURITIES = {"starttls": 587, "ssl": 465, "none": 587}
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_CONSOLE = "django.core.mail.backends.console.EmailBackend"


@dataclass(frozen=True, slots=True)
class Mail:
    """What the settings need. `ready`: there is somewhere to send to."""

    ready: bool
    backend: str
    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    base_url: str


def read(environ: Mapping[str, str], *, demo: bool) -> Mail:
    """The mail of this installation. The demonstration writes e-mails to the worker's log.

    Raises:
        ValueError: A variable that stands there cannot be used; stops the start.
    """
    host = environ.get("TUBAN_SMTP_HOST", "").strip()
    security = environ.get("TUBAN_SMTP_SECURITY", "starttls")
    if security not in _SECURITIES:
        raise ValueError(
            f"环境变量 TUBAN_SMTP_SECURITY 只能是 starttls、ssl 或 none，现为 {security!r}。"
        )
    sender = environ.get("TUBAN_MAIL_FROM", "").strip()
    if host and "@" not in sender:
        raise ValueError("已设 TUBAN_SMTP_HOST，还须设发件地址 TUBAN_MAIL_FROM。")
    password_file = environ.get("TUBAN_SMTP_PASSWORD_FILE", "")
    return Mail(
        ready=bool(host) or demo,
        backend=_SMTP if host else _CONSOLE,
        host=host,
        port=int(environ.get("TUBAN_SMTP_PORT") or _SECURITIES[security]),
        security=security,
        user=environ.get("TUBAN_SMTP_USER", ""),
        password=Path(password_file).read_text("utf-8").strip() if password_file else "",
        sender=sender or "tuban@localhost",
        base_url=_base_url(environ, demo=demo),
    )


def _base_url(environ: Mapping[str, str], *, demo: bool) -> str:
    given = environ.get("TUBAN_BASE_URL", "").strip().rstrip("/")
    if not given and demo:
        given = f"http://127.0.0.1:{environ.get('PORT') or 8000}"
    parts = urlsplit(given)
    if given and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query):
        raise ValueError(
            f"环境变量 TUBAN_BASE_URL 应是网址，如 https://tuban.example，现为 {given!r}。"
        )
    return given
