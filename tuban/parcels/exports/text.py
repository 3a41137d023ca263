"""界址点坐标 TXT of the filtered parcels: one file for a 3-degree zone, several in a zip.

Printed line, point numbers and digits are those delivered, so that the file taken in again changes
nothing. Parcels without a boundary cannot stand in it; they are counted in its 备注 and, in a zip,
listed by number.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tuban.geodata import writer
from tuban.geodata.crs import Zone
from tuban.geodata.model import BoundaryFile, Datum, Parcel
from tuban.parcels.boundaries import in_plane, standing, zone_of
from tuban.parcels.exports.cells import FORMULA_STARTS
from tuban.parcels.exports.order import Kind, Made, NothingToExport, Order, Progress, offer
from tuban.parcels.exports.parcels import CHUNK, count, filtered

SUBJECT = "地块界址点"
READING = "读取界址"
_NAMED = 20  # numbers of parcels without boundary told in one line


class Sorted(NamedTuple):
    """The filtered parcels: drawn ones by zone number, the others by number."""

    zones: dict[int, list[Parcel]]
    without: list[str]
    filters: str

    @property
    def drawn(self) -> int:
        """Parcels in all zones."""
        return sum(len(parcels) for parcels in self.zones.values())


def write_text(order: Order, target: Path, progress: Progress) -> Made:
    """A TXT, or a zip of one TXT a zone.

    Raises:
        NothingToExport: No filtered parcel has a boundary.
    """
    found = _sorted(order, progress)
    if not found.zones:
        raise no_boundaries(len(found.without))
    files = {
        zone: _file(order, zone, parcels, found) for zone, parcels in sorted(found.zones.items())
    }
    if len(files) == 1:
        target.write_bytes(next(iter(files.values())))
        return Made(SUBJECT, ".txt")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for zone, content in files.items():
            made.writestr(f"{SUBJECT} 三度带{zone}带.txt", content)
        made.writestr("说明.txt", "\r\n".join(_explained(order, found)).encode("utf-8-sig"))
    return Made(SUBJECT, ".zip")


def no_boundaries(parcels: int) -> NothingToExport:
    """筛选出的地块都没有界址."""
    return NothingToExport(
        f"没有可以导出的界址，筛选出的 {parcels} 宗地块都没有登记界址。",
        cause="TXT、GeoJSON、GPKG 只能写有范围的地块。",
        remedy="请先在“导入”上传界址点坐标文件；只要清单的，请导出 Excel。",
    )


def _sorted(order: Order, progress: Progress) -> Sorted:
    listed, filters = filtered(order)
    rows = listed.rows.values_list("parcel_id", "parcel__parcel_no", "region__name")
    found = rows.iterator(chunk_size=CHUNK)
    zones: dict[int, list[Parcel]] = {}
    without: list[str] = []
    done = 0
    while chunk := list(islice(found, CHUNK)):
        progress(READING, done, listed.count)
        boundaries = standing([pk for pk, _, _ in chunk])
        for pk, number, region in chunk:
            boundary = boundaries.get(pk)
            if boundary is None:
                without.append(f"{region} {number}")
                continue
            zone = zone_of(boundary)
            mine = zones.setdefault(zone.number, [])
            parcel = in_plane(boundary, zone, ordinal=len(mine) + 1, code=number)
            mine.append(_harmless(parcel))
        done += len(chunk)
    return Sorted(zones, without, filters)


def _harmless(parcel: Parcel) -> Parcel:
    """No slot begins a formula for a table program that opens the TXT as comma-separated."""
    head = parcel.head
    rings = [
        replace(ring, labels=tuple(_guarded(label) for label in ring.labels))
        for ring in parcel.rings
    ]
    guarded = replace(
        head,
        area_text=_guarded(head.area_text),
        code=_guarded(head.code),
        name=_guarded(head.name),
        sheet=_guarded(head.sheet),
        use=_guarded(head.use),
        slot8=_guarded(head.slot8),
        extras=tuple(_guarded(extra) for extra in head.extras),
    )
    return replace(parcel, head=guarded, rings=tuple(rings))


def _guarded(text: str) -> str:
    """The first sign in full width where it would begin a formula; a lone dash is none."""
    if len(text) > 1 and text.startswith(FORMULA_STARTS) and ord(text[0]) > 0x20:
        return chr(ord(text[0]) + 0xFEE0) + text[1:]
    return text


def _file(order: Order, zone: int, parcels: list[Parcel], found: Sorted) -> bytes:
    organisation = order.user.post.organisation.name if order.user.post else ""
    header = {
        "数据产生单位": organisation,
        "数据产生日期": order.at.date().isoformat(),
        "备注": _remark(order, zone, len(parcels), found),
    }
    return writer.write(
        BoundaryFile(
            name=f"{SUBJECT}.txt",
            encoding="gb18030",
            header=header,
            project={},
            datum=Datum.CGCS2000,
            parcels=tuple(parcels),
            findings=(),
        )
    )


def _remark(order: Order, zone: int, here: int, found: Sorted) -> str:
    """Who exported what, as of when, and what is not in the file, in one line."""
    parts = [
        f"图斑导出，地块清单截至{order.as_of}",
        f"导出岗位 {order.by}",
        f"导出时间 {order.at:%Y-%m-%d %H:%M}",
        f"本文件 {here} 宗",
    ]
    if len(found.zones) > 1:
        others = "、".join(str(number) for number in sorted(found.zones) if number != zone)
        parts.append(f"其余 {found.drawn - here} 宗在 {others} 带的文件")
    if found.without:
        named = "、".join(found.without[:_NAMED])
        more = " 等" if len(found.without) > _NAMED else ""
        parts.append(f"另有 {len(found.without)} 宗没有登记界址，未列入：{named}{more}")
    return "；".join(parts)


def _explained(order: Order, found: Sorted) -> Iterator[str]:
    """说明.txt of a zip."""
    yield f"{SUBJECT}（图斑导出）"
    yield f"截至：{order.as_of}"
    yield f"筛选：{found.filters}"
    yield f"导出岗位：{order.by}"
    yield f"导出时间：{order.at:%Y-%m-%d %H:%M}"
    yield "界址为导出时有效的登记；每个投影带一个文件："
    for number, parcels in sorted(found.zones.items()):
        yield f"  {Zone(number, prefixed=True).label}：{len(parcels)} 宗"
    yield f"没有登记界址、未列入：{len(found.without)} 宗"
    yield from (f"  {number}" for number in found.without)


TXT = offer(Kind("parcels-txt", "界址点坐标（TXT）", count, write_text))
