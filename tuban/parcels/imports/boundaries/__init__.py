"""界址点坐标文件 at the ledger desk: read under limits, asked about, checked, staged, recorded, withdrawn.

The way of the data: `gate` (is it a text?) → `geodata.txt` → `outlines` and `checking` (parcels as
they would be stored, with all that is odd about them; in the child process) → `wire` → `asking`
(what only a person can tell) → `matching` and `overlaps` (the record) → `plans` (what would become
of each) → `staging`; later `recording`, and `settling` for the parcels' geometry.
"""

from __future__ import annotations

from pathlib import PurePosixPath

BOUNDARY = "boundary"
"""`Upload.ledger` of a boundary file."""
BOUNDARY_LABEL = "界址点坐标"
SUFFIXES = (".txt",)


def is_boundary_name(name: str) -> bool:
    """Whether a file of this name is handed in as a boundary file."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower() in SUFFIXES
