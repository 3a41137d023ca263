"""Writes the API's description anew: `python -m dev.openapi`."""

from __future__ import annotations

import json
import os

from tuban.config import state

FILE = state.ROOT / "docs" / "reference" / "openapi.json"


def described() -> str:
    """The description as it is frozen: sorted, indented, no place it was made in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuban.config.settings")
    import django

    django.setup()
    from tuban.config.api import api

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(described(), "utf-8")
