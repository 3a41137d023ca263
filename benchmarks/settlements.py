"""Where synthetic parcels lie, what they are called, and their boundaries.

Parcels crowd: a quarter of a 旗区 lies in its seat, the rest in towns and zones (园区), one in ten
alone on the steppe. Around a centre parcels stand as seeds in a sunflower, dense in the middle and
looser outwards, so that a million of them make a larger town, not a denser street.
"""

from __future__ import annotations

import math
import random
import struct
from dataclasses import dataclass
from functools import lru_cache

METRES_A_DEGREE = 111_320.0
_GOLDEN = math.pi * (3 - math.sqrt(5))
_CORNERS = (4, 4, 4, 5, 6, 8, 8, 12, 20)


@dataclass(frozen=True, slots=True)
class Centre:
    """A settlement.

    Attributes:
        seats: Parcels it gets of every sixty of its 旗区.
        spacing_m: Between parcels in its middle, metres; 0 for land outside all settlements.
    """

    lon: float
    lat: float
    seats: int
    spacing_m: float


REGIONS = {
    "150602": "东胜区",
    "150603": "康巴什区",
    "150621": "达拉特旗",
    "150622": "准格尔旗",
    "150623": "鄂托克前旗",
    "150624": "鄂托克旗",
    "150625": "杭锦旗",
    "150626": "乌审旗",
    "150627": "伊金霍洛旗",
}
_BRANDS = "蒙泰鑫源恒达瑞丰金泽华信永盛天骄宏远亿通北疆安和汇能中晟博晟昊利民隆昌"
_TRADES = (
    *("能源", "煤炭", "化工", "房地产开发", "建材", "物流", "新能源科技", "农牧业"),
    *("羊绒制品", "装备制造", "商贸", "电力"),
)
_VILLAGES = "树林召白泥井王爱店恩格贝昭君坟中和西展旦塔吉乌素柴登罕台泊江海子棋盘碱柜"
_SPOTS = ("村", "嘎查", "社区", "工业园区", "物流园区", "苏木")


@lru_cache(maxsize=64)
def centres(code: str) -> tuple[Centre, ...]:
    """Settlements of a 旗区, the seat first; the last stands for land outside all of them."""
    place = list(REGIONS).index(code)
    west, south = 106.9 + place % 3 * 1.5, 37.9 + place // 3 * 0.85
    rng = random.Random(code)

    def somewhere(seats: int, spacing_m: float) -> Centre:
        return Centre(
            west + rng.uniform(0.15, 1.2), south + rng.uniform(0.1, 0.7), seats, spacing_m
        )

    return (
        somewhere(15, 60),
        *(somewhere(4, 80) for _ in range(7)),
        *(somewhere(3, 200) for _ in range(4)),
        Centre(west + 0.68, south + 0.4, 5, 0),
    )


@lru_cache(maxsize=64)
def _seats(code: str) -> tuple[tuple[Centre, int], ...]:
    """For each of sixty parcels its settlement, and which of the settlement's seats it takes."""
    return tuple((centre, seat) for centre in centres(code) for seat in range(centre.seats))


def boundary(rng: random.Random, code: str, nth: int) -> str:
    """EWKB (hex, EPSG:4490, MultiPolygon) of the nth parcel of a 旗区."""
    seats = _seats(code)
    centre, seat = seats[nth % len(seats)]
    own = nth // len(seats) * centre.seats + seat
    if centre.spacing_m:
        reach = centre.spacing_m * own**0.54 / math.sqrt(math.pi)
        half = 0.42 * centre.spacing_m * max(own, 1) ** 0.04
        east, north = reach * math.cos(own * _GOLDEN), reach * math.sin(own * _GOLDEN)
    else:
        east, north, half = rng.uniform(-55e3, 55e3), rng.uniform(-35e3, 35e3), 90.0
    shrink = math.cos(math.radians(centre.lat))
    lon = centre.lon + east / METRES_A_DEGREE / shrink
    lat = centre.lat + north / METRES_A_DEGREE
    corners = rng.choice(_CORNERS)
    turn = rng.uniform(0, math.pi)
    points = []
    for corner in range(corners):
        angle = turn + 2 * math.pi * corner / corners
        metres = half * rng.uniform(0.8, 1)
        points += [
            lon + metres * math.cos(angle) / METRES_A_DEGREE / shrink,
            lat + metres * math.sin(angle) / METRES_A_DEGREE,
        ]
    points += points[:2]
    return struct.pack(
        # MultiPolygon with SRID, one part: Polygon, one ring
        f"<BIIIBIII{len(points)}d",
        *(1, 0x20000006, 4490, 1),
        *(1, 3, 1, len(points) // 2),
        *points,
    ).hex()


def holder(rng: random.Random) -> str:
    """A 土地使用权人, fictional: 1,900 names in a dozen trades."""
    first, second = rng.randrange(0, len(_BRANDS)), rng.randrange(0, len(_BRANDS))
    return f"内蒙古{_BRANDS[first]}{_BRANDS[second]}{rng.choice(_TRADES)}有限公司"


def location(rng: random.Random, code: str) -> str:
    """坐落, fictional."""
    first, second = rng.randrange(len(_VILLAGES)), rng.randrange(len(_VILLAGES))
    village = f"{_VILLAGES[first]}{_VILLAGES[second]}"
    return f"{REGIONS[code]}{village}镇{rng.choice(_VILLAGES)}家{rng.choice(_SPOTS)}"
