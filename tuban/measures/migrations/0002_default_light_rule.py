"""亮灯规则 of the city, marked 系统默认: yellow down to ten points below 序时进度."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import migrations


def add(apps: Any, schema_editor: Any) -> None:
    """Adds the city's rule unless it has one."""
    apps.get_model("measures", "LightRule").objects.get_or_create(
        region_id="150600",
        defaults={"yellow_points": Decimal(10), "source": "系统默认", "is_default": True},
    )


class Migration(migrations.Migration):
    """Going back leaves the row: it may have been set by the place since."""

    dependencies = (("measures", "0001_initial"), ("regions", "0002_seed_ordos"))
    operations = (migrations.RunPython(add, migrations.RunPython.noop),)
