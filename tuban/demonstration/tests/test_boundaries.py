"""Invented boundaries are read back without a finding, true to their areas and clear of each other."""

from __future__ import annotations

from random import Random

import pytest

from tuban.demonstration.boundaries import Plot, file, files
from tuban.geodata.txt import read
from tuban.parcels.imports.boundaries.outlines import delivered
from tuban.values.area import Area, Unit

PLACES = {"150602": (109.99, 39.82), "150626": (108.84, 38.60)}


def plots(region: str, count: int) -> list[Plot]:
    rng = Random(3)
    units = (Unit.MU, Unit.HA, Unit.M2)
    made = []
    for number in range(count):
        unit = units[number % 3]
        m2 = rng.uniform(600, 600_000)
        decimals = {Unit.MU: 2, Unit.HA: 4, Unit.M2: 2}[unit]
        area = Area.of(f"{m2 / float(unit.m2):.{decimals}f}", unit)
        made.append(Plot(region, f"YS-{region}-{number:04d}", f"地块{number}", "工业用地", area))
    return made


@pytest.mark.parametrize(("region", "epsg"), [("150602", 4525), ("150626", 4524)])
def test_a_file_is_read_without_any_finding(region: str, epsg: int) -> None:
    content = file(plots(region, 300), region, PLACES[region])

    found = delivered(read(content, "演示.txt"))

    assert found.notes == []
    assert [problem for outline in found.outlines for problem in outline.problems] == []
    assert len(found.outlines) == 300
    assert {outline.epsg for outline in found.outlines} == {epsg}
    assert all(outline.wkb for outline in found.outlines)


def test_every_parcel_has_the_area_of_its_ledger_and_says_that_it_is_invented() -> None:
    wanted = plots("150602", 60)

    made = read(file(wanted, "150602", PLACES["150602"]), "演示.txt")

    for plot, parcel in zip(wanted, made.parcels, strict=True):
        assert parcel.planar_m2 == pytest.approx(float(plot.area.m2), abs=1)
        assert parcel.head.code == plot.parcel_no
        assert parcel.head.name.startswith("演示")


def test_each_region_has_a_file_of_its_own_and_the_same_draw_is_the_same() -> None:
    both = plots("150602", 5) + plots("150626", 5)

    first = dict(files(both, PLACES))

    assert sorted(first) == ["150602", "150626"]
    assert first == dict(files(both, PLACES))
    assert first != dict(files(both, PLACES, seed=8))
