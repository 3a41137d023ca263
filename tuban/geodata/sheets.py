"""图幅号: the GB/T 13989 sheet a place lies on."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

_Scale = tuple[str, Fraction, Fraction, int]
# Letter → height and width of a sheet in seconds of arc, and digits of its row and column.
_SCALES: Mapping[int, _Scale] = MappingProxyType(
    {
        500_000: ("B", Fraction(7200), Fraction(10800), 3),
        250_000: ("C", Fraction(3600), Fraction(5400), 3),
        100_000: ("D", Fraction(1200), Fraction(1800), 3),
        50_000: ("E", Fraction(600), Fraction(900), 3),
        25_000: ("F", Fraction(300), Fraction(450), 3),
        10_000: ("G", Fraction(150), Fraction(225), 3),
        5_000: ("H", Fraction(75), Fraction(225, 2), 3),
        2_000: ("I", Fraction(25), Fraction(75, 2), 3),
        1_000: ("J", Fraction(25, 2), Fraction(75, 4), 4),
        500: ("K", Fraction(25, 4), Fraction(75, 8), 4),
    }
)
_ROW_SECONDS, _COLUMN_SECONDS = 4 * 3600, 6 * 3600


def sheet_no(longitude: float, latitude: float, scale: int = 10_000) -> str:
    """The sheet of a place: J49G010029 for 109.78° E, 39.60° N at 1:10 000.

    Args:
        longitude: degrees east, CGCS2000.
        latitude: degrees north, up to 88.
        scale: denominator, 500 000 to 500.

    Raises:
        ValueError: Chinese message; no such scale.
    """
    if scale not in _SCALES:
        raise ValueError(f"没有 1:{scale} 的国家基本比例尺图幅。")
    letter, height, width, digits = _SCALES[scale]
    north, east = (Fraction(str(degrees)) * 3600 for degrees in (latitude, longitude))
    band, column = int(north // _ROW_SECONDS), int(east // _COLUMN_SECONDS) + 31
    row = int(_ROW_SECONDS / height) - int(north % _ROW_SECONDS // height)
    place = int(east % _COLUMN_SECONDS // width) + 1
    return f"{chr(ord('A') + band)}{column}{letter}{row:0{digits}}{place:0{digits}}"
