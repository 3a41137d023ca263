"""Every address of the site.

Each app with pages has a `urls.py`, mounted at the root: the paths stand whole in the app's own
file, so that one search finds them.
"""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from tuban.config import api
from tuban.core import failures, health

_APPS = (
    "web",
    "accounts",
    "todo",
    "inbox",
    "parcels",
    "history",
    "workdays",
    "instruments",
    "supervision",
    "measures",
    "atlas",
    "bulletins",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("api/v1/", api.urls()),
    *(
        path("", include(f"tuban.{app}.urls"))
        for app in _APPS
        if find_spec(f"tuban.{app}.urls") is not None
    ),
]

handler400 = failures.bad_request
handler403 = failures.forbidden
handler404 = failures.absent
handler500 = failures.broken
