"""Boundary files for tests: squares in zone 37, one parcel line and its rows each."""

from __future__ import annotations

from tuban.geodata.tests.samples import text

EAST, NORTH = 37395000.0, 4385000.0


def square(
    no: str,
    east: float = 0.0,
    north: float = 0.0,
    *,
    side: float = 100.0,
    area: str | None = None,
    name: str = "方块",
) -> tuple[str, ...]:
    """A square parcel so many metres from the corner of the tests; area in 公顷."""
    e, n = EAST + east, NORTH + north
    corners = ((n + side, e), (n + side, e + side), (n, e + side), (n, e), (n + side, e))
    stated = f"{side * side / 10_000:.4f}" if area is None else area
    return (
        f"5,{stated},{no},{name},面,,工业用地,,@",
        *(f"J{k % 4 + 1},1,{x:.3f},{y:.3f}" for k, (x, y) in enumerate(corners)),
    )


def file(*parcels: tuple[str, ...], **header: str) -> bytes:
    """A GB18030 file of these parcels; keys of the header replaced."""
    return text(*parcels, header=header).encode("gb18030")
