"""Texts made to mislead or to exhaust end in a Chinese reason, within the limits of the child."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuban.accounts.models import Role
from tuban.parcels.imports import limits, reading
from tuban.parcels.imports.boundaries import child, gate
from tuban.parcels.imports.boundaries.tests.files import file, square
from tuban.parcels.imports.problems import Unreadable
from tuban.parcels.imports.reading import Limits
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.tests.hostile import archive
from tuban.parcels.models import StagedRow
from tuban.parcels.tests.cast import TODAY, make_parcel, make_user

MB = limits.MEGABYTE
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}.*[\u4e00-\u9fff]")
_HEADER = "[属性描述]\n坐标系=2000国家大地坐标系\n带号=37\n[地块坐标]\n".encode()
_POINT = b"1,1,4385100.000,37395000.000\n"


def _many(parcels: int) -> bytes:
    """So many parcels on the very same hectare."""
    corners = ((0, 0), (0, 100), (100, 100), (100, 0), (0, 0))
    rows = "".join(f"{k},1,{4385000 + x},{37395000 + y}\n" for k, (x, y) in enumerate(corners))
    return _HEADER + "".join(f"5,1,{n},,面,,,,@\n{rows}" for n in range(parcels)).encode()


def _noise() -> bytes:
    return random.Random(3).randbytes(100_000).replace(b"\0", b"\1")


REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nothing": (lambda: b"", {"empty"}),
    "blanks": (lambda: b" \r\n" * 100, {"empty"}),
    "an archive renamed": (lambda: archive({"a.txt": b"x"}), {"mismatch"}),
    "an old workbook renamed": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), {"mismatch"}),
    "a picture renamed": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), {"mismatch"}),
    "a program renamed": (lambda: b"MZ\x90\0" + bytes(99), {"mismatch"}),
    "a PDF renamed": (lambda: b"%PDF-1.7\n", {"mismatch"}),
    "a page renamed": (lambda: b"<html><script>alert(1)</script>", {"mismatch"}),
    "an XML renamed": (lambda: b"<?xml version='1.0'?><a/>", {"mismatch"}),
    "zero characters": (lambda: file(square("YS-1")).replace(b"J1", b"\0\0"), {"not_text"}),
    "noise": (_noise, {"not_text", "mismatch"}),
    "a line of ninety megabytes": (lambda: b"1," * (45 * MB), {"line_too_long"}),
    "a line longer than is taken": (lambda: b"1" * (limits.MAX_BOUNDARY_BYTES + 1), {"too_large"}),
    "four million lines": (lambda: b"\n1" * 4_000_000, {"too_many_lines"}),
    "ten million points": (
        lambda: _HEADER + b"9,1,1,,\xe9\x9d\xa2,,,,@\n" + b"1,1,1,1\n" * 10_000_000,
        {"too_many_lines"},
    ),
    "words alone": (lambda: "只是文字，没有坐标。\n".encode("gb18030"), {"no_parcels"}),
    "a ledger as text": ("旗区,地块编号\n东胜区,YS-1\n".encode, {"no_parcels"}),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_text_is_refused_with_a_reason(what: str) -> None:
    make, codes = REFUSED[what]

    with pytest.raises(Unreadable) as caught:
        list(child.answer(make(), "界址点.txt", ""))

    error = caught.value
    assert error.code.removeprefix("import.") in codes
    for words in (error.message, error.cause, error.remedy):
        assert _CHINESE.search(words or ""), words


def test_the_child_passes_a_refusal_on() -> None:
    with pytest.raises(Unreadable, match="扩展名与内容不一致"):
        reading.read_boundaries(archive({"a.txt": b"x"}), "界址点.txt", {})


def test_parcels_by_the_thousand_on_one_hectare_cost_no_more_than_is_allowed() -> None:
    allowed = Limits(cpu_seconds=6, memory_bytes=400 * MB, wall_seconds=60)

    with pytest.raises(Unreadable) as caught:
        reading.read_boundaries(_many(8_000), "界址点.txt", {}, limits=allowed)

    assert caught.value.code in {"import.reading_memory", "import.reading_time"}


def test_more_parcels_than_are_borne_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MAX_BOUNDARY_PARCELS", 10)

    with pytest.raises(Unreadable, match="地块过多"):
        child.answer(_many(11), "界址点.txt", "")


def _with(old: str, new: str) -> bytes:
    return file(square("YS-1")).replace(old.encode("gb18030"), new.encode("gb18030"))


BORNE: dict[str, Callable[[], bytes]] = {
    "endless digits": lambda: _with("4385100.000", "4" * 30_000),
    "endless decimals": lambda: _with("4385100.000", "4385100." + "1" * 30_000),
    "an exponent": lambda: _with("4385100.000", "4e308"),
    "no number": lambda: _with("4385100.000", "NaN"),
    "infinity": lambda: _with("4385100.000", "inf"),
    "a hexadecimal": lambda: _with("4385100.000", "0x42"),
    "a thousand slots": lambda: _with(",工业用地,,@", ",工业用地" + ",x" * 1_000 + ",@"),
    "an endless area": lambda: _with("5,1.0000,", f"5,{'9' * 5_000},"),
    "an area of nothing": lambda: _with("5,1.0000,", "5,1e-999999999,"),
    "an endless number": lambda: _with("YS-1", "A" * 10_000),
    "a formula for a number": lambda: _with("YS-1", "=cmd|'/C calc'!A0"),
    "direction marks in the name": lambda: _with("方块", "方\u202e块\x1b[31m"),
    "a path for a number": lambda: _with("YS-1", "../../etc/passwd"),
    "a script in the name": lambda: _with("方块", "<script>alert(1)</script>"),
    "points on the other side of the earth": lambda: _with("37395000.000", "99995000.000"),
    "no such zone": lambda: file(square("YS-1"), 带号="99"),
    "transformation parameters": lambda: file(square("YS-1"), 转换参数="1.5,2.5,3.5,4,5,6,7"),
    "three thousand loops": lambda: (
        _HEADER
        + "9,1,YS-1,,面,,,,@\n".encode()
        + b"".join(
            f"1,{n},{4385000 + n},{37395000 + x}\n".encode()
            for n in range(3_000)
            for x in (0, 1, 2, 0)
        )
    ),
    "wide characters": lambda: (
        b"\xff\xfe"
        + file(square("YS-1")).decode("gb18030").replace("方块", "方\0块").encode("utf-16-le")
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", BORNE)
def test_a_strange_text_is_staged_and_kept_out_or_taken_as_text(
    what: str, settings: Any, tmp_path: Path, without_child: None
) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path
    clerk = make_user(Role.BANNER_CLERK)
    make_parcel(clerk)

    try:
        upload = stage_upload(actor=clerk, source=BORNE[what](), name="界址点.txt")
    except Unreadable:
        return  # what is refused is proven above

    kept = f"{upload.notes}{upload.mapping}"
    for row in StagedRow.objects.filter(upload=upload):
        assert row.outcome in {"new", "error"}
        kept += f"{row.raw}{row.parsed}{row.errors}{row.parcel_no}"
    assert "\\x00" not in kept
    assert "\\x1b" not in kept
    assert "1.5,2.5" not in kept


def test_a_line_of_half_the_most_always_passes_and_a_longer_one_never() -> None:
    most = limits.MAX_BOUNDARY_LINE_BYTES
    for before in (0, 1, most // 2 - 1, most // 2, most):
        head = b"\n" * before
        assert not gate.has_long_line(head + b"1" * (most // 2 - 1) + b"\n" * most)
        assert gate.has_long_line(head + b"1" * most + b"\n")


def test_every_kind_of_trouble_in_one_file_passes_through_the_child() -> None:
    """Once the limits hold nothing can be loaded any more."""
    crossed = list(square("C", 2_000))
    crossed[2], crossed[3] = crossed[3], crossed[2]
    holed = (
        *square("H", 3_000, side=200),
        *(row.replace(",1,", ",2,", 1) for row in square("H", 3_050, 50)[1:]),
    )
    content = file(
        square("A"), square("A", 50), square("B", 150.4), tuple(crossed), holed,
        tuple(row.replace(",37", ",36") for row in square("Z", 1_000)),
        ("4,x,,,线,,,,@", "J1,1,a,b"),
    )  # fmt: skip

    found = reading.read_boundaries(content, "界址点.txt", {"box": [109.0, 39.0, 110.0, 40.0]})

    codes = {problem["code"] for outline in found.outlines for problem in outline.problems}
    assert codes >= {"number_twice", "GEO-06", "GEO-07", "GEO-01", "T20", "T17", "T31", "T03"}
    assert len(found.outlines) == 7
    assert [len(o.wkb) > 0 for o in found.outlines] == [True, True, True, False, True, True, False]
