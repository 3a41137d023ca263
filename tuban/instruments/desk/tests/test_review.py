"""Review: corrections, two reviewers, findings to be acknowledged, coming into force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from tuban.accounts.access import Forbidden
from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.instruments import access
from tuban.instruments.desk import actions
from tuban.instruments.desk.tests.cast import (
    conflicting_text,
    figure_path,
    make_draft,
    sound_text,
)
from tuban.instruments.findings import key_of, must_be_acknowledged
from tuban.instruments.models import Correction, Draft, DraftState, Instrument, Target, Task
from tuban.parcels.access import Absent
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def reviewer() -> User:
    return make_user(Role.CITY_REVIEWER, CITY, "first")


@pytest.fixture
def colleague() -> User:
    return make_user(Role.CITY_REVIEWER, CITY, "second")


@pytest.fixture
def draft(reviewer: User) -> Draft:
    return make_draft(reviewer)


def save(
    user: User, draft: Draft, *changes: tuple[str, object], version: int | None = None
) -> Draft:
    return actions.correct(
        actor=user,
        draft_id=draft.pk,
        version=draft.version if version is None else version,
        changes=changes,
        reason="对照原件",
    )


def test_a_correction_keeps_the_reading_and_says_who_when_what(
    reviewer: User, draft: Draft
) -> None:
    before = draft.reading
    save(reviewer, draft, ("tasks/0/lead", ["市自然资源局"]), ("tasks/0/title", "改过的标题"))
    draft.refresh_from_db()

    assert draft.reading == before
    assert draft.version == 1
    reading = actions.corrected_reading(draft)
    assert reading["tasks"][0]["lead"] == ["市自然资源局"]
    made = draft.corrections.get(path="tasks/0/lead")
    assert (made.old, made.new, made.made_by, made.reason) == (
        ["市自然资源局", "各旗区人民政府"],
        ["市自然资源局"],
        reviewer,
        "对照原件",
    )


def test_what_stays_the_same_is_not_recorded(reviewer: User, draft: Draft) -> None:
    save(reviewer, draft, ("tasks/0/support", ["市财政局"]))

    assert Correction.objects.count() == 0
    assert access.get_draft(reviewer, draft.pk).version == 0


def test_corrections_are_neither_changed_nor_deleted(reviewer: User, draft: Draft) -> None:
    save(reviewer, draft, ("tasks/0/lead", []))
    for act in (
        lambda: Correction.objects.update(new=["别人"]),
        lambda: Correction.objects.all().delete(),
    ):
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
        ):
            act()
    assert Correction.objects.get().new == []


def test_a_second_reviewer_does_not_overwrite_the_first(
    reviewer: User, colleague: User, draft: Draft
) -> None:
    save(reviewer, draft, ("tasks/0/lead", ["市自然资源局"]), version=0)

    with pytest.raises(actions.ChangedMeanwhile) as refused:
        save(colleague, draft, ("tasks/0/lead", ["各旗区人民政府"]), version=0)
    assert [each.path for each in refused.value.since] == ["tasks/0/lead"]
    assert str(reviewer) in (refused.value.cause or "")
    draft.refresh_from_db()
    assert actions.corrected_reading(draft)["tasks"][0]["lead"] == ["市自然资源局"]
    with pytest.raises(actions.ChangedMeanwhile):
        actions.confirm_draft(actor=colleague, draft_id=draft.pk, version=0)
    assert Instrument.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_wins(
    reviewer: User, colleague: User, draft: Draft
) -> None:
    def save_once(user: User) -> str:
        try:
            save(user, draft, ("tasks/0/title", user.username), version=0)
        except actions.ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()
        return user.username

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(save_once, (reviewer, colleague)))

    assert ends.count("refused") == 1
    (winner,) = [end for end in ends if end != "refused"]
    assert actions.corrected_reading(draft)["tasks"][0]["title"] == winner
    assert Draft.objects.get().version == 1


def test_a_corrected_cell_is_summed_anew_at_once(reviewer: User, draft: Draft) -> None:
    assert not any(must_be_acknowledged(finding) for finding in draft.findings)
    cell = figure_path(draft, "东胜区", "30")

    worse = save(reviewer, draft, (f"{cell}/value", "36"))
    said = [finding["message"] for finding in worse.findings if must_be_acknowledged(finding)]
    assert any("2024年消化目标" in message and "按认定数核对" in message for message in said)
    mended = save(reviewer, worse, (f"{cell}/value", "30"))
    assert not any(must_be_acknowledged(finding) for finding in mended.findings)


def test_an_open_conflict_blocks_and_the_figure_that_binds_is_named(reviewer: User) -> None:
    draft = make_draft(reviewer, conflicting_text())
    (conflict,) = [f for f in draft.findings if f["code"] == "target-conflict"]
    with pytest.raises(actions.StillOpen):
        actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=0)
    assert Instrument.objects.count() == 0

    table = next(
        span for span in conflict["spans"] if draft.reading["text"][span[0] : span[1]] == "30"
    )
    word = {"choice": "binds", "remark": "以附件为准", "span": table, "text": "30"}
    draft = save(reviewer, draft, (f"findings/{key_of(conflict)}", word))
    plan = actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=draft.version)

    assert plan.targets.get(printed="36亩").binding is False
    assert set(plan.targets.filter(printed="30").values_list("binding", flat=True)) == {True}


def test_in_force_the_printed_word_stays_beside_the_held_value(
    reviewer: User, draft: Draft
) -> None:
    cell, total = figure_path(draft, "东胜区", "30"), figure_path(draft, "鄂尔多斯市", "30")
    draft = save(reviewer, draft, (f"{cell}/value", "33"), (f"{total}/value", "33"))
    draft = save(reviewer, draft, ("tasks/1/struck", True))
    words = [
        (f"findings/{key_of(f)}", {"choice": "kept", "remark": "已核", "span": None, "text": ""})
        for f in draft.findings
        if must_be_acknowledged(f)
    ]
    draft = save(reviewer, draft, *words)
    plan = actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=draft.version)

    assert plan.pk == draft.pk
    held = Target.objects.get(region_id=DONGSHENG, year=2024, role="cell")
    assert (held.printed, held.value, held.corrected) == ("30", Decimal(33), True)
    assert list(Task.objects.values_list("no", flat=True)) == ["二(一)1"]
    assert plan.draft.corrections.filter(path=f"{cell}/value").exists()
    assert plan.draft.state == DraftState.IN_FORCE
    with pytest.raises(actions.NotUnderReview):
        save(reviewer, draft, ("tasks/0/lead", []), version=draft.version)


def test_a_plan_whose_text_stands_is_not_confirmed_twice(reviewer: User, draft: Draft) -> None:
    actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=0)
    again = make_draft(reviewer, name="另存.txt")

    with pytest.raises(actions.PlanRefused, match="已经确认"):
        actions.confirm_draft(actor=reviewer, draft_id=again.pk, version=0)
    again.refresh_from_db()
    assert again.state == DraftState.PENDING


def test_a_banner_reviews_its_own_plan_and_sees_no_other(reviewer: User, draft: Draft) -> None:
    clerk = make_user(Role.BANNER_CLERK, DONGSHENG)
    text = sound_text().replace("鄂尔多斯市人民政府", "东胜区人民政府")
    own = make_draft(clerk, text.replace("鄂尔多斯市演示", "东胜区演示"))

    plan = actions.confirm_draft(actor=clerk, draft_id=own.pk, version=0)
    assert plan.region_id == DONGSHENG
    with pytest.raises(Absent):
        save(clerk, draft, ("tasks/0/lead", []))
    with pytest.raises(Absent):
        access.get_draft(make_user(Role.BANNER_CLERK, EJIN_HORO), own.pk)
    with pytest.raises(Forbidden):
        save(make_user(Role.AUDITOR, CITY), draft, ("tasks/0/lead", []))


def test_a_plan_handed_in_by_mistake_leaves_the_list_and_stays_in_the_record(
    client: Client, reviewer: User, colleague: User, draft: Draft
) -> None:
    save(reviewer, draft, ("tasks/0/lead", []), version=0)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.drop(actor=colleague, draft_id=draft.pk, version=0)
    client.force_login(colleague)
    client.post(f"/instruments/{draft.pk}/review/dropping/", {"version": "1"})

    assert f"/instruments/{draft.pk}/" not in client.get("/instruments/").content.decode()
    assert "已放弃" in client.get(f"/instruments/{draft.pk}/review/").content.decode()
    assert draft.corrections.count() == 1
    with pytest.raises(actions.NotUnderReview):
        actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=1)


def test_a_re_issued_plan_says_from_when_it_replaces_another(
    client: Client, reviewer: User, draft: Draft
) -> None:
    old = actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=0)
    text = (
        sound_text().replace("〔2022〕1号", "〔2024〕9号").replace("2022年1月10日", "2024年5月28日")
    )
    new = make_draft(reviewer, text, "调整.txt")
    client.force_login(reviewer)
    address = f"/instruments/{new.pk}/review/confirmation/"
    client.post(address, {"version": "0", "replaces": str(old.pk), "since": ""})
    assert Instrument.objects.count() == 1
    refused = client.get(f"/instruments/{new.pk}/review/").content.decode()
    assert "请填写替代起始日" in refused
    assert 'value="2024-05-28"' in refused

    client.post(address, {"version": "0", "replaces": str(old.pk), "since": "2024-06-01"})
    made = Instrument.objects.get(pk=new.pk)
    assert (made.replaces, str(made.in_force_from)) == (old, "2024-06-01")


# ---- Pages --------------------------------------------------------------------------------------


def test_the_page_marks_the_text_and_leads_from_each_mark_to_its_item(
    client: Client, reviewer: User, draft: Draft
) -> None:
    client.force_login(reviewer)
    page = client.get(f"/instruments/{draft.pk}/review/").content.decode()

    assert 'class="m m-due"' in page
    assert "i-tasks-0-deadlines-0" in page
    assert page.count('data-part="') == 7
    assert "确认生效" in page


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("tasks/0/deadlines/0", {"kind": "fixed", "last": "年底"}, "不是日期"),
        (
            "tasks/0/deadlines/0",
            {"kind": "range", "first": "2024-05-01", "last": "2024-01-01"},
            "晚于",
        ),
        ("tasks/0/targets/0", {"value": "三十", "unit": "亩", "region_code": CITY}, "不是一个数字"),
        (
            "tasks/0/targets/0",
            {"value": "30", "unit": "亩", "region_code": "999999"},
            "region_code",
        ),
        ("tasks/0", {"title": ""}, "aria-invalid"),
        ("header", {"title": "方案", "date": "2022年1月"}, "不是日期"),
        ("figures/0", {"value": "1e9"}, "不是一个数字"),
        ("tasks/new", {"title": "补"}, "请选择出处条款"),
    ],
)
def test_what_cannot_be_a_value_is_refused_beside_its_field(
    client: Client, reviewer: User, draft: Draft, path: str, given: dict[str, str], said: str
) -> None:
    client.force_login(reviewer)
    address = f"/instruments/{draft.pk}/review/correction/?path={path}"
    answer = client.post(address, {"version": "0", **given})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    "path", ["", "tasks/99", "text", "tasks/0/../header", "figures/x", "findings/none", "clauses/0"]
)
def test_a_forged_path_leads_nowhere(
    client: Client, reviewer: User, draft: Draft, path: str
) -> None:
    client.force_login(reviewer)
    address = f"/instruments/{draft.pk}/review/correction/?path={path}"

    assert client.get(address).status_code == 404
    assert client.post(address, {"version": "0", "title": "x"}).status_code == 404


def test_the_form_of_the_second_reviewer_comes_back_with_what_the_first_changed(
    client: Client, reviewer: User, colleague: User, draft: Draft
) -> None:
    save(reviewer, draft, ("tasks/0/lead", ["市自然资源局"]), version=0)
    client.force_login(colleague)
    answer = client.post(
        f"/instruments/{draft.pk}/review/correction/?path=tasks/0",
        {"version": "0", "title": "我的标题", "lead": "各旗区人民政府"},
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "我的标题" in page
    assert "市自然资源局、各旗区人民政府" in page  # what stood before
    assert 'name="version" value="1"' in page


def test_a_missed_task_is_added_from_its_clause_with_its_deadlines(
    client: Client, reviewer: User
) -> None:
    text = sound_text().replace("每月核对一次台账", "于2024年6月30日前核对台账")
    draft = make_draft(reviewer, text)
    client.force_login(reviewer)
    assert draft.reading is not None
    clause = next(c for c in draft.reading["clauses"] if "加强协作" in c["title"])
    answer = client.post(
        f"/instruments/{draft.pk}/review/correction/?path=tasks/new",
        {"version": "0", "clause": clause["id"], "title": "加强协作", "lead": "市自然资源局"},
    )
    assert answer.status_code == 302
    draft.refresh_from_db()
    added = actions.corrected_reading(draft)["tasks"][2]
    assert (added["no"], added["lead"]) == ("三(一)", ["市自然资源局"])
    assert added["text"].startswith("（一）加强协作")
    assert [deadline["raw"] for deadline in added["deadlines"]] == ["2024年6月30日前"]


def test_the_number_is_the_same_from_upload_into_force(
    client: Client, reviewer: User, draft: Draft
) -> None:
    client.force_login(reviewer)
    assert client.get(f"/instruments/{draft.pk}/")["Location"] == f"/instruments/{draft.pk}/review/"
    client.post(f"/instruments/{draft.pk}/review/confirmation/", {"version": "0"})

    page = client.get(f"/instruments/{draft.pk}/")
    assert page.status_code == 200
    assert "演府发〔2022〕1号" in page.content.decode()
    for tab in ("tasks", "findings", "log", "text"):
        assert client.get(f"/instruments/{draft.pk}/?tab={tab}").status_code == 200
    assert client.get(f"/instruments/{draft.pk}/review/").status_code == 200


def test_a_banner_reads_the_citys_plan_with_its_corrections_but_not_its_review(
    client: Client, reviewer: User, draft: Draft
) -> None:
    draft = save(reviewer, draft, ("tasks/0/lead", ["市自然资源局"]))
    actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=1)
    client.force_login(make_user(Role.DEPARTMENT, DONGSHENG))

    page = client.get(f"/instruments/{draft.pk}/?tab=log").content.decode()
    assert "各旗区人民政府</span> → 市自然资源局" in page
    assert "核对页" not in page
    assert "市自然资源局" in client.get(f"/instruments/{draft.pk}/?tab=tasks").content.decode()
    assert client.get(f"/instruments/{draft.pk}/review/").status_code == 404


def test_lists_and_matrix_open(client: Client, reviewer: User, draft: Draft) -> None:
    client.force_login(reviewer)
    actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=0)

    assert "演示用地" in client.get("/instruments/").content.decode()
    matrix = client.get("/instruments/targets/?unit=mu").content.decode()
    assert ">30.00</a>" in matrix
    assert client.get("/instruments/targets/?subject=linkage").status_code == 200
    assert client.get(f"/instruments/{draft.pk}/difference/").status_code == 200


def test_a_plan_of_elsewhere_stands_where_a_reviewer_says_it_does(reviewer: User) -> None:
    foreign = sound_text().replace("鄂尔多斯市", "乌海市")
    draft = make_draft(reviewer, foreign)
    for finding in draft.findings:
        if must_be_acknowledged(finding):
            word = {"choice": "kept", "remark": "演示", "span": None, "text": ""}
            save(reviewer, draft, (f"findings/{key_of(finding)}", word))
            draft.refresh_from_db()
    with pytest.raises(DomainError, match="哪个地区") as refused:
        actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=draft.version)
    assert "适用地区" in (refused.value.remedy or "")

    draft = save(reviewer, draft, ("header/region_code", CITY))
    instrument = actions.confirm_draft(actor=reviewer, draft_id=draft.pk, version=draft.version)

    assert instrument.region_id == CITY
    assert instrument.issuer == "乌海市人民政府"
    assert instrument.tasks.count() == 2
    # Nobody said whose the figure in the text is: it is not booked on our city.
    assert not instrument.targets.filter(role="body").exists()
    log = draft.corrections.get(path="header/region_code")
    assert (log.old, log.new) == (None, CITY)


def add_deadline(client: Client, draft: Draft, **given: str) -> dict[str, object]:
    """What a reviewer adds to the first task; the deadline as it is held then."""
    draft.refresh_from_db()
    assert draft.reading is not None
    at = len(actions.corrected_reading(draft)["tasks"][0]["deadlines"])
    address = f"/instruments/{draft.pk}/review/correction/?path=tasks/0/deadlines/{at}"
    answer = client.post(address, {"version": str(draft.version), "kind": "fixed", **given})
    if answer.status_code != 302:
        return {"refused": answer.content.decode()}
    draft.refresh_from_db()
    added: dict[str, object] = actions.corrected_reading(draft)["tasks"][0]["deadlines"][at]
    return added


def test_an_added_deadline_keeps_the_words_the_text_prints(
    client: Client, reviewer: User, draft: Draft
) -> None:
    client.force_login(reviewer)
    assert draft.reading is not None
    text = draft.reading["text"]

    added = add_deadline(client, draft, raw="能供则供", last="2024-06-30", what="供应")
    assert (added["raw"], added["norm"], added["flags"]) == ("能供则供", "2024-06-30", [])
    start, end = added["span"]  # type: ignore[misc]
    assert text[start:end] == "能供则供"
    page = client.get(f"/instruments/{draft.pk}/review/").content.decode()
    assert f'href="#m-{start}"' in page
    assert f'id="m-{start}"' in page

    unprinted = add_deadline(client, draft, raw="", last="2024-07-31")
    assert (unprinted["raw"], unprinted["flags"]) == ("（原文未写）", ["added"])
    page = client.get(f"/instruments/{draft.pk}/review/").content.decode()
    assert "原文未写，核对补录" in page
    assert "原文“（原文未写）”" not in page

    refused = add_deadline(client, draft, raw="从没写过的话", last="2024-08-31")
    assert "原文里没有这句话" in str(refused["refused"])


def test_words_selected_in_the_text_fill_the_form_of_a_deadline(
    client: Client, reviewer: User, draft: Draft
) -> None:
    client.force_login(reviewer)
    assert draft.reading is not None
    start = draft.reading["text"].index("2025年底前")
    at = len(draft.reading["tasks"][0]["deadlines"])

    page = client.get(
        f"/instruments/{draft.pk}/review/correction/"
        f"?path=tasks/0/deadlines/{at}&start={start}&end={start + 7}"
    ).content.decode()

    assert 'value="2025年底前"' in page
    assert 'value="2025-12-31"' in page
