"""Why work on an upload broke off, in words for the page."""

from __future__ import annotations

import django.db
import psycopg
from psycopg.errors import DiskFull

from tuban.core.errors import DomainError

_LOST = (django.db.OperationalError, django.db.InterfaceError, psycopg.OperationalError)
"""A COPY raises the driver's own errors, everything else Django's around them."""


def cause(error: BaseException) -> str:
    """The refusal as it stands; a full disk or a lost connection named; else that it broke off."""
    if isinstance(error, DomainError):
        return str(error)
    if isinstance(error, DiskFull) or isinstance(error.__cause__, DiskFull):
        return "数据库的存储空间不足，请联系系统管理员"
    if isinstance(error, _LOST):
        return "与数据库的连接中断"
    return "系统出错"
