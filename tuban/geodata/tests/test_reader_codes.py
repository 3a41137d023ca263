"""Every reader code T01–T53 comes out of a tiny file, with its line, cause and remedy."""

from __future__ import annotations

import pytest

from tuban.geodata.codes import READER_CODES, Level
from tuban.geodata.crs import GEOGRAPHIC
from tuban.geodata.model import BoundaryFile, Choices, Datum, Finding
from tuban.geodata.tests.samples import HEAD, SQUARE, codes, reading, text
from tuban.geodata.writer import write

OPEN = SQUARE[:-1]
HOLE = (
    "J5,2,4385070.000,37395030.000",
    "J6,2,4385030.000,37395030.000",
    "J7,2,4385030.000,37395070.000",
    "J8,2,4385070.000,37395070.000",
    "J5,2,4385070.000,37395030.000",
)
BOX = (106.7, 37.5, 111.5, 40.9)


def _line(boundary: BoundaryFile, code: str) -> Finding:
    """The only finding of a code."""
    (found,) = (finding for finding in boundary.findings if finding.code == code)
    return found


def _plain(row: str) -> str:
    return row.replace(",37395", ",395")


def _file(*rows: str, head: str = HEAD, header: dict[str, str] | None = None) -> str:
    return text((head, *rows), header=header)


NOTHING = text(())
SHORT = HEAD.replace("5,1.0000", "3,1.0000")
CASES = [
    ("T01", NOTHING, None),
    ("T02", text().replace("[地块坐标]", "  【地块坐标】"), 8),
    ("T03", _file(), 9),
    ("T03", _file(SQUARE[0], SQUARE[1], SQUARE[0], head=SHORT), 10),
    ("T03", _file(*SQUARE, head=HEAD.replace("面", "线")), 9),
    ("T04", _file(*SQUARE, head=HEAD.replace("5,1.0", "7,1.0")), 9),
    ("T04", _file(*SQUARE, head=HEAD.replace("5,1.0", "五,1.0")), 9),
    ("T05", _file(*SQUARE, head=HEAD.replace(",,@", ",,旱地,,,,备注,@")), 9),
    ("T05", _file(*SQUARE, head=HEAD.replace(",@", "@")), 9),
    ("T05", _file(*SQUARE, head=HEAD.replace(",@", "")), 9),
    ("T06", _file(*SQUARE[:2], "J3,1,438五,37395100.000", *SQUARE[3:]), 12),
    ("T06", _file(*SQUARE[:2], "J3,1,4.385E+06,37395100.000", *SQUARE[3:]), 12),
    ("T06", _file(*SQUARE[:2], "J3,1", *SQUARE[3:]), 12),
    ("T06", _file(*SQUARE[:2], "J3,1,nan,37395100.000", *SQUARE[3:]), 12),
    ("T10", text(header={"坐标系": ""}), 2),
    ("T10", text(header={"坐标系": "WGS84"}), 2),
    ("T10", text(header={"计量单位": "千米"}), 5),
    ("T10", text(header={"投影类型": "兰伯特"}), 4),
    ("T11", text(header={"坐标系": "1980西安坐标系"}), 2),
    ("T11", text(header={"坐标系": "1954年北京坐标系"}), 2),
    ("T12", text(header={"带号": "38"}), 9),
    ("T13", _file(*map(_plain, SQUARE)), 9),
    ("T13", _file(*map(_plain, SQUARE), header={"带号": ""}), 9),
    ("T14", text(header={"几度分带": "6"}), 9),
    ("T14", _file(*map(_plain, SQUARE), header={"带号": "19"}), 9),
    ("T14", _file(*(row.replace(",37395", ",47395") for row in SQUARE)), 9),
    ("T16", _file("1,1,39.59,109.77", "2,1,39.60,109.77", "3,1,39.60,109.78"), 9),
    ("T17", _file(*(row.replace("37395", "37995") for row in SQUARE)), 9),
    ("T17", _file(*(row.replace(",4385", ",9385") for row in SQUARE)), 9),
    ("T20", _file(SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]), 9),
    ("T21", _file(*OPEN), 13),
    ("T22", _file(*OPEN, "J1,1,4385100.000,4385100.000"), 14),
    ("T22", _file(*OPEN, "J1,1,4385100.500,37395000.000"), 14),
    ("T23", _file(SQUARE[0], SQUARE[1], *SQUARE[1:], head=HEAD.replace("5,1.", "6,1.")), 12),
    ("T23", _file(*SQUARE, SQUARE[0], head=HEAD.replace("5,1.", "6,1.")), 15),
    (
        "T24",
        _file(
            *SQUARE,
            *(row.replace(",373950", ",373960") for row in HOLE),
            head=HEAD.replace("5,1.0000", "10,1.1600"),
        ),
        15,
    ),
    ("T30", _file(*SQUARE, head=HEAD.replace("1.0000", "2.0000")), 9),
    ("T31", _file(*SQUARE, head=HEAD.replace("1.0000", "")), 9),
    ("T31", _file(*SQUARE, head=HEAD.replace("1.0000", "0")), 9),
    ("T31", _file(*SQUARE, head=HEAD.replace("1.0000", "约")), 9),
    ("T40", text(header={"转换参数": "1.5,0,0,0,0,0,0"}), 7),
    ("T50", text(header={"数据产生日期": "2077"}), 8),
    ("T51", _file(f"{SQUARE[0]},1300.5", *SQUARE[1:]), 10),
    ("T52", text().replace("[地块坐标]", "[地块坐标]\r\n随便一行"), 9),
    ("T52", _file(*SQUARE, "[属性描述]"), 15),
]
SWAPPED = [",".join((a, b, y, x)) for a, b, x, y in (row.split(",") for row in SQUARE)]
CASES += [
    ("T15", _file(*SWAPPED), 9),
    ("T15", _file(*(row.replace(",37395", ",395") for row in SWAPPED)), 9),
]


