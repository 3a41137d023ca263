"""An imported year counts at once everywhere; it is superseded, never changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tuban.accounts.access import Forbidden
from tuban.accounts.models import ChangeRecord, Role
from tuban.law.counting import TermUnit, due
from tuban.law.files import load_yaml
from tuban.parcels.tests.cast import CITY, make_user
from tuban.values.workdays import MissingYear
from tuban.workdays.calendar import work_calendar
from tuban.workdays.models import HolidayNotice
from tuban.workdays.problems import NoticeUnnamed, Overtaken, ReasonMissing, WithProblems
from tuban.workdays.tests.sample import CSV, DOC_NO, GOLDEN, bring, sysadmin

pytestmark = pytest.mark.django_db
CASES = load_yaml((GOLDEN / "terms_2027.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_terms_run_across_an_imported_year(case: dict[str, Any]) -> None:
    asked = (case["start"], case["count"], TermUnit(case["unit"]))
    if case["on"].year == 2027:
        with pytest.raises(MissingYear):
            due(*asked, work_calendar())

    bring()

    found = due(*asked, work_calendar())
    assert (found.natural, found.on) == (case["natural"], case["on"])


def test_the_calendar_is_kept_until_a_notice_comes() -> None:
    before = work_calendar()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert work_calendar() is before
    assert len(asked) == 1

    bring()

    assert work_calendar().is_workday(date(2027, 2, 14))
    assert not work_calendar().is_workday(date(2026, 12, 31))
    assert before.is_workday(date(2026, 12, 31))


def test_a_rolled_back_import_is_forgotten() -> None:
    with transaction.atomic():
        bring()
        assert 2027 in work_calendar().years
        transaction.set_rollback(True)
    assert 2027 not in work_calendar().years


def test_a_later_notice_supersedes_with_a_reason() -> None:
    actor = sysadmin()
    first = bring(actor)
    text = CSV.read_text("utf-8").replace("2027-06-09,放假\n", "2027-06-14,放假\n")

    with pytest.raises(ReasonMissing):
        bring(actor, text=text, supersedes=first.pk)
    with pytest.raises(Overtaken):
        bring(actor, text=text, reason="调整")
    second = bring(actor, text=text, supersedes=first.pk, reason="国务院办公厅调整了安排")

    assert work_calendar().is_workday(date(2027, 6, 9))
    assert not work_calendar().is_workday(date(2027, 6, 14))
    assert list(HolidayNotice.objects.values_list("pk", "supersedes")) == [
        (second.pk, first.pk),
        (first.pk, None),
    ]
    with pytest.raises(Overtaken):
        bring(actor, text=text, supersedes=first.pk, reason="再次调整")


def test_a_built_in_year_is_replaced_only_with_a_reason() -> None:
    actor = sysadmin()
    with pytest.raises(ReasonMissing):
        bring(actor, year=2026, text="2026-01-01,放假")
    bring(actor, year=2026, text="2026-01-01,放假", reason="对照原文更正")
    assert work_calendar().is_workday(date(2026, 10, 1))


def test_what_is_wrong_or_unnamed_is_not_imported() -> None:
    actor = sysadmin()
    with pytest.raises(WithProblems):
        bring(actor, text="2025-01-01,放假")
    with pytest.raises(NoticeUnnamed):
        bring(actor, doc_no=" ")
    with pytest.raises(Forbidden):
        bring(make_user(Role.CITY_REVIEWER, CITY))
    assert not HolidayNotice.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update workdays_holidaynotice set year = 2028",
        "delete from workdays_holidaynotice",
        "truncate workdays_holidaynotice cascade",
    ],
)
def test_the_database_keeps_what_was_imported(statement: str) -> None:
    bring()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_page_shows_the_year_before_it_is_taken(client: Client) -> None:
    client.force_login(sysadmin())
    given = {"year": "2027", "doc_no": DOC_NO, "days": CSV.read_text("utf-8")}

    page = client.post("/workdays/import/", given).content.decode()
    assert '<td class="is-off">31<span>休</span>' not in page  # 31 December 2026 is not of 2027
    assert "2026-12-31 放假" in page
    assert '<td class="is-worked">14<span>班</span>' in page
    assert not HolidayNotice.objects.exists()

    done = client.post("/workdays/import/confirm/", {**given, "supersedes": ""})
    assert done["Location"] == "/workdays/2027/"
    assert ChangeRecord.objects.get(deed="workdays.imported").subject.startswith("2027 年")
    assert "即时生效" in client.get("/workdays/2027/").content.decode()

    again = given | {"days": given["days"].replace("2027-06-09", "2027-06-14")}
    page = client.post("/workdays/import/", again).content.decode()
    assert '<td class="tb-tab">2027-06-09 周三</td><td>放假</td><td>工作日</td>' in page
    assert "替换的理由" in page


def test_a_wrong_row_is_shown_at_its_place_and_the_text_survives(client: Client) -> None:
    client.force_login(sysadmin())
    given = {"year": "2027", "doc_no": DOC_NO, "days": "2027-01-01,放假\n2027-01-04,上班"}

    answer = client.post("/workdays/import/", given)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "第 2 行" in page
    assert "不是周六或周日" in page
    assert "2027-01-04,上班" in page


def test_a_missing_year_says_where_to_import(client: Client) -> None:
    client.force_login(make_user(Role.BANNER_CLERK))
    answer = client.get("/workdays/2031/")
    assert answer.status_code == 404
    assert "缺少 2031 年节假日安排" in answer.content.decode()


def test_the_command_imports_and_says_what_is_odd(capsys: pytest.CaptureFixture[str]) -> None:
    sysadmin()
    call_command("import_workdays", str(CSV), "--doc-no", DOC_NO)
    assert "已导入 2027 年节假日安排" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("import_workdays", str(CSV), "--doc-no", DOC_NO)
    assert ended.value.code == 1
    assert "须写明替换的理由" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        call_command("import_workdays", "/nowhere.csv", "--doc-no", DOC_NO)
    assert ended.value.code == 2
