"""Vector tiles of the 旗区: their boundaries as lines, their names as points. They are no secret.

Coordinates are transformed in SQL from EPSG:4490 to Web Mercator for drawing only. Below zoom 12 a
boundary is generalised to what a screen can show; from there on it is drawn as it was imported.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import connection

from tuban.atlas.tiles import Tile

LINES, NAMES = "regions", "names"
"""Layers of a tile."""
WHOLE_FROM = 12
"""The first zoom at which nothing is generalised."""
_EXTENT = 4096
_BUFFER = 64
_PARTS_A_SIDE = 1024
"""Generalised to a part of a tile's side: half a pixel where a tile is drawn 512 pixels wide."""

_TILE = f"""
    WITH tile AS (
        SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS square,
               ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4490) AS inside,
               ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {_BUFFER / _EXTENT}),
                            4490) AS near
    ), lines AS (
        SELECT code, ST_AsMVTGeom(ST_Transform(
                   ST_Simplify(ST_ClipByBox2D(ST_Boundary(boundary), near), %(tolerance)s), 3857),
                   square, {_EXTENT}, {_BUFFER}, true) AS shape
          FROM tile JOIN regions_region ON level = 'county' AND boundary && near
    ), spots AS MATERIALIZED (
        SELECT code, name, ST_PointOnSurface(boundary) AS spot
          FROM tile JOIN regions_region ON level = 'county' AND boundary && inside
    ), names AS (
        SELECT code, name,
               ST_AsMVTGeom(ST_Transform(spot, 3857), square, {_EXTENT}, 0, true) AS shape
          FROM tile JOIN spots ON spot && inside
    )
    SELECT coalesce((SELECT ST_AsMVT(l, '{LINES}', {_EXTENT}, 'shape') FROM lines AS l
                      WHERE NOT ST_IsEmpty(shape)), '')
        || coalesce((SELECT ST_AsMVT(n, '{NAMES}', {_EXTENT}, 'shape') FROM names AS n
                      WHERE NOT ST_IsEmpty(shape)), '')
"""


def etag(tile: Tile) -> str:
    """What the tile depends on: its place, and which transactions wrote the regions last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, xmin::text FROM regions_region ORDER BY code")
        asked = (tile, cursor.fetchall())
    return f'"{sha256(repr(asked).encode()).hexdigest()[:32]}"'


def region_tile(tile: Tile) -> bytes:
    """The tile as MVT; empty where no boundary passes and no name stands.

    Layer `regions`: lines with `code`; layer `names`: one point within each 旗区, with `name`.
    """
    tolerance = 0.0 if tile.z >= WHOLE_FROM else 360 / 2**tile.z / _PARTS_A_SIDE
    asked = {"z": tile.z, "x": tile.x, "y": tile.y, "tolerance": tolerance}
    with connection.cursor() as cursor:
        cursor.execute(_TILE, asked)
        return bytes(cursor.fetchone()[0])
