"""The board and the list of bulletins as Excel hold exactly the figures of their pages."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tuban.accounts.models import Role
from tuban.bulletins.tests.cast import make_draft, make_issued, make_ledger, make_plan, make_posts
from tuban.parcels.tests.cast import DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


def rows_of(content: bytes) -> list[list[Any]]:
    book: CalamineWorkbook = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_the_board_comes_with_rates_as_its_page_rounds_them(client: Client) -> None:
    posts = make_posts()
    make_ledger(make_user(Role.BANNER_CLERK))
    make_plan(posts.reviewer, {DONGSHENG: "20", EJIN_HORO: "4"}, printed_total="25")
    client.force_login(posts.leader)

    rows = rows_of(client.get("/board/export.xlsx?subject=unsupplied&unit=mu").content)
    page = client.get("/board/?subject=unsupplied&unit=mu").content.decode()

    assert "截至 2024-09-30" in rows[1][0]
    heads = [str(head) for head in rows[3]]
    found = {row[0]: dict(zip(heads, row, strict=True)) for row in rows[4:]}
    assert len(found) == 9 + 2  # nine 旗区, the computed and the printed city
    own = found["东胜区"]
    assert (own["2024年目标（亩）"], own["2024年完成（亩）"]) == (20.0, 15.0)
    assert (own["2024年完成率（%）"], own["序时进度（%）"]) == (75.0, 74.9)  # 274 of 366 days
    assert (own["与序时差（百分点）"], own["亮灯"]) == (0.1, "正常")
    assert "<span>75.0</span>" in page
    nobody = found["康巴什区"]  # a target of zero has no rate
    assert (nobody["2024年目标（亩）"], nobody["2024年完成率（%）"]) == (0.0, "—")
    assert found["全市（计算数）"]["2024年目标（亩）"] == 24.0
    assert found["全市（计算数）"]["2024年完成（亩）"] == 20.0
    assert found["全市（载明数）"]["2024年目标（亩）"] == 25.0
    assert found["全市（载明数）"]["2024年完成率（%）"] == 80.0


def test_the_list_of_bulletins_is_what_the_post_may_read(client: Client) -> None:
    posts = make_posts()
    draft, issued = make_draft(posts.drafter), make_issued(posts)
    client.force_login(posts.drafter)

    rows = rows_of(client.get("/bulletins/export.xlsx").content)

    assert "共 2 件" in rows[1][0]
    found = {row[1]: dict(zip(rows[3], row, strict=True)) for row in rows[4:]}
    assert set(found) == {"—", issued.doc_no}
    assert found[issued.doc_no]["状态"] == "已签发"
    assert found[issued.doc_no]["截至"] == date(2024, 9, 30)
    assert found["—"]["标题"] == draft.title
