"""Boundary files of any shape come back as they were; hostile ones never break the reader."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.boundaries import boundaries
from tuban.geodata.errors import GeodataError
from tuban.geodata.model import BoundaryFile, Choices, Parcel
from tuban.geodata.tests.samples import GOLDEN, HEAD, SQUARE, codes, reading, text
from tuban.geodata.txt import read
from tuban.geodata.writer import write

EXAMPLE = (GOLDEN / "example.txt").read_bytes()
WORDS = st.text(st.sampled_from("甲乙丙丁戊己庚辛DK-0123456789一块（）·"), max_size=12).map(
    str.strip
)
LABELS = st.sampled_from(["J{}", "{}", "界{}", "K-{}"])


@st.composite
def stars(draw: st.DrawFn, ring: int, east: float, north: float, radius: float) -> list[str]:
    """A star-shaped loop, clockwise from its north-west point as writers in practice do."""
    count = draw(st.integers(3, 12))
    label = draw(LABELS)
    points = []
    for k in range(count):
        turn = 2 * math.pi * k / count
        r = draw(st.floats(radius / 2, radius))
        points.append((round(north + r * math.cos(turn), 3), round(east + r * math.sin(turn), 3)))
    rows = [f"{label.format(k)},{ring},{x:.3f},{y:.3f}" for k, (x, y) in enumerate(points, 1)]
    return [*rows, rows[0]]


@st.composite
def files(draw: st.DrawFn) -> str:
    """One to four parcels in zone 37, some with a hole, some in two parts."""
    blocks = []
    for k in range(draw(st.integers(1, 4))):
        east, north = 37_420_000 + 3_000 * k, 4_400_000 + draw(st.integers(0, 9_000))
        rows = draw(stars(1, east, north, 600))
        if draw(st.booleans()):
            rows += draw(stars(2, east, north, 100))
        if draw(st.booleans()):
            rows += draw(stars(3, east + 1_500, north, 400))
        slots = (len(rows), "1.0000", *draw(st.tuples(WORDS, WORDS)), "面", "", draw(WORDS), "")
        blocks.append((",".join(map(str, slots)) + ",@", *rows))
    return text(*blocks)


def _essence(parcel: Parcel) -> tuple[object, ...]:
    """What must survive: attributes, and points with their labels, whatever ring starts where."""
    rings = sorted(
        sorted(zip(ring.labels[:-1], map(tuple, ring.coordinates[:-1].tolist()), strict=True))
        for ring in parcel.rings
    )
    head = parcel.head
    return (head.code, head.name, head.use, head.area, parcel.epsg, parcel.decimals, rings)


@given(files())
@settings(max_examples=80, deadline=None)
def test_what_is_written_reads_the_same_and_writes_the_same(content: str) -> None:
    made = reading(content)
    assert {finding.code for finding in made.findings} <= {"T20", "T24", "T30"}
    once = write(made)
    again = read(once, "again.txt")
    assert [_essence(p) for p in again.parcels] == [_essence(p) for p in made.parcels]
    for before, after in zip(made.parcels, again.parcels, strict=True):
        assert after.planar_m2 == pytest.approx(before.planar_m2, abs=1e-3)
    assert write(again) == once


@given(files(), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig"]))
@settings(max_examples=40, deadline=None)
def test_line_ends_and_encodings_change_nothing(content: str, end: str, encoding: str) -> None:
    usual = reading(content)
    other = reading(content.replace("\r\n", end), encoding=encoding)
    assert [_essence(p) for p in other.parcels] == [_essence(p) for p in usual.parcels]
    assert codes(other) == codes(usual)


@given(files())
@settings(max_examples=40, deadline=None)
def test_the_quick_way_and_the_careful_way_agree(content: str) -> None:
    """A blank at the end of each row keeps a file from the quick way."""
    quick = reading(content)
    careful = reading(content.replace("\r\n", " \r\n"))
    assert [_essence(p) for p in careful.parcels] == [_essence(p) for p in quick.parcels]
    assert [p.ellipsoidal_m2 for p in careful.parcels] == [p.ellipsoidal_m2 for p in quick.parcels]
    assert [f for f in codes(careful) if f != "T02"] == codes(quick)


def _read(data: bytes, choices: Choices | None) -> BoundaryFile | GeodataError:
    try:
        return read(data, "敌.txt", choices)
    except GeodataError as error:
        return error


def _written(made: BoundaryFile) -> bytes | GeodataError:
    try:
        return write(made)
    except GeodataError as error:
        return error


def _survives(data: bytes, choices: Choices | None = None) -> None:
    """Either read with findings in Chinese, or refused with a reason; never anything else."""
    made = _read(data, choices)
    if isinstance(made, GeodataError):
        assert made.message
        assert made.remedy
        return
    for parcel in made.usable():
        assert all(np.isfinite(ring.coordinates).all() for ring in parcel.rings)
        assert parcel.ellipsoidal_m2 is not None
        assert math.isfinite(parcel.ellipsoidal_m2)
    assert all(len(finding.message) < 400 for finding in made.findings)
    written = _written(made)
    assert written if isinstance(written, bytes) else written.remedy


@given(st.binary(max_size=400))
@example(b"\x00" * 50)
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe[\x00")
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _survives(data)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_file_bitten_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    bitten = bytearray(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(bitten) - 1))
        size = data.draw(st.integers(0, 12))
        bitten[at : at + size] = data.draw(st.binary(max_size=8))
    _survives(bytes(bitten), data.draw(st.sampled_from([None, Choices(swap_axes=True)])))


NUMBERS = st.sampled_from(
    ["0", "-1", "1e308", "inf", "nan", "1_0", "４３８５０００", "99999999999999999999", ".", "", "+",
     "37395000.0000000001", "0.0000000001", "4385000", "37395000", "180", "109.5", "39.5"]
)  # fmt: skip


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=8), st.booleans())
@settings(max_examples=200, deadline=None)
def test_absurd_numbers_are_read_or_refused(rows: list[tuple[str, str]], closed: bool) -> None:
    points = [f"J{k},1,{x},{y}" for k, (x, y) in enumerate(rows, 1)]
    content = text((HEAD, *points, *(points[:1] if closed else [])))
    for choices in (None, Choices(degrees="dms"), Choices(epsg=4525), Choices(swap_axes=True)):
        _survives(content.encode("gb18030"), choices)


HOSTILE = {
    "a head that never ends": ("," * 200_000 + "@").encode(),
    "only ends": b"@\n" * 20_000,
    "a number of a million digits": text((HEAD, f"J1,1,{'9' * 1_000_000},1")).encode("gb18030"),
    "an area of many digits": text((HEAD.replace("1.0000", "9" * 5_000), *SQUARE)).encode(
        "gb18030"
    ),
    "a count of many digits": text((HEAD.replace("5,1.", "9" * 5_000 + ",1."), *SQUARE)).encode(
        "gb18030"
    ),
    "one point a hundred thousand times": text((HEAD, *[SQUARE[0]] * 100_000)).encode("gb18030"),
    "a zone of long edges": text(
        (HEAD, *[f"J{k},1,{4_000_000 + k % 2 * 90_000},{37_400_000 + k}" for k in range(9_000)])
    ).encode("gb18030"),
    "nested rings": text(
        (
            HEAD,
            *[
                f"{c},{k},{4_400_000 + s * k},{37_400_000 + t * k}"
                for k in range(1, 400)
                for c, s, t in (("A", 1, 1), ("B", 1, -1), ("C", -1, -1), ("D", -1, 1), ("A", 1, 1))
            ],
        )
    ).encode("gb18030"),
    "ten thousand sections": ("[属性描述]\n[地块坐标]\n" * 10_000).encode("gb18030"),
    "a header of equals signs": ("=" * 100_000 + "\n" + "a=b\n" * 10_000).encode(),
    "lines without parcels": b"1,1,1\n" * 50_000,
    "no line at all": b"9" * 1_000_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_read_or_refused(name: str) -> None:
    _survives(HOSTILE[name])
    _survives(HOSTILE[name], Choices(coordinates_only=True))


def test_a_large_sound_file_has_nothing_to_tell() -> None:
    made = read(boundaries(1_000), "测速.txt")
    assert made.findings == ()
    assert len(list(made.usable())) == 1_000
