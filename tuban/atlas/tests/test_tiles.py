from __future__ import annotations

from datetime import date
from math import cos, log, pi, radians, tan
from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.atlas import pictures, tiles
from tuban.atlas.models import Cell, Picture
from tuban.law.facts import FactKind
from tuban.parcels.actions import record_fact
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

pytestmark = pytest.mark.django_db
HERE, THERE = (109.98, 39.82), (109.74, 39.56)
SIDE = 0.002


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK, name="recording-clerk")


def at(parcel: Parcel, place: tuple[float, float]) -> Parcel:
    """Puts the parcel on a square at the place."""
    x, y = place
    square = Polygon.from_bbox((x, y, x + SIDE, y + SIDE))
    parcel.geometry = MultiPolygon(square, srid=4490)
    parcel.save(update_fields=("geometry",))
    return parcel


def tile_of(place: tuple[float, float], zoom: int) -> tuple[int, int, int]:
    """The tile a place lies in, by the formula of the tile scheme."""
    lon, lat = place[0] + SIDE / 2, radians(place[1] + SIDE / 2)
    side = 2**zoom
    return (
        zoom,
        int((lon + 180) / 360 * side),
        int((1 - log(tan(lat) + 1 / cos(lat)) / pi) / 2 * side),
    )


@pytest.fixture
def seen(tmp_path: Path) -> Any:
    """Features of a tile as another program reads them: attributes and geometry in EPSG:3857."""

    def read(client: Client, tile: tuple[int, int, int], query: str = "") -> list[dict[str, Any]]:
        z, x, y = tile
        response = client.get(f"/tiles/parcels/{z}/{x}/{y}.mvt{query}")
        if response.status_code == 204:
            assert response.content == b""
            return []
        assert response.status_code == 200, response.content
        file = tmp_path / "tile.mvt"
        file.write_bytes(response.content)
        meta, _, shapes, columns = pyogrio.raw.read(file, layer="parcels", X=x, Y=y, Z=z)
        rows = zip(*columns, strict=True)
        return [
            {**dict(zip(meta["fields"], row, strict=True)), "shape": shapely.from_wkb(shape)}
            for row, shape in zip(rows, shapes, strict=True)
        ]

    return read


@pytest.fixture
def parcels(clerk: User) -> tuple[Parcel, Parcel]:
    """One parcel in each of two 旗区."""
    one = at(make_parcel(clerk, region=DONGSHENG, approved=("2015-06-30", mu("45"))), HERE)
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk")
    other = at(
        make_parcel(far, region=EJIN_HORO, no="YJ-2", approved=("2016-06-30", mu("30"))), THERE
    )
    return one, other


def test_a_parcel_is_drawn_where_it_lies(
    client: Client, seen: Any, parcels: tuple[Parcel, Parcel]
) -> None:
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))

    (feature,) = seen(client, tile_of(HERE, 16))

    assert feature["stage"] == "unsupplied"
    assert feature["no"] == parcels[0].parcel_no
    west, south, east, _ = feature["shape"].bounds
    metres = 20037508.342789244 / 180
    assert west == pytest.approx(HERE[0] * metres, abs=0.3)
    assert east == pytest.approx((HERE[0] + SIDE) * metres, abs=0.3)
    assert south == pytest.approx(log(tan(pi / 4 + radians(HERE[1]) / 2)) * 6378137, abs=0.3)


@pytest.mark.parametrize("zoom", [14, 9])
def test_nobody_sees_what_lies_in_another_region(
    client: Client, seen: Any, parcels: tuple[Parcel, Parcel], zoom: int
) -> None:
    client.force_login(make_user(Role.BANNER_CLERK, DONGSHENG))
    assert seen(client, tile_of(HERE, zoom))
    found = seen(client, tile_of(THERE, zoom))
    # At zoom 9 both lie in one tile; it holds the own parcel only.
    assert sum(feature.get("n", 1) for feature in found) == (zoom == 9)

    client.force_login(make_user(Role.CITY_LEADER, CITY))
    assert sum(f.get("n", 1) for f in seen(client, tile_of(THERE, zoom))) == 1 + (zoom == 9)


def test_the_tile_stands_on_the_day_of_the_address(
    client: Client, seen: Any, clerk: User, parcels: tuple[Parcel, Parcel]
) -> None:
    record_fact(
        actor=clerk,
        parcel_id=parcels[0].pk,
        kind=FactKind.SUPPLIED,
        on=date(2024, 5, 6),
        payload={**mu("45"), "mode": "grant"},
    )
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))
    tile = tile_of(HERE, 15)

    assert [f["stage"] for f in seen(client, tile, "?on=2024-05-05")] == ["unsupplied"]
    assert [f["stage"] for f in seen(client, tile)] != ["unsupplied"]
    assert seen(client, tile, "?on=2015-06-29") == []


def test_the_tile_keeps_to_the_filters_of_the_list(
    client: Client, seen: Any, parcels: tuple[Parcel, Parcel]
) -> None:
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))
    for zoom in (15, 8):
        tile = tile_of(HERE, zoom)
        counted = {
            query: sum(feature.get("n", 1) for feature in seen(client, tile, query))
            for query in (
                "?stage=unsupplied",
                "?stage=idle",
                "?approved_from=2016",
                "?approved_to=2015",
                f"?region={EJIN_HORO}",
                f"?q={parcels[0].parcel_no}",
            )
        }
        both = zoom == 8
        assert list(counted.values()) == [1 + both, 0, int(both), 1, int(both), 1], zoom


