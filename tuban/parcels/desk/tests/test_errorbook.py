"""带批注的 Excel: every problem in its own cell, with cause and remedy."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tuban.accounts.models import Role, User
from tuban.parcels.desk.errorbook import EXPLAINED, errors_workbook
from tuban.parcels.imports import workbook
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.imports.template import write
from tuban.parcels.imports.tests.books import book, ledger, row
from tuban.parcels.imports.workbook import column_name
from tuban.parcels.models import Approval, StagedRow, Upload
from tuban.parcels.tests.cast import TODAY, make_user

XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
GOOD: dict[str, Any] = {
    "region": "东胜区",
    "parcel_no": "YS-1",
    "batch_name": "一批次",
    "approval_no": "内政土发〔2015〕1号",
    "approved_on": date(2015, 6, 30),
    "approved_area": 12.3456,
    "supplied_area": 2,
    "supplied_on": date(2016, 5, 1),
}
WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"region": "杭锦后旗"}, "region", "region_unknown"),
    ({"parcel_no": "150602001002GC00015"}, "parcel_no", "parcel_code"),
    ({"approved_on": "2015-2-30"}, "approved_on", "not_a_date"),
    ({"approved_area": "12.3亩"}, "approved_area", "unit_mismatch"),
    ({"approved_area": 90}, "approved_area", "approval_exhausted"),
    ({"supplied_area": 13}, "supplied_on", "over_consumption"),
    ({"supplied_on": "2015-1-1"}, "supplied_on", "before_approval"),
    ({"supply_mode": "赠与"}, "supply_mode", "not_in_list"),
    ({"price": -1}, "price", "negative"),
    ({"use": "0605", "supplied_on": date(2023, 12, 1)}, "use", "use_unknown"),
    ({"use": "0701工业用地", "supplied_on": date(2023, 12, 1)}, "use", "use_mismatch"),
    ({"holder_uscc": "11150600MB0000000C"}, "holder_uscc", "uscc_invalid"),
    ({"start_due": "2019-1-1", "complete_due": "2018-1-1"}, "complete_due", "date_order"),
    ({"recognised_on": "2099-1-1"}, "recognised_on", "in_future"),
)
ODD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"approval_no": "二批次"}, "approval_no", "doc_no_form"),
    ({"approved_area": 180.5, "supplied_area": 12.0333}, "approved_area", "unit_ratio"),
    ({"delivered_on": "2016-4-1"}, "delivered_on", "date_order"),
    ({"contract_no": "1506272016B00123"}, "contract_no", "county_of_number"),
    ({"supply_mode": "先租后让"}, "supply_mode", "mode_by_date"),
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, *rows: dict[str, Any]) -> Upload:
    return stage_upload(actor=actor, source=write(rows), name="台账.xlsx")


def comments(content: bytes) -> dict[str, str]:
    """Cell → comment."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        root = ElementTree.fromstring(parts.read("xl/comments1.xml"))
    return {
        one.attrib["ref"]: "".join(text.text or "" for text in one.iter(f"{XML}t"))
        for one in root.iter(f"{XML}comment")
    }


def fills(content: bytes) -> dict[str, str]:
    """Cell → colour of its fill."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    colours = [
        (
            f.find(f".//{XML}fgColor").attrib["rgb"][2:]
            if f.find(f".//{XML}fgColor") is not None
            else ""
        )  # type: ignore[union-attr]
        for f in styles.find(f"{XML}fills") or ()
    ]
    of_style = [colours[int(xf.attrib["fillId"])] for xf in styles.find(f"{XML}cellXfs") or ()]
    return {
        cell.attrib["r"]: of_style[int(cell.attrib.get("s", 0))] for cell in sheet.iter(f"{XML}c")
    }


@pytest.mark.parametrize(("cells", "key", "code"), [*WRONG, *ODD])
def test_a_problem_stands_in_its_own_cell_with_cause_and_remedy(
    clerk: User, cells: dict[str, Any], key: str, code: str
) -> None:
    confirm_upload(actor=clerk, upload_id=stage(clerk, {**GOOD, "parcel_no": "YS-9"}).pk)
    wrong = (cells, key, code) in WRONG
    Approval.objects.update(area_m2=1_000_000 if wrong else None)
    spoiled = {} if wrong else {"price": -1}

    upload = stage(clerk, {**GOOD, **spoiled, **cells})

    content = errors_workbook(upload)
    staged = StagedRow.objects.get(upload=upload)
    (problem,) = [p for p in staged.errors if p["code"] == code]
    assert problem["key"] == key
    (sheet,) = workbook.read(content)
    headings = [str(cell) for cell in sheet.rows[0]]
    at = next(i for i, h in enumerate(headings) if h.startswith(problem["column"]))
    cell = f"{column_name(at)}2"
    said = comments(content)[cell]
    assert problem["message"] in said
    assert f"处理：{problem['remedy']}" in said
    assert fills(content)[cell] == ("FBE3E1" if wrong else "FFF9D6")


def test_every_comment_belongs_to_a_problem_and_every_problem_is_told(clerk: User) -> None:
    rows = [{**GOOD, "parcel_no": f"YS-{n}", **cells} for n, (cells, _, _) in enumerate(WRONG)]
    upload = stage(clerk, *rows)
    content = errors_workbook(upload)

    (sheet,) = workbook.read(content)
    told = comments(content)
    explained = sheet.rows[0].index(EXPLAINED)
    staged = StagedRow.objects.filter(upload=upload, outcome__in=("error", "conflict"))
    expected = 0
    for line, one in enumerate(staged.order_by("row_no"), start=1):
        for problem in one.errors:
            assert problem["message"] in str(sheet.rows[line][explained])
        expected += len({p["key"] for p in one.errors if p["key"]})
    assert len(told) == expected >= len(WRONG) - 1


def test_a_column_the_file_lacks_is_added_where_a_problem_asks_for_it(clerk: User) -> None:
    headings = (
        "旗区",
        "地块编号",
        "批准文号",
        "批准日期",
        "批准面积（公顷）",
        "约定竣工日期",
        "约定动工日期",
    )
    plain = row()
    cells = [
        plain["region"],
        "YS-1",
        plain["approval_no"],
        plain["approved_on"],
        12,
        None,
        "2017-1-1",
    ]
    upload = stage_upload(
        actor=clerk, source=book({"台账": [list(headings), cells]}), name="台账.xlsx"
    )

    content = errors_workbook(upload)
    (sheet,) = workbook.read(content)
    added = sheet.rows[0].index("合同签订日期")
    assert "补填合同签订日期" in comments(content)[f"{column_name(added)}2"]


def test_an_article_of_the_law_is_cited_in_the_comment(clerk: User) -> None:
    upload = stage_upload(
        actor=clerk,
        source=ledger([row(supplied_area=13, supplied_on=date(2016, 5, 1))]),
        name="台账.xlsx",
    )

    said = " ".join(comments(errors_workbook(upload)).values())
    assert re.search(r"（[^）]*2018〕1号", said)
