"""Boundaries of the 旗区 as tiles: where they lie, how fine they are, and when they are asked anew."""

from __future__ import annotations

from math import asinh, pi, radians, tan
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from tuban.accounts.models import Role
from tuban.parcels.tests.cast import CITY, DONGSHENG, make_user
from tuban.regions.models import Region

pytestmark = pytest.mark.django_db
METRES_A_TILE = 2 * pi * 6378137
STEP = 0.0004
"""Degrees between two corners of the boundary drawn here: 40 metres."""


@pytest.fixture
def jagged() -> Any:
    """A boundary of 东胜区 with a corner every forty metres, one tooth of forty metres in two."""
    west, south, east, north = 109.8, 39.6, 110.2, 40.0
    edge = np.arange(south, north, STEP)
    teeth = west + STEP * (np.arange(len(edge)) % 2)
    ring = [*zip(teeth, edge, strict=True), (east, north), (east, south)]
    shape = shapely.MultiPolygon([shapely.Polygon(ring)])
    Region.objects.filter(code=DONGSHENG).update(
        boundary=GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4490), schematic=False
    )
    Region.objects.exclude(code=DONGSHENG).update(boundary=None)
    return shape


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    side = 2**zoom
    return (
        zoom,
        int((lon + 180) / 360 * side),
        int((1 - asinh(tan(radians(lat))) / pi) / 2 * side),
    )


def layer(client: Client, tmp_path: Path, tile: tuple[int, int, int], name: str) -> list[Any]:
    """Features of one layer: (attribute last written, geometry in EPSG:3857)."""
    z, x, y = tile
    response = client.get(f"/tiles/regions/{z}/{x}/{y}.mvt")
    assert response.status_code == 200
    file = tmp_path / "tile.mvt"
    file.write_bytes(response.content)
    if name not in {found[0] for found in pyogrio.list_layers(file)}:
        return []
    _, _, shapes, columns = pyogrio.raw.read(file, layer=name, X=x, Y=y, Z=z)
    return list(zip(columns[-1], shapely.from_wkb(shapes), strict=True))


def test_the_same_boundary_is_generalised_from_afar_and_whole_from_near(
    client: Client, tmp_path: Path, jagged: Any
) -> None:
    client.force_login(make_user(Role.BANNER_CLERK, DONGSHENG))

    ((code, far),) = layer(client, tmp_path, tile_of(110, 39.8, 7), "regions")
    assert code == DONGSHENG
    assert shapely.get_num_coordinates(far) < 20

    tile = tile_of(109.8, 39.8, 14)
    ((_, near),) = layer(client, tmp_path, tile, "regions")
    side = METRES_A_TILE / 2**14
    degrees_a_tile = 360 / 2**14 * 0.77  # northward, at this latitude
    assert shapely.get_num_coordinates(near) > 0.9 * degrees_a_tile / STEP
    # The teeth stand where they were drawn, to a unit of the tile.
    west, _, east, _ = near.bounds
    assert west == pytest.approx(109.8 / 360 * METRES_A_TILE, abs=side / 4096)
    assert east == pytest.approx((109.8 + STEP) / 360 * METRES_A_TILE, abs=side / 4096)


def test_a_name_stands_in_one_tile_within_its_banner(
    client: Client, tmp_path: Path, jagged: Any
) -> None:
    client.force_login(make_user(Role.AUDITOR, CITY))
    zoom, x, y = tile_of(110, 39.8, 9)
    found = [
        named
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
        if client.get(f"/tiles/regions/{zoom}/{x + dx}/{y + dy}.mvt").content
        for named in layer(client, tmp_path, (zoom, x + dx, y + dy), "names")
    ]
    ((name, spot),) = found
    assert name == "东胜区"
    assert jagged.contains(
        shapely.Point(
            spot.x / METRES_A_TILE * 360,
            np.degrees(np.arctan(np.sinh(spot.y / METRES_A_TILE * 2 * pi))),
        )
    )


def test_a_tile_is_asked_anew_once_a_boundary_has_changed(client: Client) -> None:
    client.force_login(make_user(Role.CITY_LEADER, CITY))
    z, x, y = tile_of(110, 39.8, 8)
    address = f"/tiles/regions/{z}/{x}/{y}.mvt"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304

    region = Region.objects.get(code=DONGSHENG)
    region.schematic = False
    region.save(update_fields=("schematic",))
    changed = client.get(address, headers={"If-None-Match": tag})
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)


def test_where_nothing_lies_there_is_nothing(client: Client) -> None:
    client.force_login(make_user(Role.CITY_LEADER, CITY))
    assert client.get("/tiles/regions/8/0/0.mvt").status_code == 204
    assert client.get("/tiles/regions/8/256/0.mvt").status_code == 404