@pytest.mark.parametrize(
    ("code", "content", "line"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_tiny_file_gives_this_code_at_this_line(
    code: str, content: str, line: int | None
) -> None:
    found = _line(reading(content), code)
    assert found.line == line
    assert found.message.endswith("。")
    assert found.cause
    assert found.remedy is not None
    assert f"〔{code} " in str(found)


def test_every_code_is_produced() -> None:
    assert {case[0] for case in CASES} | {"T53"} == set(READER_CODES)


def test_damaged_bytes_spoil_their_own_line_only() -> None:
    content = text().encode("gb18030").replace("方块".encode("gb18030"), b"\xff\xff")
    from tuban.geodata.txt import read

    made = read(content, "a.txt")
    assert codes(made) == ["T53"]
    assert made.findings[0].line == 9
    assert made.parcels[0].usable


def test_one_broken_parcel_does_not_stop_the_others() -> None:
    broken = (HEAD, "J1,1,x,y")
    made = reading(text((HEAD, *SQUARE), broken, (HEAD, *SQUARE)))
    assert [parcel.usable for parcel in made.parcels] == [True, False, True]
    assert codes(made) == ["T06"]
    assert (made.findings[0].parcel, made.findings[0].line) == (2, 16)


def test_a_name_keeps_its_own_comma_when_the_slots_are_enough() -> None:
    made = reading(_file(*SQUARE, head=HEAD.replace("方块", "方块，甲")))
    assert (made.parcels[0].head.name, codes(made)) == ("方块，甲", [])


class TestWhatMustBeAsked:
    def test_a_datum_is_asked_and_may_be_answered_but_never_overruled(self) -> None:
        nameless = text(header={"坐标系": ""})
        made = reading(nameless)
        assert made.datum is None
        assert not made.parcels[0].usable
        assert [offer.asks for offer in made.offers] == ["datum"]
        assert reading(nameless, Choices(datum=Datum.CGCS2000)).findings == ()
        old = text(header={"坐标系": "80国家大地坐标系"})
        refused = reading(old, Choices(datum=Datum.CGCS2000))
        assert (refused.datum, refused.parcels[0].epsg) == (Datum.XIAN80, None)

    def test_a_zone_is_asked_with_where_each_would_put_the_parcel(self) -> None:
        bare = _file(*map(_plain, SQUARE), header={"带号": "", "几度分带": ""})
        made = reading(bare)
        assert made.findings[0].level is Level.ERROR
        assert not made.parcels[0].usable
        (asked,) = made.offers
        assert asked.asks == "zone"
        assert len(asked.answers) == 32  # 21 zones of three degrees, 11 of six
        near = reading(bare, Choices(box=BOX)).offers[0].answers
        assert [value for value, _ in near] == ["36", "37", "19"]
        assert reading(bare, Choices(zone=36)).parcels[0].epsg == 4545
        assert reading(bare, Choices(district_zone=37)).parcels[0].epsg == 4546
        assert reading(bare, Choices(zone=19)).parcels[0].epsg == 4508

    def test_the_stated_zone_stands_before_the_district_s(self) -> None:
        stated = _file(*map(_plain, SQUARE))
        assert reading(stated, Choices(district_zone=36)).parcels[0].epsg == 4546

    def test_degrees_are_asked_how_they_are_written(self) -> None:
        rows = ("1,1,39.5941,109.7739", "2,1,39.5951,109.7739", "3,1,39.5951,109.7749")
        degrees = _file(*rows, head=SHORT.replace("1.0000", ""))
        made = reading(degrees)
        assert made.offers[0].asks == "degrees"
        decimal = reading(degrees, Choices(degrees="decimal")).parcels[0]
        assert decimal.epsg == GEOGRAPHIC
        assert decimal.rings[0].coordinates[0].tolist() == [109.7739, 39.5941]
        assert decimal.planar_m2 is None
        dms = reading(
            degrees.replace("39.59", "39.35").replace("09.77", "09.46"), Choices(degrees="dms")
        ).parcels[0]
        assert dms.rings[0].coordinates[0] == pytest.approx([109.77750, 39.59472], abs=1e-5)

    def test_bare_coordinates_are_offered_as_one_parcel(self) -> None:
        bare = "\n".join(row.partition(",1,")[2].replace(",", " ") for row in SQUARE)
        made = reading(bare)
        assert (codes(made), made.parcels) == (["T01", "T10"], ())
        assert {offer.asks for offer in made.offers} == {"coordinates_only", "datum"}
        read = reading(bare, Choices(coordinates_only=True, datum=Datum.CGCS2000))
        assert read.findings == ()
        assert read.parcels[0].planar_m2 == 10_000


class TestRings:
    def test_a_hole_and_several_loops_of_one_number(self) -> None:
        alike = tuple(row.replace(",2,", ",1,") for row in HOLE)
        for rows in ((*SQUARE, *HOLE), (*SQUARE, *alike), (*HOLE, *SQUARE)):
            made = reading(_file(*rows, head="10,0.8400,DK-1,方块,面,,工业用地,,@"))
            assert set(codes(made)) <= {"T24"}
            (parcel,) = made.parcels
            assert len(parcel.parts) == 1
            assert parcel.planar_m2 == 8400

    def test_an_island_in_a_hole_is_land(self) -> None:
        island = (
            "J9,3,4385055.000,37395045.000",
            "J10,3,4385045.000,37395045.000",
            "J11,3,4385045.000,37395055.000",
            "J12,3,4385055.000,37395055.000",
            "J9,3,4385055.000,37395045.000",
        )
        rows = (*SQUARE, *HOLE, *island)
        (parcel,) = reading(_file(*rows, head="15,0.8500,DK-1,岛,面,,,,@")).parcels
        assert parcel.parts == ((0, 1), (2,))
        assert parcel.planar_m2 == 8500

    def test_unclosed_loops_of_one_number_part_where_the_labels_begin_again(self) -> None:
        second = tuple(row.replace(",37395", ",37396") for row in OPEN)
        made = reading(_file(*OPEN[:3], *second[:3], head="6,1.0000,DK-1,两块,面,,,,@"))
        assert codes(made) == ["T21", "T21"]
        assert [len(part) for part in made.parcels[0].parts] == [1, 1]

    def test_a_wrong_closing_row_is_replaced_by_the_first_point(self) -> None:
        made = reading(_file(*OPEN, "J1,1,4385100.000,4385100.000"))
        assert made.parcels[0].planar_m2 == 10_000
        assert codes(made) == ["T22"]

    def test_a_heap_of_loops_is_refused(self) -> None:
        rows = []
        for k in range(2_001):
            a, b = 4_300_000 + 10 * k, 37_400_000
            rows += [f"A,{k},{a},{b}", f"B,{k},{a},{b + 5}", f"C,{k},{a + 5},{b}"]
            rows.append(f"A,{k},{a},{b}")
        made = reading(_file(*rows))
        assert not made.parcels[0].usable
        assert "超过上限 2000 圈" in _line(made, "T03").message


def test_parameters_are_neither_kept_nor_repeated() -> None:
    made = reading(text(header={"转换参数": "31.4159,0,0,0,0,0,0"}))
    assert made.header["转换参数"] == ""
    assert "31.4159" not in "".join(map(str, made.findings))
    assert b"31.4159" not in write(made)


def test_unknown_keys_and_the_project_section_are_kept_and_written() -> None:
    content = text(header={"备注键": "甲＝乙"}).replace(
        "[属性描述]", "[项目信息]\r\n项目名称=示例项目\r\n项目所在县区代码=150603\r\n[属性描述]"
    )
    made = reading(content)
    assert made.project == {"项目名称": "示例项目", "项目所在县区代码": "150603"}
    assert made.header["备注键"] == "甲＝乙"
    again = write(made).decode("gb18030")
    assert "项目名称=示例项目" in again
    assert "备注键=甲＝乙" in again


def test_the_older_key_of_the_width_is_understood() -> None:
    content = text().replace("几度分带=3", "分带=3度带")
    assert codes(reading(content)) == []
    assert codes(reading(content.replace("3度带", "6度带"))) == ["T14"]
