"""Tables that are pasted or typed in."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.instruments.desk.pasted import rows_of, unit_of
from tuban.instruments.desk.typed import Source, reading_of
from tuban.instruments.models import Draft, Instrument, Origin
from tuban.measures.queries import targets
from tuban.parcels.tests.cast import CITY, DONGSHENG, make_user

SOURCE = Source("演示方案", None, "2024-01-10", "鄂尔多斯市", CITY)
PASTED = "旗区\t2024\t2025年度\t合计\n东 胜 区\t30\t20\t50\n达拉特旗\t—\t5\t5\n合计\t30\t25\t55\n"
GIVEN = {
    "subject": "unsupplied",
    "unit": "亩",
    "layer": "decomposed",
    "source": "演示方案 附件4",
    "issued_on": "2024-01-10",
}


def read(pasted: str) -> dict:  # type: ignore[type-arg]
    return reading_of(rows_of(pasted), "批而未供消化目标表", "亩", "decomposed", SOURCE)


def test_every_figure_has_its_place_in_the_text_and_a_blank_stays_blank() -> None:
    reading = read(PASTED)

    for figure in reading["figures"]:
        start, end = figure["span"]
        assert reading["text"][start:end] == figure["printed"]
    blank = next(f for f in reading["figures"] if f["region"] == "达拉特旗")
    assert (blank["period"], blank["value"], blank["role"]) == ("2024", None, "cell")
    assert {f["region_code"] for f in reading["figures"]} == {DONGSHENG, "150621", CITY}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("旗区\t2024\t合计\n东胜区\t1\t2", ["“东胜区”行"]),
        ("旗区\t2024\n东胜区\t1\n合计\t3", ["“2024年”列"]),
        ("旗区\t2024\n东胜区\t1\n达拉特旗\t\n合计\t3", []),
        ("旗区\t2024\t2025\t合计\n东胜区\t1.4\t1.4\t2.9", ["“东胜区”行"]),
        ("旗区\t2024\n东胜区\t1\n达拉特旗\t2\n合计\t3", []),
    ],
)
def test_a_typed_total_must_be_the_sum_of_its_parts(table: str, said: list[str]) -> None:
    found = read(table)["findings"]

    assert [any(words in f["message"] for f in found) for words in said] == [True] * len(said)
    assert len(found) == len(said)
    if "1.4" in table:
        assert (found[0]["severity"], found[0]["class"]) == ("note", "取整")


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "没有读到表格"),
        ("旗区\t2024", "没有读到表格"),
        ("旗区\t2024\n乌海市\t3", "第 2 行的“乌海市”不是已知的旗区"),
        ("旗区\t2024\n东胜区\t三", "第 2 行“2024年”"),
        ("旗区\t2024\n东胜区\t1\t2", "第 2 行有 3 格"),
        ("旗区\t2024\n东胜区\t1\n东胜区\t2", "出现了两次"),
        ("旗区\t2024\n\t5\n东胜区\t1", "第 2 行的“”不是已知的旗区"),
        ("标题\t\n旗区\t2024\n\n乌海市\t3", "第 4 行的“乌海市”"),
        ("旗区\t2024\n" + "东胜区\t1\n" * 61, "过大"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(pasted: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rows_of(pasted)


MERGED = (
    "全市批而未供土地消化目标任务分解表\t\t\t\t\t\n单位：万亩\t\t\t\t\t\n"
    '序号\t旗区\t"消化\n目标"\t\t合计\t备注\n\t\t2024年\t2025\t\t\n'
    "1\t东 胜 区\t0.5\t0\t0.5\t\n2\t达拉特旗\t\t1\t1\t暂行\n合计\t\t0.5\t1\t1.5\t\n"
)


def test_a_table_copied_out_of_a_spreadsheet_comes_with_all_that_stands_around_it() -> None:
    assert rows_of(MERGED) == [
        ["旗区", "消化目标2024年", "消化目标2025年", "合计", "备注"],
        ["东胜区", "0.5", "0", "0.5", ""],
        ["达拉特旗", "", "1", "1", "暂行"],
        ["合计", "0.5", "1", "1.5", ""],
    ]
    assert unit_of(MERGED) == "万亩"
    assert unit_of("旗区\t2024\n东胜区\t1") is None


def test_its_years_are_read_and_its_blanks_are_no_zeros() -> None:
    figures = read(MERGED)["figures"]

    by_place = {(f["region_code"], f["period"]): f["value"] for f in figures}
    assert by_place[DONGSHENG, "2025"] == "0"
    assert by_place["150621", "2024"] is None
    assert by_place[CITY, "2025"] == "1"


@pytest.fixture
def reviewer() -> User:
    return make_user(Role.CITY_REVIEWER, CITY)


@pytest.mark.django_db
def test_a_pasted_table_stands_under_an_instrument_of_its_own(
    client: Client, reviewer: User
) -> None:
    client.force_login(reviewer)
    answer = client.post("/instruments/typed/", {**GIVEN, "cells": PASTED})
    draft = Draft.objects.get()
    assert draft.name == "演示方案 附件4"  # by which 待办 tells it from others
    assert answer["Location"].startswith(f"/instruments/{draft.pk}/review/?tab=tables")
    assert client.get(answer["Location"]).status_code == 200
    client.post(f"/instruments/{draft.pk}/review/confirmation/", {"version": "0"})

    plan = Instrument.objects.get()
    assert (plan.origin, plan.title) == (Origin.MANUAL, "演示方案 附件4")
    figures = targets("unsupplied_disposed", on=date(2024, 9, 30))
    assert figures["unsupplied_disposed", DONGSHENG, 2024, "cell"].printed == "30"
    assert figures["unsupplied_disposed", "150621", 2024, "cell"].area_m2 is None
    assert figures["unsupplied_disposed", CITY, 2025, "total"].printed == "25"
    assert "手工录入" in client.get(f"/instruments/{plan.pk}/").content.decode()


@pytest.mark.django_db
def test_a_table_typed_into_the_grid_is_the_same_as_one_pasted(
    client: Client, reviewer: User
) -> None:
    client.force_login(reviewer)
    page = client.get("/instruments/typed/?from=2024&to=2025").content.decode()
    assert 'aria-label="东胜区 2025年"' in page
    client.post(
        "/instruments/typed/?from=2024&to=2025",
        {**GIVEN, "c-0-0": "30", "c-0-1": "20", "c-0-2": "50"},
    )

    reading = Draft.objects.get().reading
    assert reading is not None
    assert reading["tables"][0]["columns"] == ["旗区", "2024年", "2025年", "合计"]
    assert reading["tables"][0]["rows"] == [["东胜区", "30", "20", "50"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cells": "旗区\t2024\n东胜区\t三"}, "不是一个数字"),
        ({"cells": "旗区\t备注\n东胜区\t甲"}, "没有年度列"),
        ({"caption": "闲置土地处置表", "cells": PASTED}, "表名里没有“批而未供”"),
        ({"issued_on": "去年", "cells": PASTED}, "不是日期"),
        ({"unit": "亩", "cells": MERGED}, "粘贴的表写着单位“万亩”"),
        ({"source": "", "cells": PASTED}, "aria-invalid"),
    ],
)
def test_a_refused_table_stays_in_the_form(
    client: Client, reviewer: User, wrong: dict[str, str], said: str
) -> None:
    client.force_login(reviewer)
    answer = client.post("/instruments/typed/", {**GIVEN, **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Draft.objects.count() == 0
