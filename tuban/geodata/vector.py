"""The process that opens GeoJSON, GPKG and Shapefile, so that no other one has to.

`files` starts it with every other driver of GDAL switched off by environment: a file that is a
virtual one in disguise would otherwise make GDAL open whatever it names. Limits on memory and time
are set before GDAL is loaded. It answers in JSON, geometry as WKB in hex.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime
from typing import Any

import numpy as np

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 120
MOST_FEATURES = 500_000


def main(path: str, encoding: str) -> int:
    """Prints the first layer with polygons; 1 with the cause on the error stream."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    import pyogrio
    from pyogrio.raw import read

    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if _has_areas(kind)]
        if not layers:
            print("no polygons", file=sys.stderr)
            return 1
        meta, _, geometry, columns = read(
            path,
            layer=layers[0],
            encoding=encoding or None,
            force_2d=True,
            max_features=MOST_FEATURES,
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    rows = zip(geometry, *columns, strict=True)
    answer = {
        "crs": meta["crs"],
        "layers": layers,
        "fields": [str(name) for name in meta["fields"]],
        "rows": [[None if g is None else g.hex(), *map(_plain, values)] for g, *values in rows],
    }
    json.dump(answer, sys.stdout, ensure_ascii=True)
    return 0


def _has_areas(kind: str | None) -> bool:
    return kind is not None and ("Polygon" in kind or kind == "Unknown")


def _plain(value: Any) -> Any:
    """A value as JSON has it; what it has no word for becomes text."""
    if isinstance(value, np.datetime64 | date | datetime):
        return str(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
