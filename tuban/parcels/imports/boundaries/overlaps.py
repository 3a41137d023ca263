"""面重叠 with boundaries already kept: one query for a chunk, in metres of the surveyed projection.

The boundary of a parcel that the same file replaces is not in the way. A parcel outside the post's
scope is never named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tuban.core import clock
from tuban.geodata.checks import TOLERANCE_M
from tuban.law.timeline import Stage
from tuban.parcels.imports.boundaries.matching import joined
from tuban.parcels.imports.boundaries.model import Outline, Trouble
from tuban.parcels.imports.problems import ERROR, REMARK

LEAST_M2 = 0.01
SAME_SHARE = 0.98  # of the union: GEO-16
NAMED = 5
_UNDONE = "undone"
"""All facts withdrawn: the parcel keeps its number and boundary, and is in no list."""
_GONE = {
    Stage.RECOVERED.value: Stage.RECOVERED.label,
    Stage.WITHDRAWN.value: Stage.WITHDRAWN.label,
    _UNDONE: "没有有效事实",
}
"""Stages of land that may be given a new number and boundary."""

_OVERLAPS = f"""
    WITH drawn AS MATERIALIZED (
        SELECT s.row_no, s.parcel_id, s.shape, s.plane, ST_Transform(s.shape, s.plane) AS flat
          FROM (SELECT n.row_no, n.parcel_id, g.shape,
                       CASE WHEN n.epsg <> 4490 THEN n.epsg
                            ELSE 4509 + least(greatest(floor((ST_XMin(g.shape) + 1.5) / 3), 25), 45)::int
                       END AS plane
                  FROM unnest(%s::int[], %s::bigint[], string_to_array(%s, ' '), %s::int[])
                       AS n (row_no, parcel_id, wkb, epsg)
                 CROSS JOIN LATERAL
                       (SELECT ST_GeomFromWKB(decode(n.wkb, 'base64'), 4490) AS shape) g) s
    )
    SELECT d.row_no, p.id, p.region_id, p.parcel_no, i.area_m2,
           i.area_m2 > {SAME_SHARE} * (ST_Area(d.flat) + p.area_m2 - i.area_m2),
           coalesce(
             (SELECT f.stage FROM parcels_parcelphase f
               WHERE f.parcel_id = p.id AND f.starts_on <= %s AND (f.ends_on IS NULL OR f.ends_on > %s)
               LIMIT 1),
             CASE WHEN EXISTS (SELECT FROM parcels_fact f WHERE f.parcel_id = p.id)
                  THEN '{_UNDONE}' ELSE '' END)
      FROM drawn d
     CROSS JOIN LATERAL (
           SELECT k.id, k.region_id, k.parcel_no, ST_Transform(k.geometry, d.plane) AS flat,
                  ST_Area(ST_Transform(k.geometry, d.plane)) AS area_m2
             FROM parcels_parcel k
            WHERE k.geometry && d.shape AND k.id IS DISTINCT FROM d.parcel_id
           OFFSET 0) p
     CROSS JOIN LATERAL (
           SELECT ST_CollectionExtract(ST_Intersection(d.flat, p.flat), 3) AS shape OFFSET 0) x
     CROSS JOIN LATERAL (
           SELECT ST_Area(x.shape) AS area_m2, ST_Perimeter(x.shape) AS around_m OFFSET 0) i
     WHERE i.area_m2 > {LEAST_M2} AND 2 * i.area_m2 > {TOLERANCE_M} * i.around_m
     ORDER BY d.row_no, i.area_m2 DESC, p.id
"""


@dataclass(frozen=True, slots=True)
class Overlap:
    """重叠 of a row with one kept parcel.

    Attributes:
        area_m2: On the plane of the row's projection.
        same: Almost the same land (GEO-16).
        gone: 已收回, 已撤回, or without a valid fact; empty for a parcel that is still what its number says.
    """

    region: str
    parcel_no: str
    area_m2: float
    same: bool
    gone: str


def find(
    outlines: Sequence[tuple[Outline, int | None]], scope: frozenset[str], replaced: frozenset[str]
) -> dict[int, list[Overlap]]:
    """Overlaps by row, the largest first.

    Args:
        outlines: Rows with a boundary, each with its own parcel, None while there is none.
        scope: Region codes of the post.
        replaced: Numbers of parcels within the scope whose boundary the same file gives.
    """
    if not outlines:
        return {}
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            _OVERLAPS,
            [
                [outline.row_no for outline, _ in outlines],
                [parcel_id for _, parcel_id in outlines],
                joined(outline.wkb for outline, _ in outlines),
                [outline.epsg for outline, _ in outlines],
                today,
                today,
            ],
        )
        rows = cursor.fetchall()
    found: dict[int, list[Overlap]] = defaultdict(list)
    for row_no, _, region, number, area_m2, same, stage in rows:
        if region not in scope or number not in replaced:
            found[row_no].append(Overlap(region, number, area_m2, same, _GONE.get(stage, "")))
    return found


def troubles(overlaps: Sequence[Overlap], scope: frozenset[str]) -> list[Trouble]:
    """Overlaps in words; beyond the first few only their number."""
    made = [_trouble(overlap, overlap.region in scope) for overlap in overlaps[:NAMED]]
    rest = len(overlaps) - NAMED
    if rest > 0:
        message = f"面重叠：另与 {rest} 宗库内地块重叠。"
        made.append(Trouble("GEO-06", "", message, "核对共用界线。"))
    return made


def _trouble(overlap: Overlap, named: bool) -> Trouble:
    after = f"（{overlap.gone}）" if overlap.gone else " "
    whose = f"库内地块 {overlap.parcel_no}{after}" if named else "其他旗区的地块"
    name = "重复要素" if overlap.same else "面重叠"
    much = "，几乎是同一块" if overlap.same else ""
    remedy = "核对共用界线；库内界线有误的，先更正那一宗。" if named else "请联系市局核对共用界线。"
    return Trouble(
        "GEO-16" if overlap.same else "GEO-06",
        "",
        f"{name}：与{whose}重叠 {overlap.area_m2:.2f} 平方米{much}。",
        remedy,
        REMARK if overlap.gone else ERROR,
        stored=overlap.parcel_no if named else "",
    )
