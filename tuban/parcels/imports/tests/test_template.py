"""The blank template: what an office gets to fill in."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest

from tuban.parcels.imports import questions, rows, template, workbook
from tuban.parcels.imports.asking import Asked
from tuban.parcels.imports.ledger import TEMPLATE_COLUMNS, TEMPLATE_VERSION
from tuban.parcels.imports.tests.books import book, repacked
from tuban.values.area import Unit

NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def parts() -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(template.write())) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".xml")
        }


def test_it_has_the_sheets_to_fill_to_read_and_hidden_codes(
    parts: dict[str, ElementTree.Element],
) -> None:
    found = parts["xl/workbook.xml"].findall("x:sheets/x:sheet", NAMESPACE)

    assert [(s.get("name"), s.get("state")) for s in found] == [
        ("填报", None),
        ("说明", None),
        ("代码", "hidden"),
    ]


def test_keys_are_hidden_headings_locked_and_cells_free(
    parts: dict[str, ElementTree.Element],
) -> None:
    sheet = parts["xl/worksheets/sheet1.xml"]

    first = sheet.find("x:sheetData/x:row", NAMESPACE)
    assert first is not None
    assert first.get("hidden") == "1"
    assert sheet.find("x:sheetProtection", NAMESPACE) is not None
    pane = sheet.find("x:sheetViews/x:sheetView/x:pane", NAMESPACE)
    assert pane is not None
    assert pane.get("ySplit") == "2"


def test_below_the_locked_headings_every_cell_takes_typing(
    parts: dict[str, ElementTree.Element],
) -> None:
    sheet, styles = parts["xl/worksheets/sheet1.xml"], parts["xl/styles.xml"]
    free = [
        one.find("x:protection[@locked='0']", NAMESPACE) is not None
        for one in styles.findall("x:cellXfs/x:xf", NAMESPACE)
    ]

    widths = sheet.findall("x:cols/x:col", NAMESPACE)
    assert all(free[int(column.get("style", "0"))] for column in widths)
    covered = {n for c in widths for n in range(int(c.get("min", 0)), int(c.get("max", 0)) + 1)}
    assert covered == set(range(1, 16_385)), "or no row could be deleted"
    written = sheet.findall("x:sheetData/x:row/x:c", NAMESPACE)
    assert not any(free[int(cell.get("s", "0"))] for cell in written)


def test_a_list_of_any_length_is_offered_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    long = tuple(f"第{number}种供地方式" for number in range(100))
    monkeypatch.setattr(template, "_lists", lambda: {"region": ("东胜区",), "supply_mode": long})
    assert len(",".join(long)) > 255

    with zipfile.ZipFile(io.BytesIO(template.write())) as archive:
        assert "代码!$B$2:$B$101" in archive.read("xl/worksheets/sheet1.xml").decode()
        codes = archive.read("xl/worksheets/sheet3.xml").decode()
    assert all(word in codes for word in long)


def test_rows_in_another_unit_name_it_everywhere() -> None:
    content = template.write([{"region": "乌审旗"}], area_unit=Unit.MU)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        words = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "批准面积（亩）" in words
    assert "单位亩" in words
    assert "公顷" not in words


def test_lists_come_from_the_hidden_sheet_and_dates_are_checked(
    parts: dict[str, ElementTree.Element],
) -> None:
    rules = parts["xl/worksheets/sheet1.xml"].findall(
        "x:dataValidations/x:dataValidation", NAMESPACE
    )
    lists = [r.findtext("x:formula1", "", NAMESPACE) for r in rules if r.get("type") == "list"]

    assert lists[0] == "代码!$A$2:$A$10"
    assert len(lists) == 5
    assert len([r for r in rules if r.get("type") == "date"]) == sum(
        column.type == "date" for column in TEMPLATE_COLUMNS
    )


def test_thirty_one_columns_with_unit_and_mark() -> None:
    assert len(TEMPLATE_COLUMNS) == 31
    assert [c.printed for c in TEMPLATE_COLUMNS[:2]] == ["旗区*", "地块编号*"]
    assert {c.printed for c in TEMPLATE_COLUMNS} >= {"批准面积（公顷）", "成交价款（万元）"}


def test_what_is_filled_in_reads_back_the_same() -> None:
    filled = {
        "region": "乌审旗",
        "parcel_no": "0012",
        "approval_no": "内政土发〔2015〕1号",
        "approved_on": date(2015, 6, 30),
        "approved_area": 12.3456,
        "holder": "@演示",
    }

    found = questions.read_or_ask(workbook.read(template.write([filled])))
    (stated,) = (rows.state(record, found.mapping) for record in found.records)

    assert stated.problems == []
    assert (stated.region, stated.parcel_no) == ("150626", "0012")
    assert stated.parcel == {"holder": "@演示"}
    assert stated.facts[0].on == date(2015, 6, 30)


def test_no_cell_becomes_a_formula() -> None:
    content = template.write([{"region": "=1+1", "parcel_no": "+2", "holder": "-3", "name": "@a"}])

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_file_of_another_version_is_remarked() -> None:
    version = TEMPLATE_VERSION.encode()
    content = template.write([{"region": "乌审旗", "parcel_no": "1", "approved_area": 1}])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {
            name: archive.read(name).replace(b">" + version + b"<", b">2019.9<")
            for name in archive.namelist()
            if name.startswith("xl/")
        }
    older = repacked(content, parts)

    (note,) = questions.read_or_ask(workbook.read(older)).notes

    assert note.kind == "version"
    assert "2019.9" in note.text


def test_an_older_template_with_a_field_that_is_no_more_still_maps_by_its_keys() -> None:
    old = [
        ["region", "parcel_no", "approved_area", "old_field"],
        ["旗区*", "地块编号*", "批准面积（公顷）", "旧字段"],
        ["乌审旗", "1", 1, "甲"],
    ]

    found = questions.read_or_ask(workbook.read(book({"填报": old})))

    assert found.mapping.by_key_row
    assert [record.row_no for record in found.records] == [3]
    assert [note.text for note in found.notes] == ["以下列不入库，没有读取：旧字段。"]


def test_a_column_of_the_template_copied_is_asked_about() -> None:
    twice = [
        ["region", "parcel_no", "approved_area", "parcel_no"],
        ["旗区*", "地块编号*", "批准面积（公顷）", "地块编号*"],
        ["乌审旗", "1", 1, "2"],
    ]

    with pytest.raises(Asked) as caught:
        questions.read_or_ask(workbook.read(book({"填报": twice})))

    (point,) = caught.value.offers[0]["points"]
    assert point.startswith("B 列“地块编号*”和 D 列“地块编号*”都像是")
    assert caught.value.mapping["top"] == 0
    assert caught.value.mapping["seen"][3]["samples"] == ["2"]


def test_the_same_template_is_written_twice_alike() -> None:
    assert template.write() == template.write()
