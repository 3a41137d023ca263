"""The pages of tasks: list, one task, reporting, the wall, the rule, attachments."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tuban.core import clock
from tuban.parcels.tests.cast import EJIN_HORO, TODAY, make_parcel, mu
from tuban.supervision import actions, arranging
from tuban.supervision.models import Duty, Evidence, Step
from tuban.supervision.tests.cast import PAPER, Posts, due, make_posts, make_task, only_duty

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts() -> Posts:
    return make_posts()


@pytest.fixture
def duty(posts: Posts) -> Duty:
    return only_duty(make_task(posts.reviewer, [due("2024-10-11", "出台演示政策")]))


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_list_shows_filters_counts_and_exports_the_same_rows(
    client: Client, posts: Posts
) -> None:
    make_task(
        posts.reviewer, [due("2024-08-31", "早该完成")], ["市工业和信息化局", "各旗区人民政府"]
    )
    make_task(posts.reviewer, [due("2024-10-11", "快到期")])
    client.force_login(posts.reviewer)

    everything = page(client, "/tasks/")
    late = page(client, "/tasks/?light=overdue")
    one = page(client, f"/tasks/?light=overdue&region={EJIN_HORO}")

    assert "2 项任务，11 件承办事项" in everything
    assert "1 项任务，10 件承办事项" in late
    assert "1 项任务，1 件承办事项" in one
    assert "逾期 21 个工作日" in one
    exported = client.get(f"/tasks/export.xlsx?light=overdue&region={EJIN_HORO}")
    rows = CalamineWorkbook.from_filelike(BytesIO(exported.content)).get_sheet_by_index(0)
    cells = rows.to_python()
    assert cells[0][0] == "任务清单"
    assert "导出岗位：鄂尔多斯市自然资源局（演示）" in cells[2][0]
    assert [row[6] for row in cells[4:]] == ["伊金霍洛旗人民政府"]


def test_mine_are_those_of_ones_own_unit(client: Client, posts: Posts) -> None:
    make_task(posts.reviewer, [due("2024-10-11")], ["市工业和信息化局", "东胜区人民政府"])
    client.force_login(posts.department)

    shown = page(client, "/tasks/?mine=1")

    assert "1 件承办事项" in shown
    assert "/tasks/?" not in shown or "东胜区人民政府" not in shown.split("<tbody>")[1]


def test_a_banner_sees_its_own_duties_and_how_many_others_there_are(
    client: Client, posts: Posts
) -> None:
    task = make_task(posts.reviewer, [due("2024-10-11")], ["各旗区人民政府"])
    client.force_login(posts.clerk)

    assert "1 项任务，1 件承办事项" in page(client, "/tasks/")
    shown = page(client, f"/tasks/{task.pk}/")
    assert "另有其他地区的 8 个单位承办" in shown
    blocks = shown.split('class="p-task-r"')[0]
    assert "伊金霍洛旗人民政府" not in blocks


def test_a_report_with_a_file_a_parcel_and_a_paper_is_kept_and_downloaded(
    client: Client, posts: Posts, duty: Duty
) -> None:
    clerk_parcel = make_parcel(posts.clerk, no="YS-77", approved=("2015-06-30", mu("45")))
    client.force_login(posts.department)

    answer = client.post(
        f"/tasks/duties/{duty.pk}/report/",
        {
            "words": "已印发",
            "doc_no": "演工信发〔2024〕3号",
            "issuer": "演示机关",
            "dated_on": "2024-09-20",
            "parcels": "YS-77",
            "files": SimpleUploadedFile("../../会议 纪要.pdf", PDF),
        },
    )

    assert answer.status_code == 302
    duty.refresh_from_db()
    assert duty.state == "reported"
    kinds = list(Evidence.objects.values_list("kind", flat=True))
    assert kinds == ["paper", "file", "parcel"]
    file = Evidence.objects.get(kind="file")
    assert file.name == "会议 纪要.pdf"
    assert Evidence.objects.get(kind="parcel").parcel == clerk_parcel
    shown = page(client, f"/tasks/{duty.milestone.task_id}/")
    assert "演工信发〔2024〕3号" in shown
    assert "127.0.0.1" in shown
    got = client.get(f"/tasks/evidence/{file.pk}/")
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    client.force_login(posts.clerk)
    assert client.get(f"/tasks/evidence/{file.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "至少附一项佐证"),
        ({"doc_no": "演工信发〔2024〕3号"}, "文件佐证缺少机关、日期"),
        (
            {"doc_no": "演〔2024〕3号", "issuer": "演示", "dated_on": "2024-10-01"},
            "文件日期 2024-10-01 在今天之后",
        ),
        ({"dated_on": "去年"}, "请写成 2024-09-30 的样子"),
        ({"parcels": "没有这宗"}, "地块编号 没有这宗 找不到"),
        ({"files": ("a.pdf", b"MZ\x90\x00")}, "附件“a.pdf”不是可以接收的文件"),
        ({"files": ("a.docx", PDF)}, "扩展名与内容不一致"),
        ({"files": ("a.pdf", b"")}, "附件“a.pdf”是空的"),
        ({"files": ("a.docx", b"PK\x03\x04 broken")}, "已损坏"),
    ],
)
def test_what_is_no_evidence_is_refused_and_what_was_typed_stays(
    client: Client, posts: Posts, duty: Duty, given: dict[str, object], told: str
) -> None:
    client.force_login(posts.department)
    form = {
        name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value
        for name, value in given.items()
    }

    answer = client.post(f"/tasks/duties/{duty.pk}/report/", {"words": "写好的话", **form})

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert told in shown
    assert "写好的话" in shown
    assert not Step.objects.exists()


def test_the_reviewer_returns_with_a_reason_then_accepts(
    client: Client, posts: Posts, duty: Duty
) -> None:
    task = duty.milestone.task_id
    actions.report(actor=posts.department, duty_id=duty.pk, words="完成", offered=PAPER)
    client.force_login(posts.reviewer)
    assert "由市局审核核验" in page(client, f"/tasks/{task}/")

    without = client.post(f"/tasks/duties/{duty.pk}/return/", {"words": ""})
    assert without.status_code == 422
    assert "理由须写明" in without.content.decode()
    assert client.post(f"/tasks/duties/{duty.pk}/return/", {"words": "补验收"}).status_code == 302
    actions.report(actor=posts.department, duty_id=duty.pk, words="补好", offered=PAPER)
    assert client.post(f"/tasks/duties/{duty.pk}/accept/").status_code == 302

    shown = page(client, f"/tasks/{task}/")
    assert "按期完成" in shown
    assert "已销号" in shown
    client.force_login(posts.department)
    refused = client.post(f"/tasks/duties/{duty.pk}/reopen/", {"words": "再看"})
    assert refused.status_code == 403
    assert "未予办理" in page(client, f"/tasks/{task}/")


def test_the_log_runs_by_time_whatever_was_written_first(client: Client, posts: Posts) -> None:
    task = make_task(posts.reviewer, [due("2024-10-11", "甲"), due("2024-10-11", "乙")])
    later, earlier = Duty.objects.filter(milestone__task=task).order_by("pk")
    with clock.standing_on(date(2024, 9, 25)):
        actions.report(actor=posts.department, duty_id=later.pk, words="后来的", offered=PAPER)
    with clock.standing_on(date(2024, 9, 20)):
        actions.report(actor=posts.department, duty_id=earlier.pk, words="先前的", offered=PAPER)
    client.force_login(posts.reviewer)

    shown = page(client, f"/tasks/{task.pk}/")

    assert shown.index("后来的") < shown.index("先前的")


def test_the_page_of_a_past_day_shows_that_day_and_offers_nothing(
    client: Client, posts: Posts, duty: Duty
) -> None:
    with clock.standing_on(date(2024, 9, 20)):
        actions.report(actor=posts.department, duty_id=duty.pk, words="完成", offered=PAPER)
    client.force_login(posts.reviewer)
    task = duty.milestone.task_id

    assert "核验通过</button>" in page(client, f"/tasks/{task}/")
    before = page(client, f"/tasks/{task}/?on=2024-09-19")
    assert "待上报" in before
    assert "还没有记录" in before
    assert "核验通过</button>" not in page(client, f"/tasks/{task}/?on=2024-09-25")


def test_a_reviewer_arranges_from_the_page(client: Client, posts: Posts) -> None:
    task = make_task(posts.reviewer, [])
    milestone = task.milestones.get()
    client.force_login(posts.reviewer)
    assert "时限待定" in page(client, f"/tasks/{task.pk}/")

    bad = client.post(f"/tasks/milestones/{milestone.pk}/day/", {"due_on": "年底", "words": "议定"})
    assert bad.status_code == 422
    assert "填写的是“年底”" in bad.content.decode()
    good = {"due_on": "2024-10-08", "words": "会议议定"}
    assert client.post(f"/tasks/milestones/{milestone.pk}/day/", good).status_code == 302
    new = {"title": "报送小结", "due_on": "2024-12-20", "words": "会议议定"}
    assert client.post(f"/tasks/{task.pk}/milestones/", new).status_code == 302
    duty = milestone.duties.get()
    assert client.post(f"/tasks/duties/{duty.pk}/release/", {"words": "划转"}).status_code == 302

    shown = page(client, f"/tasks/{task.pk}/")
    for words in ("报送小结", "已免除", "会议议定", "增设", "期限由市局审核所定"):
        assert words in shown
    assert "时限待定" in page(client, f"/tasks/{task.pk}/?on=2024-09-29")


def test_a_supporting_unit_responds_on_the_page(client: Client, posts: Posts) -> None:
    task = make_task(
        posts.reviewer, [due("2024-10-11")], ["市自然资源局"], support=["市工业和信息化局"]
    )
    unit = task.units.get(role="support")
    client.force_login(posts.department)
    assert "未回应" in page(client, f"/tasks/{task.pk}/")

    assert client.post(f"/tasks/units/{unit.pk}/respond/", {"words": "已派人"}).status_code == 302

    assert "已派人" in page(client, f"/tasks/{task.pk}/")


def test_the_rule_is_read_by_all_and_set_by_a_city_reviewer(client: Client, posts: Posts) -> None:
    client.force_login(posts.clerk)
    assert "随上级" in page(client, "/tasks/rule/")
    assert "修改规则" not in page(client, "/tasks/rule/")
    client.force_login(posts.reviewer)
    assert "系统默认" in page(client, "/tasks/rule/")

    form = {"region": EJIN_HORO, "soon_workdays": "x", "source": "市局通知"}
    assert client.post("/tasks/rule/", form).status_code == 422
    assert client.post("/tasks/rule/", form | {"soon_workdays": "5"}).status_code == 302

    assert "10 → 5 个工作日" in page(client, "/tasks/rule/")


def test_the_wall_has_thirty_rows_a_page_and_repeats_its_heading(
    client: Client, posts: Posts
) -> None:
    task = make_task(posts.reviewer, [due("2024-10-11"), due("2024-12-31", start=30)])
    for number in range(40):
        copy = task.instrument.tasks.create(
            no=f"四{number}",
            title=f"演示任务{number}",
            text="",
            start=100 + number,
            end=101 + number,
            lead=["市工业和信息化局"],
            deadlines=[due("2024-09-01")],
        )
        assert copy.pk
    from tuban.supervision.forming import form

    form(task.instrument)
    client.force_login(posts.leader)

    shown = page(client, "/tasks/wall/")

    pages = shown.split('class="p-wall-page"')[1:]
    assert [each.count("<tr>") - 1 for each in pages] == [30, 11]
    assert all("<thead>" in each and "节点 2" in each for each in pages)
    assert 'title="期限 2024-09-01，截至 2024-09-30 没有上报，逾期 21 个工作日"' in pages[1]
    by_unit = page(client, f"/tasks/wall/?rows=units&task={task.pk}")
    assert "市工业和信息化局" in by_unit
    assert "0/1" in by_unit
    every_task = page(client, "/tasks/wall/?rows=units")
    assert "市工业和信息化局，" in every_task  # of several duties the cell names the one it judges


def test_an_undated_milestone_without_units_can_be_seen_and_given_one(
    client: Client, posts: Posts
) -> None:
    task = make_task(posts.reviewer, [due("2024-10-11")], [])
    client.force_login(posts.reviewer)

    assert "没有承办单位" in page(client, f"/tasks/{task.pk}/")
    code = posts.department.post.organisation.code  # type: ignore[union-attr]
    answer = client.post(
        f"/tasks/milestones/{task.milestones.get().pk}/units/",
        {"organisation": code, "words": "会议议定"},
    )

    assert answer.status_code == 302
    assert arranging.Duty.objects.get().unit.name == "鄂尔多斯市工业和信息化局"