@pytest.mark.parametrize("zoom", [5, 8, 12, 14])
def test_an_unchanged_tile_is_not_sent_again(
    client: Client, clerk: User, parcels: tuple[Parcel, Parcel], zoom: int
) -> None:
    client.force_login(clerk)
    z, x, y = tile_of(HERE, zoom)
    url = f"/tiles/parcels/{z}/{x}/{y}.mvt"
    first = client.get(url)
    assert first["Cache-Control"] == "private, no-cache"
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304

    record_fact(
        actor=clerk,
        parcel_id=parcels[0].pk,
        kind=FactKind.SUPPLIED,
        on=date(2024, 5, 6),
        payload={**mu("45"), "mode": "grant"},
    )
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))
    assert client.get(url)["ETag"] != first["ETag"]


def test_every_size_of_cell_counts_every_parcel(
    clerk: User, parcels: tuple[Parcel, Parcel]
) -> None:
    made = pictures.picture(TODAY)
    counts = {
        level: sum(Cell.objects.filter(picture=made, level=level).values_list("count", flat=True))
        for level in Cell.objects.values_list("level", flat=True).distinct()
    }
    finest = pictures.FINEST
    assert counts == dict.fromkeys(range(finest - 7, finest + 1), 2)
    total = sum(cell.m2 or 0 for cell in Cell.objects.filter(picture=made, level=finest))
    assert total == 50000


def test_only_some_days_are_kept(clerk: User, parcels: tuple[Parcel, Parcel]) -> None:
    for day in range(1, pictures.KEPT + 4):
        pictures.picture(date(2024, 8, day))
    assert Picture.objects.count() == pictures.KEPT
    assert set(Cell.objects.values_list("picture", flat=True)) == set(
        Picture.objects.values_list("pk", flat=True)
    )


def test_a_dear_picture_is_renewed_by_the_worker(
    clerk: User, parcels: tuple[Parcel, Parcel]
) -> None:
    made = pictures.picture(TODAY)
    Picture.objects.update(seconds=9)
    at(make_parcel(clerk, region=DONGSHENG, approved=("2015-06-30", mu("45")), no="新"), HERE)
    assert pictures.picture(TODAY).mark == made.mark
    assert pictures.renew() == 1
    assert pictures.picture(TODAY).mark != made.mark
    assert pictures.renew() == 0


@pytest.mark.parametrize("address", ["4/16/3", "23/1/1", "99/0/0"])
def test_a_tile_that_does_not_exist_is_absent(client: Client, address: str, clerk: User) -> None:
    client.force_login(clerk)
    response = client.get(f"/tiles/parcels/{address}.mvt")
    assert response.status_code == 404


@pytest.mark.parametrize("zoom", [13, 14, 16])
def test_what_needs_no_clipping_is_drawn_as_postgis_would(
    client: Client, seen: Any, clerk: User, zoom: int
) -> None:
    """Rings turn, and corners lie, as in ST_AsMVTGeom's own shape, to a unit of the tile."""
    x, y = HERE
    ring = [(x, y), (x + 0.0012, y + 0.0001), (x + 0.001, y + 0.0009), (x + 0.0002, y + 0.0007)]
    hole = [(x + 0.0004, y + 0.0003), (x + 0.0006, y + 0.0003), (x + 0.0005, y + 0.0005)]
    parcel = make_parcel(clerk, region=DONGSHENG, approved=("2015-06-30", mu("45")))
    drawn = MultiPolygon(Polygon([*ring[::-1], ring[-1]], [*hole, hole[0]]), srid=4490)
    Parcel.objects.filter(pk=parcel.pk).update(geometry=drawn)
    z, column, row = tile_of(HERE, zoom)
    tile = tiles.Tile(z, column, row)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT geometry @ ST_MakeEnvelope(%s, %s, %s, %s, 4490), ST_AsBinary(ST_AsMVTGeom("
            "ST_Transform(geometry, 3857), ST_TileEnvelope(%s, %s, %s), 4096, 64, true)),"
            f" ST_AsBinary({tiles._SHAPE.replace('near.', '')}) FROM parcels_parcel WHERE id = %s",
            (*tiles._with_margin(tile), z, column, row, *tiles._shape(tile), parcel.pk),
        )
        inside, slow, quick = cursor.fetchone()
    assert inside
    slow, quick = shapely.from_wkb(bytes(slow)), shapely.from_wkb(bytes(quick))
    assert shapely.hausdorff_distance(slow, quick) <= 1.5
    (part,) = shapely.get_parts(quick)
    assert part.exterior.is_ccw == shapely.get_parts(slow)[0].exterior.is_ccw
    assert not part.interiors[0].is_ccw
    client.force_login(clerk)
    (feature,) = seen(client, (z, column, row))
    assert feature["stage"] == "unsupplied"
    assert feature["shape"].is_valid


def test_a_parcel_across_the_edge_of_a_tile_is_clipped(
    client: Client, seen: Any, clerk: User
) -> None:
    parcel = make_parcel(clerk, region=DONGSHENG, approved=("2015-06-30", mu("45")))
    x, y = HERE
    wide = Polygon.from_bbox((x - 0.5, y, x + 0.5, y + 0.001))
    Parcel.objects.filter(pk=parcel.pk).update(geometry=MultiPolygon(wide, srid=4490))
    client.force_login(clerk)
    (feature,) = seen(client, tile_of(HERE, 15))
    west, _, east, _ = feature["shape"].bounds
    # The reader cuts the margin off; without clipping the shape would be a hundred tiles wide.
    assert east - west == pytest.approx(2 * 20037508.342789244 / 2**15, rel=0.001)
