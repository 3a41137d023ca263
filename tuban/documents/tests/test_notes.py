"""Areas that stand only in a note under a table are targets of the table's own subject."""

from __future__ import annotations

from tests.road import plan_text
from tuban.documents.reader import read

NOTE = "备注：自治区下达我市2024年消化任务50亩，按总量的20%核算。\n"


def test_an_area_in_a_note_is_a_target_where_it_is_printed() -> None:
    reading = read((plan_text() + NOTE).encode(), "方案.txt")

    found = [target for target in reading.document_targets if "note" in target.flags]
    assert [(t.value, t.unit, t.year, t.region) for t in found] == [
        ("50", "亩", "2024", "鄂尔多斯市")
    ]
    start, end = found[0].span
    assert reading.text[start:end] == "50亩"
    assert "批而未供" in found[0].name
    assert reading.tables[0].notes == (NOTE.strip(),)


def test_without_a_note_there_is_none() -> None:
    assert not read(plan_text().encode(), "方案.txt").document_targets
