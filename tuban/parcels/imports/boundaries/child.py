"""What the child process does with a boundary file.

Large libraries are loaded, and PROJ has opened its database, before the limits hold: nothing can be
opened afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from tuban.geodata.crs import GEOGRAPHIC, transform
from tuban.geodata.errors import GeodataError
from tuban.geodata.model import BoundaryFile, Choices, Datum
from tuban.geodata.txt import read
from tuban.parcels.imports.boundaries import gate, outlines, wire
from tuban.parcels.imports.boundaries.gate import no_parcels, only_coordinates
from tuban.parcels.imports.limits import MAX_BOUNDARY_PARCELS
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.wire import Message

_HEADER = "[属性描述]\n坐标系=2000国家大地坐标系\n带号=37\n[地块坐标]\n"
_CORNERS = ((0, 0), (0, 100), (100, 100), (100, 0), (0, 0))
_CROSSED = ((0, 0), (100, 100), (100, 0), (0, 100), (0, 0))


def warm_up() -> None:
    """Walks every way once: side by side, overlapping, crossed, of another zone, in degrees.

    A library that loads a part of itself only where it is needed has then done so.
    """
    sample = "".join(
        f"5,1.0000,{number},,面,,,,@\n"
        + "".join(f"{k},1,{(4385000 + x)},{y0 + y}\n" for k, (x, y) in enumerate(corners))
        for number, (y0, corners) in enumerate(
            [
                *((37395000 + step, _CORNERS) for step in (0, 100.4, 150)),
                (37396000, _CROSSED),
                (36600000, _CORNERS),
                (395000, _CORNERS),
            ]
        )
    )
    outlines.delivered(read((_HEADER + sample).encode(), "试.txt"))
    degrees = "1,1,39.5,109.5\n2,1,39.51,109.5\n3,1,39.51,109.51\n1,1,39.5,109.5\n"
    for way in ("decimal", "dms"):
        choices = choices_from_json({"degrees": way})
        outlines.delivered(read(f"{_HEADER}4,1,1,,面,,,,@\n{degrees}".encode(), "试.txt", choices))
    corner = np.array([[109.5, 39.5]])
    for epsg in (4491, 4502, 4513, 4534):
        transform(corner, GEOGRAPHIC, epsg)


def answer(content: bytes, name: str, choices: str) -> Iterator[Message]:
    """The messages that tell what is in the file.

    Args:
        content: The file.
        name: As delivered.
        choices: What a person has answered, JSON as `choices_from_json` takes it.

    Raises:
        Unreadable: It is no boundary file.
    """
    gate.check(content)
    try:
        file = read(content, name, choices_from_json(json.loads(choices or "{}")))
    except GeodataError as error:
        raise Unreadable(
            error.message,
            code=error.code.removeprefix("geodata."),
            cause="读取时即可看出，没有写入任何内容。",
            remedy=error.remedy,
        ) from error
    _refuse(file)
    return wire.messages(outlines.delivered(file))


def _refuse(file: BoundaryFile) -> None:
    """A file without parcels, one of bare coordinates (they name no parcel), one with too many."""
    if len(file.parcels) > MAX_BOUNDARY_PARCELS:
        raise Unreadable(
            "文件里的地块过多。",
            code="too_many_parcels",
            cause=f"有 {len(file.parcels)} 宗，超过 {MAX_BOUNDARY_PARCELS // 10_000} 万宗。",
            remedy="请按旗区或批次分成几个文件后再上传。",
        )
    if any(offer.asks == "coordinates_only" for offer in file.offers):
        raise only_coordinates()
    if not file.parcels:
        raise no_parcels()


def choices_from_json(given: dict[str, Any]) -> Choices:
    """The reader's choices from what the desk keeps."""
    box = given.get("box")
    return Choices(
        datum=Datum(given["datum"]) if given.get("datum") else None,
        zone=given.get("zone"),
        swap_axes=bool(given.get("swap_axes")),
        degrees=given.get("degrees"),
        box=(box[0], box[1], box[2], box[3]) if box else None,
        rough_box=bool(given.get("rough_box")),
    )
