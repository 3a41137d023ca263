"""`tuban area`, `check` and `convert` say what they read, found and wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tuban.cli import main
from tuban.geodata.tests.samples import GOLDEN, HEAD, SQUARE, text

EXAMPLE = (GOLDEN / "example.txt").read_bytes()


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "例.txt"
    path.write_bytes(EXAMPLE)
    return path


def test_area_shows_every_parcel_and_the_sum(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["area", str(example)]) == 0
    shown = capsys.readouterr().out
    assert "2 宗，2000国家大地坐标系三度带 37 带（中央经线 111°，Y 含带号）（EPSG:4525）" in shown
    assert "写明面积  9.7000 公顷（平面面积相符）" in shown
    assert "椭球面积  96,973.78 平方米 = 9.6974 公顷 = 145.46 亩" in shown
    assert "椭球面积合计  156,957.71 平方米 = 15.6958 公顷" in shown


def test_json_holds_areas_as_text_and_findings(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["area", str(example), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["encoding"], made["datum"]) == ("gb18030", "cgcs2000")
    first = made["parcels"][0]
    assert (first["planar_m2"], first["ellipsoidal_m2"]) == ("97000.00", "96973.78")
    assert (first["agrees"], first["basis"], first["epsg"]) == ("pass", "planar", 4525)
    assert made["findings"] == made["offers"] == []
    assert "defects" not in made


def test_what_is_not_known_is_asked_and_can_be_answered(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = EXAMPLE.replace(b",37395", b",395").replace("带号=37".encode("gb18030"), b"")
    example.write_bytes(bare)
    assert main(["area", str(example)]) == 1
    asked = capsys.readouterr().out
    assert "需要指明：这份坐标在哪一带？" in asked
    assert "37  三度带 37 带（中央经线 111°，Y 不含带号）：落在东经 109.78°" in asked
    assert main(["area", str(example), "--zone", "37"]) == 1
    assert "96,973.78 平方米" in capsys.readouterr().out
    assert main(["area", str(example), "--district", "150603", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["parcels"][0]["epsg"] == 4546
    assert main(["area", str(example), "--zone", "50"]) == 2
    assert "没有 50 号投影带" in capsys.readouterr().err


def test_check_finds_what_overlaps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = tuple(row.replace("37395", "37394") for row in SQUARE)
    near = tuple(
        row.replace("37395100", "37395199").replace("37395000", "37395099") for row in SQUARE
    )
    path = tmp_path / "a.txt"
    first, second, third = (HEAD.replace("DK-1", f"DK-{n}") for n in "123")
    path.write_text(text((first, *moved), (second, *SQUARE), (third, *near)), "gb18030")
    assert main(["check", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "图形检查 1 条" in shown
    assert "DK-2 方块 与 DK-3 方块 〔GEO-06 错误〕面重叠：重叠 100.00 平方米。" in shown
    assert main(["check", str(path), "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["defects"]
    assert (found["rule"], found["parcel"], found["other"]) == ("GEO-06", 2, 3)


def test_check_of_a_sound_file_finds_nothing(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(example)]) == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_a_file_goes_to_every_kind_and_back(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    geojson, gpkg, back = (tmp_path / name for name in ("a.geojson", "a.gpkg", "back.txt"))
    assert main(["convert", str(example), str(geojson)]) == 0
    assert main(["convert", str(geojson), str(back)]) == 2
    assert "要指明投影带" in capsys.readouterr().err
    assert main(["convert", str(geojson), str(back), "--zone", "37"]) == 0
    by_degrees = back.read_bytes()
    assert main(["convert", str(example), str(gpkg)]) == 0
    assert main(["convert", str(gpkg), str(back)]) == 0
    assert back.read_bytes() == by_degrees
    points = EXAMPLE[EXAMPLE.index(b"10,9.7000") :]
    assert by_degrees.endswith(points)
    assert main(["convert", str(example), str(tmp_path / "new.txt")]) == 0
    assert (tmp_path / "new.txt").read_bytes() == EXAMPLE


def test_the_original_is_never_overwritten(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(example), str(example)]) == 2
    assert "不能写回原文件" in capsys.readouterr().err
    assert example.read_bytes() == EXAMPLE


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.txt", None, "没有这个文件"),
        ("empty.txt", b"", "没有内容"),
        ("a.txt", b"PK\x03\x04\x00\x00", "文件不是文字"),
        ("a.gpkg", b"no", "与扩展名不符"),
    ],
)
def test_what_cannot_be_read_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for word in ("area", "check"):
        assert main([word, str(path), "--json"]) == 2
        caught = capsys.readouterr()
        assert says in caught.err
        assert says in json.loads(caught.out)["error"]["message"]
    assert main(["convert", str(path), str(tmp_path / "out.gpkg")]) == 2
    assert says in capsys.readouterr().err


def test_the_commands_need_neither_django_nor_a_database(example: Path) -> None:
    code = (
        "import sys; from tuban.cli import main; code = main(sys.argv[1:]);"
        "assert not {'django', 'psycopg'} & set(sys.modules); sys.exit(code)"
    )
    words = [sys.executable, "-c", code, "check", str(example)]
    done = subprocess.run(words, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
