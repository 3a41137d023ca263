"""Whether the web server, the database and the job worker are up."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

# A worker writes its heartbeat every 10 seconds; three missed ones count as down.
_HEARTBEAT_LIMIT_S = 30
_HEARTBEAT_QUERY = """
    select extract(epoch from now() - max(last_heartbeat))::float from procrastinate_workers
"""


def _parts() -> dict[str, dict[str, Any]]:
    """Each part with `up` and, where it is down, the cause in Chinese."""
    parts: dict[str, dict[str, Any]] = {"web": {"up": True}}
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HEARTBEAT_QUERY)
            (age_s,) = cursor.fetchone()
    except DatabaseError as error:
        parts["database"] = {"up": False, "cause": f"数据库没有应答：{type(error).__name__}"}
        parts["worker"] = {"up": False, "cause": "数据库没有应答，无法得知"}
        return parts
    parts["database"] = {"up": True}
    if age_s is None:
        parts["worker"] = {"up": False, "cause": "没有任何后台作业进程登记"}
    elif age_s > _HEARTBEAT_LIMIT_S:
        parts["worker"] = {"up": False, "cause": f"最近一次心跳在 {age_s:.0f} 秒以前"}
    else:
        parts["worker"] = {"up": True}
    return parts


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when web, database and worker are up; else 503, naming the part and the cause."""
    parts = _parts()
    up = all(part["up"] for part in parts.values())
    return JsonResponse(
        {"status": "ok" if up else "down", "parts": parts},
        status=200 if up else 503,
        json_dumps_params={"ensure_ascii": False},
    )
