"""演示界址: which parcels have been surveyed, where each 旗区's towns lie, when the files came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from types import MappingProxyType

from tuban.demonstration.boundaries import Plot, files
from tuban.demonstration.lives import LAST_LEDGER
from tuban.demonstration.stories import SEED
from tuban.demonstration.story import Story
from tuban.values.places import REGIONS

HANDED_IN_ON = date(2024, 9, 6)
SURVEYED = 0.94
"""Share of the parcels: a few have not been surveyed yet."""
PLACES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "150602": (109.95, 39.80),
        "150603": (109.78, 39.60),
        "150621": (109.86, 40.32),
        "150622": (110.90, 39.72),
        "150623": (107.56, 38.18),
        "150624": (107.56, 39.12),
        "150625": (108.26, 40.02),
        "150626": (108.86, 38.58),
        "150627": (109.60, 39.33),
    }
)
"""Longitude and latitude where the invented towns begin, inside the schematic 旗区."""


def survey_files(drawn: Mapping[str, Sequence[Story]]) -> Iterator[tuple[str, str, bytes]]:
    """Region, file name and content of each 旗区's boundary file."""
    plots = [plot for code, stories in drawn.items() for plot in _plots(code, stories)]
    for region, content in files(plots, PLACES):
        yield region, f"{REGIONS[region]}演示界址{HANDED_IN_ON:%Y%m%d}.txt", content


def _plots(code: str, stories: Sequence[Story]) -> Iterator[Plot]:
    """The parcels the ledgers name, but for those not surveyed yet; areas as approved, or supplied."""
    rng = Random(f"{SEED} {code} surveys")
    for story in stories:
        surveyed = rng.random() < SURVEYED
        if not surveyed or story.begins_on() > LAST_LEDGER:
            continue
        digits = story.approved or (story.supply.area if story.supply else 0)
        yield Plot(code, story.parcel_no, story.name, story.use.name, story.scale.area(digits))
