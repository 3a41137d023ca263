"""九个旗区: how many parcels each ledger has and how far each has come, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from tuban.demonstration import figures
from tuban.demonstration.areas import Scale, scale_for
from tuban.demonstration.figures import Row
from tuban.values.places import REGIONS


@dataclass(frozen=True, slots=True)
class Pace:
    """Share of a year's target that is done: in 2022, in 2023, and in 2024 so far."""

    in_2022: Decimal
    in_2023: Decimal
    in_2024: Decimal

    @classmethod
    def of(cls, *percent: str) -> Pace:
        """From percentages."""
        return cls(*(Decimal(p) / 100 for p in percent))

    def wanted_mu(self, row: Row) -> dict[int, Decimal]:
        """What is to be done each year, in 亩."""
        paces = {2022: self.in_2022, 2023: self.in_2023, 2024: self.in_2024}
        return {year: row.target_mu(year) * pace for year, pace in paces.items()}


@dataclass(frozen=True, slots=True)
class Profile:
    """One 旗区 of the demonstration."""

    code: str
    parcels: int
    unsupplied: Pace
    idle: Pace

    @property
    def name(self) -> str:
        """旗区."""
        return REGIONS[self.code]

    @property
    def unsupplied_row(self) -> Row:
        """Its line of annex 4."""
        return next(row for row in figures.UNSUPPLIED if row.place == self.name)

    @property
    def idle_row(self) -> Row:
        """Its line of annex 5."""
        return next(row for row in figures.IDLE if row.place == self.name)

    @property
    def scale(self) -> Scale:
        """How its ledger prints areas."""
        return scale_for(self.unsupplied_row.base_mu, self.idle_row.base_mu)


# By 2024-09-30 74.86 % of the year had passed: in each measure some 旗区 are ahead of that, some a
# little behind, some far behind.
_ALL = (
    Profile("150602", 900, Pace.of("104.2", "97.1", "69.4"), Pace.of("97.3", "90.6", "66.8")),
    Profile("150603", 480, Pace.of("95.4", "88.2", "52.1"), Pace.of("101", "87", "70.5")),
    Profile("150621", 520, Pace.of("106.3", "102.4", "71.3"), Pace.of("100", "105", "45")),
    Profile("150622", 880, Pace.of("101.2", "105.1", "79.2"), Pace.of("108.1", "96.3", "55.2")),
    Profile("150623", 220, Pace.of("100.4", "106", "68.3"), Pace.of("110", "105", "84.2")),
    Profile("150624", 240, Pace.of("90.2", "84", "43.5"), Pace.of("92", "75", "38")),
    Profile("150625", 300, Pace.of("110.3", "100.2", "81.4"), Pace.of("100", "95", "71.5")),
    Profile("150626", 560, Pace.of("108", "91.3", "58.2"), Pace.of("105.2", "101.1", "80.3")),
    Profile("150627", 900, Pace.of("112.4", "93.2", "76.9"), Pace.of("102.1", "95.2", "77.6")),
)

PROFILES = MappingProxyType({profile.code: profile for profile in _ALL})
PARCELS = sum(profile.parcels for profile in _ALL)
