"""Lists of plans and targets as Excel hold exactly the rows of their pages."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tuban.accounts.models import Role, User
from tuban.instruments.actions import confirm_plan
from tuban.instruments.desk.tests.cast import NOON, make_draft, sound_text
from tuban.instruments.models import Instrument
from tuban.parcels.tests.cast import CITY, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(settings: Settings, client: Client) -> User:
    settings.TUBAN_TODAY = TODAY
    user = make_user(Role.CITY_REVIEWER, CITY)
    client.force_login(user)
    return user


@pytest.fixture
def plan(reviewer: User) -> Instrument:
    return confirm_plan(actor=reviewer, content=sound_text().encode(), name="方案.txt")


def rows_of(content: bytes) -> list[list[Any]]:
    book: CalamineWorkbook = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_the_list_of_plans_names_those_under_review_and_those_in_force(
    client: Client, reviewer: User, plan: Instrument
) -> None:
    make_draft(reviewer, sound_text().replace("演府发〔2022〕1号", "演府发〔2022〕2号"), "=1+1.txt")

    response = client.get("/instruments/export.xlsx")

    page = client.get("/instruments/").content.decode()
    assert page.index("=1+1.txt") < page.index("演示用地")
    rows = rows_of(response.content)
    assert "方案清单" in unquote(response["Content-Disposition"])
    assert rows[0][0] == "方案"
    assert "共 2 份" in rows[1][0]
    assert str(reviewer) in rows[2][0]
    assert [row[0] for row in rows[4:]] == ["待核对", "已生效"]
    assert rows[4][2] == "=1+1.txt"  # a text, as the writer of sheets proves for all of them
    standing = dict(zip(rows[3], rows[5], strict=True))
    assert standing["发文字号"] == plan.doc_no
    assert standing["任务"] == plan.tasks.count()
    assert standing["目标"] == plan.targets.count()
    assert standing["替代"] == "—"


def test_a_plans_targets_come_with_printed_and_held_numbers(
    client: Client, plan: Instrument
) -> None:
    rows = rows_of(client.get(f"/instruments/{plan.pk}/export.xlsx?tab=targets&unit=mu").content)

    assert len(rows) == 4 + plan.targets.count()
    found = [dict(zip(rows[3], row, strict=True)) for row in rows[4:]]
    cell = next(r for r in found if r["地区"] == "东胜区" and r["时期"] == "2024")
    assert (cell["载明"], cell["认定"], cell["单位"]) == ("30", "30", "亩")
    assert cell["折算面积（亩）"] == 30.0
    assert cell["数据"] == "有指标"


def test_a_plans_tasks_say_what_is_not_printed(client: Client, plan: Instrument) -> None:
    rows = rows_of(client.get(f"/instruments/{plan.pk}/export.xlsx?tab=tasks").content)

    assert [row[0] for row in rows[4:]] == [task.no for task in plan.tasks.all()]
    found = dict(zip(rows[3], rows[5], strict=True))
    assert found["配合单位"] == "—"
    assert found["完成时限"].startswith("2025年底前")


def test_the_matrix_has_its_computed_and_printed_sums(client: Client, plan: Instrument) -> None:
    rows = rows_of(
        client.get("/instruments/targets/export.xlsx?subject=unsupplied&unit=mu").content
    )

    heads = [str(head) for head in rows[3]]
    assert heads[3:5] == ["2023年（亩）", "2024年（亩）"]
    assert "截至 2024-09-30" in rows[1][0]
    assert plan.doc_no in rows[1][0]
    by_place = {row[1]: row for row in rows[4:]}
    assert by_place["东胜区"][3:5] == [15.0, 30.0]
    assert by_place["全市（计算数）"][3:5] == [15.0, 30.0]
    assert by_place["全市（载明数）"][3:5] == [15.0, 30.0]
    assert by_place["计算数减载明数"][3:5] == [0.0, 0.0]


def test_a_subject_without_a_measure_says_so_in_the_file(client: Client, plan: Instrument) -> None:
    rows = rows_of(client.get("/instruments/targets/export.xlsx?subject=farmland").content)

    assert "尚无数据来源" in rows[1][0]
    assert len(rows) == 4


def test_a_post_that_may_not_export_gets_no_file(client: Client, plan: Instrument) -> None:
    client.force_login(make_user(Role.SYSTEM_ADMIN, CITY))

    for place in (
        "/instruments/export.xlsx",
        f"/instruments/{plan.pk}/export.xlsx",
        "/instruments/targets/export.xlsx",
        "/board/export.xlsx",
        "/bulletins/export.xlsx",
    ):
        assert client.get(place).status_code == 403
        assert "导出 Excel" not in client.get(place.replace("export.xlsx", "")).content.decode()


def test_drafts_are_listed_the_newest_first(client: Client, reviewer: User) -> None:
    made = [make_draft(reviewer, name=f"方案{number}.txt") for number in range(6)]
    for hour, draft in zip((3, 1, 5, 0, 4, 2), made, strict=True):
        draft.uploaded_at = NOON + timedelta(hours=hour)
        draft.save()

    rows = rows_of(client.get("/instruments/export.xlsx").content)

    assert [row[2] for row in rows[4:]] == [f"方案{number}.txt" for number in (2, 4, 0, 5, 1, 3)]
