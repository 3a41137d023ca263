"""Vector tiles of the parcels as of a day: parcels one by one from zoom 13, sums of cells below.

Coordinates are transformed in SQL from EPSG:4490 to Web Mercator for drawing only; nothing is
measured there. What a tile holds is what the list with the same filters holds: same function, same
scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from tuban.accounts.access import region_codes
from tuban.accounts.models import User
from tuban.atlas import pictures
from tuban.atlas.pictures import CELLS_A_SIDE, FIRST_ZOOM, LAST_ZOOM, X_OF, Y_OF
from tuban.core.errors import DomainError
from tuban.parcels.queries import ParcelFilter, filtered

DETAIL_ZOOM = LAST_ZOOM + 1
MOST_ZOOM = 22
LAYER = "parcels"
_LABEL_ZOOM = 15
_EXTENT = 4096
_BUFFER = 64
_CELL = _EXTENT >> CELLS_A_SIDE
_FLAG = "two_years"
_HALF_WORLD_M = 20037508.342789244
"""Half the side of Web Mercator's square, metres."""

_CELL_LAYER = f"""
    SELECT ST_AsMVT(t, '{LAYER}', {_EXTENT}, 'shape') FROM (
        SELECT ST_MakePoint((x - %(west)s) * {_CELL} + {_CELL // 2},
                            (y - %(north)s) * {_CELL} + {_CELL // 2}) AS shape,
               sum(count)::int AS n, jsonb_object_agg(stage, count) AS stages
          FROM (SELECT x, y, stage, sum(count)::int AS count FROM ({{cells}}) c GROUP BY x, y, stage) s
         GROUP BY x, y
    ) t
"""
_SHAPE = f"""
    CASE WHEN near.geometry @ ST_MakeEnvelope(%s, %s, %s, %s, 4490)
         THEN ST_ForcePolygonCCW(ST_SnapToGrid(
                  ST_TransScale(ST_Transform(near.geometry, 3857), %s, %s, %s, %s), 1))
         ELSE ST_AsMVTGeom(ST_Transform(near.geometry, 3857), ST_TileEnvelope(%s, %s, %s),
                           {_EXTENT}, {_BUFFER}, true) END
"""
"""A parcel in the tile's own units, its outer ring turning as MVT has it, y counting down.

ST_AsMVTGeom clips and mends each polygon, which is most of a crowded tile's time. What lies wholly
within the tile and its margin needs no clipping: it is shifted, scaled and rounded.
"""
_NEAR = """
    SELECT id, parcel_no, geometry FROM parcels_parcel
     WHERE region_id = ANY(%s) AND geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4490)
"""
_KEPT_CELLS = """
    SELECT x, y, stage, count FROM atlas_cell
     WHERE picture_id = %(picture)s AND level = %(level)s AND x BETWEEN %(west)s AND %(east)s
       AND y BETWEEN %(north)s AND %(south)s AND region_id = ANY(%(regions)s)
       AND (%(stages)s::text[] IS NULL OR stage = ANY(%(stages)s))
"""


class NoSuchTile(DomainError):
    """没有这张瓦片: the address names none."""

    def __init__(self, z: int, x: int, y: int) -> None:
        super().__init__(
            f"没有第 {z} 级第 {x} 列第 {y} 行的瓦片。",
            code="tile",
            kind="absent",
            cause=f"级别应为 0 至 {MOST_ZOOM}，行列号应小于 2 的级别次方。",
        )


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile's place in the pyramid: x from west to east, y from north to south."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MOST_ZOOM and self.x < 2**self.z and self.y < 2**self.z):
            raise NoSuchTile(self.z, self.x, self.y)

    @property
    def is_detailed(self) -> bool:
        """Whether parcels are drawn one by one."""
        return self.z >= DETAIL_ZOOM


def etag(user: User, wanted: ParcelFilter, on: date, tile: Tile) -> str:
    """What the tile depends on: place, scope, filters, day and how far the record has come."""
    mark = pictures.map_mark()
    if not tile.is_detailed and _cells_are_kept(wanted):
        mark = pictures.picture(on).mark
    asked = (tile, sorted(region_codes(user)), replace(wanted, sort="", descending=False), on, mark)
    return f'"{sha256(repr(asked).encode()).hexdigest()[:32]}"'


def parcel_tile(user: User, wanted: ParcelFilter, on: date, tile: Tile) -> bytes:
    """The tile as MVT; empty where nothing lies.

    Layer `parcels`. From zoom 13: polygons with `id`, `stage`, `two_years`, from zoom 15 also
    `no`. Below: points with `n` and a count for each stage by its code.
    """
    if tile.is_detailed:
        return _detailed(user, wanted, on, tile)
    if tile.z < FIRST_ZOOM:
        return b""
    kept = _cells_are_kept(wanted)
    return _kept_cells(user, wanted, on, tile) if kept else _own_cells(user, wanted, on, tile)


def _cells_are_kept(wanted: ParcelFilter) -> bool:
    """Sums are kept by 旗区 and stage; any other condition has to be asked of the phases."""
    return replace(wanted, regions=(), stages=(), sort="", descending=False) == ParcelFilter(
        sort=""
    )


