"""How a boundary file travels from the child that read it: one JSON value a line.

As `imports.wire` for tables; the long things of a parcel stay JSON texts within it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tuban.parcels.imports.boundaries.model import Delivered, Outline
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.wire import ROWS_A_LINE, Message


def messages(file: Delivered) -> Iterator[Message]:
    """The file in parts, ended by how it was read."""
    total = len(file.outlines)
    for start in range(0, total, ROWS_A_LINE):
        some = file.outlines[start : start + ROWS_A_LINE]
        rows = [
            (o.row_no, o.parcel_no, o.raw, o.stated, o.wkb, o.epsg, o.ellipsoidal_m2, o.planar_m2,
             o.problems)
            for o in some
        ]  # fmt: skip
        yield {"outlines": rows, "done": start + len(some), "total": total}
    yield {"about": file.about, "notes": file.notes, "offers": file.offers}


class Receiver:
    """Puts a boundary file together from its messages."""

    def __init__(self) -> None:
        self.file: Delivered | None = None
        self.done = 0
        self.total = 0
        self._outlines: list[Outline] = []

    def take(self, received: bytes) -> None:
        """Takes one line.

        Raises:
            Unreadable: The child refused the file.
        """
        message = json.loads(received)
        if "outlines" in message:
            self._outlines.extend(Outline(*row) for row in message["outlines"])
            self.done, self.total = message["done"], message["total"]
        elif "refused" in message:
            raise Unreadable(**message["refused"])
        else:
            self.file = Delivered(
                message["about"], self._outlines, message["notes"], message["offers"]
            )
