"""What stops a spatial file from being read or written."""

from __future__ import annotations

from tuban.values.errors import UnusableFile


class GeodataError(UnusableFile):
    """A spatial file, or a coordinate system, that could not be used; codes begin with `geodata.`."""
