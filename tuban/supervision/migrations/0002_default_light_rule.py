"""督办亮灯规则 of the city, marked 系统默认: yellow from ten working days before the due day."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def add(apps: Any, schema_editor: Any) -> None:
    """Adds the city's rule unless it has one."""
    apps.get_model("supervision", "LightRule").objects.get_or_create(
        region_id="150600",
        defaults={"soon_workdays": 10, "source": "系统默认", "is_default": True},
    )


class Migration(migrations.Migration):
    """Going back leaves the row: it may have been set by the place since."""

    dependencies = (("supervision", "0001_initial"), ("regions", "0002_seed_ordos"))
    operations = (migrations.RunPython(add, migrations.RunPython.noop),)
