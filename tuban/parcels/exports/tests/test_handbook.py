"""The handbook names every field of the files."""

from __future__ import annotations

from pathlib import Path

from tuban.parcels.exports.parcels import FIELDS as LISTED
from tuban.parcels.exports.spatial import FIELDS

PAGE = Path(__file__).parents[4] / "docs/handbook/exports.md"


def test_every_attribute_of_geojson_and_gpkg_is_explained() -> None:
    page = PAGE.read_text("utf-8")

    for field in FIELDS:
        assert f"| {field.title} | {field.means or '同地块清单'} |" in page


def test_the_list_has_as_many_columns_as_the_handbook_says() -> None:
    assert f"{len(LISTED)} 列" in PAGE.read_text("utf-8")
