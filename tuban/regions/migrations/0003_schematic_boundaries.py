"""Gives the city and its 旗区 schematic boundaries, so that a map is whole before real ones come.

They show roughly where a place lies (lines halfway between the seats), are marked 示意, and are
never measured.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import migrations

FILE = Path(__file__).resolve().parents[1] / "schematic.geojson"


def draw(apps: Any, schema_editor: Any) -> None:
    """Sets the boundaries of regions that have none."""
    region = apps.get_model("regions", "Region")
    for feature in json.loads(FILE.read_text("utf-8"))["features"]:
        shape = GEOSGeometry(json.dumps(feature["geometry"]))
        shape.srid = 4490
        code = feature["properties"]["code"]
        region.objects.filter(code=code, boundary=None).update(
            boundary=MultiPolygon(shape, srid=4490), schematic=True
        )


class Migration(migrations.Migration):
    """Going back leaves the boundaries."""

    dependencies = (("regions", "0002_seed_ordos"),)
    operations = (migrations.RunPython(draw, migrations.RunPython.noop),)