def _detailed(user: User, wanted: ParcelFilter, on: date, tile: Tile) -> bytes:
    rows, values = _phase_of_near(user, wanted, on, "stage", "flags")
    number = ", near.parcel_no AS no" if tile.z >= _LABEL_ZOOM else ""
    return _run(
        f"""
        WITH near AS MATERIALIZED ({_NEAR})
        SELECT ST_AsMVT(t, '{LAYER}', {_EXTENT}, 'shape', 'id') FROM (
            SELECT near.id, hit.stage, hit.flags ? '{_FLAG}' AS two_years{number},
                   {_SHAPE} AS shape
              FROM near CROSS JOIN LATERAL ({rows}) AS hit (stage, flags)
            OFFSET 0 -- else every shape is made twice, once to be looked at
        ) t WHERE NOT ST_IsEmpty(shape)
        """,
        (*_near(user, tile), *_shape(tile), *values),
    )


def _kept_cells(user: User, wanted: ParcelFilter, on: date, tile: Tile) -> bytes:
    regions = region_codes(user) & set(wanted.regions or region_codes(user))
    return _run(
        _CELL_LAYER.format(cells=_KEPT_CELLS),
        {
            **_cells_of(tile),
            "picture": pictures.picture(on).pk,
            "regions": sorted(regions),
            "stages": [stage.value for stage in wanted.stages] or None,
        },
    )


def _own_cells(user: User, wanted: ParcelFilter, on: date, tile: Tile) -> bytes:
    rows, values = _phase_of_near(user, wanted, on, "stage")
    side = 2 ** (tile.z + CELLS_A_SIDE)
    place = "ST_Centroid(near.geometry)"
    cells = f"""
        WITH near AS MATERIALIZED ({_NEAR})
        SELECT {X_OF.format(c=place, n=side)} AS x, {Y_OF.format(c=place, n=side)} AS y,
               hit.stage, 1 AS count
          FROM near CROSS JOIN LATERAL ({rows}) AS hit (stage)
    """
    west, north = tile.x << CELLS_A_SIDE, tile.y << CELLS_A_SIDE
    layer = _CELL_LAYER.replace("%(west)s", str(west)).replace("%(north)s", str(north))
    return _run(layer.format(cells=cells), (*_near(user, tile), *values))


def _phase_of_near(
    user: User, wanted: ParcelFilter, on: date, *columns: str
) -> tuple[str, tuple[Any, ...]]:
    """The list's own row of the parcel `near.id`, as SQL with its values.

    The parcels of a tile are found by their boxes first; each then finds its one phase of the day
    by index, whatever the planner thinks of the filters: OFFSET keeps it from joining all phases.
    """
    rows = filtered(user, wanted, on).filter(parcel_id=RawSQL("near.id", ())).order_by()
    sql, values = rows.values_list(*columns).query.sql_with_params()
    return f"{sql} OFFSET 0", values


def _near(user: User, tile: Tile) -> tuple[Any, ...]:
    """Values of `_NEAR`: the scope, and the tile with its margin in degrees."""
    return (sorted(region_codes(user)), *_with_margin(tile))


def _with_margin(tile: Tile) -> tuple[float, float, float, float]:
    west, south, east, north = _degrees(tile)
    margin = (east - west) * _BUFFER / _EXTENT
    return (west - margin, south - margin, east + margin, north + margin)


def _shape(tile: Tile) -> tuple[Any, ...]:
    """Values of `_SHAPE`: where no clipping is needed, metres to units of the tile, its place."""
    side = 2 * _HALF_WORLD_M / 2**tile.z
    west, north = tile.x * side - _HALF_WORLD_M, _HALF_WORLD_M - tile.y * side
    scale = _EXTENT / side
    return (*_with_margin(tile), -west, -north, scale, -scale, tile.z, tile.x, tile.y)


@lru_cache(maxsize=4096)
def _degrees(tile: Tile) -> tuple[float, float, float, float]:
    """West, south, east, north of the tile in degrees."""
    from math import atan, degrees, pi, sinh

    side = 2**tile.z

    def latitude(row: int) -> float:
        return degrees(atan(sinh(pi * (1 - 2 * row / side))))

    return (
        tile.x / side * 360 - 180,
        latitude(tile.y + 1),
        (tile.x + 1) / side * 360 - 180,
        latitude(tile.y),
    )


def _cells_of(tile: Tile) -> dict[str, int]:
    """Numbers of the tile's cells."""
    west, north = tile.x << CELLS_A_SIDE, tile.y << CELLS_A_SIDE
    last = (1 << CELLS_A_SIDE) - 1
    return {
        "level": tile.z + CELLS_A_SIDE,
        "west": west,
        "east": west + last,
        "north": north,
        "south": north + last,
    }


def _run(sql: str, values: Any) -> bytes:
    with transaction.atomic(), connection.cursor() as cursor:
        # A parallel worker would first have to learn its projections: longer than any tile takes.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(sql, values)
        found = cursor.fetchone()
    return bytes(found[0]) if found and found[0] else b""
