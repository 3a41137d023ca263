"""鄂尔多斯市 and its nine 旗区, with their GB/T 2260 codes.

The rows are spelt out here, not imported: a migration must do the same on every day it is run.
A test compares them with `tuban.values.places`.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

CITY = ("150600", "鄂尔多斯市")
COUNTIES = (
    ("150602", "东胜区"),
    ("150603", "康巴什区"),
    ("150621", "达拉特旗"),
    ("150622", "准格尔旗"),
    ("150623", "鄂托克前旗"),
    ("150624", "鄂托克旗"),
    ("150625", "杭锦旗"),
    ("150626", "乌审旗"),
    ("150627", "伊金霍洛旗"),
)


def seed(apps: Any, schema_editor: Any) -> None:
    """Adds the city and its 旗区; rows that stand already are left as they are."""
    region = apps.get_model("regions", "Region")
    code, name = CITY
    city, _ = region.objects.get_or_create(code=code, defaults={"name": name, "level": "city"})
    for sort, (code, name) in enumerate(COUNTIES, start=1):
        region.objects.get_or_create(
            code=code, defaults={"name": name, "level": "county", "parent": city, "sort": sort}
        )


class Migration(migrations.Migration):
    """Seeds the regions; going back leaves them, since parcels and organisations refer to them."""

    dependencies = (("regions", "0001_initial"),)
    operations = (migrations.RunPython(seed, migrations.RunPython.noop),)
