"""The invented boundaries: most parcels have one, inside their 旗区, true to their areas."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely

import tuban.regions
from tuban.demonstration.surveys import PLACES, SURVEYED
from tuban.demonstration.tests.drawn import demonstration
from tuban.geodata import txt
from tuban.geodata.crs import GEOGRAPHIC
from tuban.geodata.files import moved
from tuban.geodata.measuring import polygons
from tuban.geodata.model import BoundaryFile

SCHEMATIC = Path(next(iter(tuban.regions.__path__))) / "schematic.geojson"


def surveys() -> dict[str, BoundaryFile]:
    return {
        ledger.region: txt.read(ledger.content, ledger.name)
        for ledger in demonstration().ledgers
        if ledger.name.endswith(".txt")
    }


def test_boundaries_lie_in_their_region_and_need_no_question() -> None:
    outlines = {
        feature["properties"]["code"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in json.loads(SCHEMATIC.read_text("utf-8"))["features"]
    }
    found = surveys()
    assert set(found) == set(PLACES)
    for code, file in found.items():
        assert file.offers == ()
        assert file.findings == ()
        placed = np.array([polygons([moved(p, GEOGRAPHIC)])[0] for p in file.parcels])
        assert outlines[code].contains(shapely.union_all(shapely.envelope(placed))), code


def test_most_parcels_have_been_surveyed() -> None:
    count = sum(len(file.parcels) for file in surveys().values())
    assert abs(count / 5_000 - SURVEYED) < 0.03
