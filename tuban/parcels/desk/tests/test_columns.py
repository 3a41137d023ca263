"""表头对照: asked, answered, corrected, remembered for the office, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tuban.accounts.models import Role, User
from tuban.parcels import jobs
from tuban.parcels.desk.tests.test_desk import finish_jobs, never, queued, text
from tuban.parcels.imports import template
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.tests.books import book, row
from tuban.parcels.models import HeadingChoice, Outcome, Parcel, Upload, UploadState
from tuban.parcels.tests.cast import CITY, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db

STRANGE = ["所在地", "宗号", "批地文件", "批准日期", "批地数", "经办"]
LINE = ["东胜区", "YS-1", "内政土发〔2015〕1号", "2015-06-30", 185.184, "甲岗"]
ANSWER = {
    "asks": "headings", "act": "columns", "key-0": "region", "key-1": "parcel_no",
    "key-2": "approval_no", "key-3": "approved_on", "key-4": "approved_area", "unit-4": "mu",
    "key-5": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path, without_child: None) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def strange(*lines: list[Any], top: list[str] = STRANGE) -> bytes:
    return book({"登记簿": [["某旗土地登记簿"], top, *(lines or (LINE,))]})


def hand_in(client: Client, content: bytes, name: str = "登记簿.xlsx") -> Upload:
    """Handed in at the desk and read by the job."""
    client.post("/imports/", {"file": SimpleUploadedFile(name, content)})
    upload = Upload.objects.latest("pk")
    return read(upload)


def read(upload: Upload) -> Upload:
    jobs.read(upload.pk, stop=never)
    finish_jobs()
    upload.refresh_from_db()
    return upload


def answer(client: Client, upload: Upload, **changes: str) -> Any:
    return client.post(f"/imports/{upload.pk}/answers/", {**ANSWER, "remember": "on", **changes})


def test_a_foreign_ledger_waits_for_an_answer_with_its_columns_and_values(desk: Client) -> None:
    upload = hand_in(desk, strange())

    assert upload.state == UploadState.ASKED
    assert not upload.rows.exists()
    page = text(desk, f"/imports/{upload.pk}/")
    assert "待答复" in page
    assert "没有认出必需的“旗区”、“地块编号”" in page
    assert "所在地 东胜区" in page
    assert "E 批地数 185.184" in page
    assert "没有写明，按默认（公顷、万元）" in page
    assert "确认登记" not in page
    assert "导入 待处理 1" in text(desk, "/board/")


def test_a_message_says_that_an_answer_is_waited_for(desk: Client) -> None:
    hand_in(desk, strange())

    assert "“登记簿.xlsx”待答复。 查看" in text(desk, "/board/")
    assert "登记簿.xlsx" not in text(desk, "/board/")


def test_an_answer_has_the_file_read_and_becomes_parcels(desk: Client, clerk: User) -> None:
    upload = hand_in(desk, strange())

    assert answer(desk, upload)["Location"] == f"/imports/{upload.pk}/"
    assert queued() == [("parcels.read_upload", "todo")]
    read(upload)

    assert upload.state == UploadState.STAGED, upload.message
    assert upload.rows.get().outcome == Outcome.NEW
    confirm_upload(actor=clerk, upload_id=upload.pk)
    fact = Parcel.objects.get().facts.get()
    assert fact.payload["area"] == {"value": "185.184", "unit": "mu"}


def test_the_next_file_of_the_office_maps_by_itself_and_says_so(desk: Client) -> None:
    answer(desk, hand_in(desk, strange()))
    read(Upload.objects.get())
    client = Client()
    client.force_login(make_user(Role.BANNER_CLERK, name="another-post"))

    second = hand_in(client, strange([*LINE[:1], "YS-2", *LINE[2:]]), "十月.xlsx")

    assert second.state == UploadState.STAGED, second.message
    page = text(client, f"/imports/{second.pk}/")
    assert "按贵单位 2024-09-30 选定的对照读取：“所在地”为旗区" in page
    assert "“批地数”为批准面积（亩）" in page


def test_another_office_is_asked_itself(desk: Client, client: Client) -> None:
    answer(desk, hand_in(desk, strange()))
    read(Upload.objects.get())
    client.force_login(make_user(Role.BANNER_CLERK, EJIN_HORO))

    assert hand_in(client, strange()).state == UploadState.ASKED


def test_without_the_tick_nothing_is_remembered(desk: Client) -> None:
    upload = hand_in(desk, strange())
    desk.post(f"/imports/{upload.pk}/answers/", ANSWER)

    assert read(upload).state == UploadState.STAGED
    assert not HeadingChoice.objects.exists()


def test_only_what_differs_from_our_own_words_is_remembered(desk: Client) -> None:
    answer(desk, hand_in(desk, strange()))

    kept = set(HeadingChoice.objects.values_list("heading", "key", "unit"))
    assert kept == {
        ("所在地", "region", ""),
        ("宗号", "parcel_no", ""),
        ("批地文件", "approval_no", ""),
        ("批地数", "approved_area", "mu"),
    }


def test_a_choice_is_listed_and_forgotten_by_its_own_office_only(
    desk: Client, client: Client
) -> None:
    answer(desk, hand_in(desk, strange()))
    read(Upload.objects.get())
    page = text(desk, "/imports/headings/")
    assert "所在地 旗区" in page
    assert "批地数 批准面积 亩" in page
    choice = HeadingChoice.objects.get(heading="所在地")
    place = f"/imports/headings/{choice.pk}/forgetting/"

    other = Client()
    other.force_login(make_user(Role.BANNER_CLERK, EJIN_HORO))
    assert "所在地" not in text(other, "/imports/headings/")
    assert other.post(place).status_code == 404
    reader = Client()
    reader.force_login(make_user(Role.AUDITOR))
    assert reader.get("/imports/headings/").status_code == 403
    assert reader.post(place).status_code == 403

    desk.post(place)
    assert "所在地" not in text(desk, "/imports/headings/")
    assert hand_in(desk, strange(), "再来.xlsx").state == UploadState.ASKED


def test_what_was_recognised_can_be_corrected_before_it_is_confirmed(
    desk: Client, clerk: User
) -> None:
    top = ["旗区", "地块编号", "批准文号", "批准日期", "批准面积", "坐落"]
    upload = hand_in(desk, strange(top=top))
    assert upload.state == UploadState.STAGED
    assert upload.rows.get().raw["approved_area"] == "185.184"
    page = text(desk, f"/imports/{upload.pk}/")
    assert "更正对照" in page
    assert "E 批准面积 批准面积 公顷 默认" in page

    form = desk.get(f"/imports/{upload.pk}/answers/").content.decode()
    assert '<option value="location" selected>坐落</option>' in form
    answer(desk, upload, **{"key-5": "holder"})
    read(upload)

    row_ = upload.rows.get()
    assert row_.parsed["parcel"] == {"holder": "甲岗"}
    assert row_.parsed["facts"][0]["payload"]["area"]["unit"] == "mu"
    confirm_upload(actor=clerk, upload_id=upload.pk)
    assert answer(desk, upload).status_code == 409
    assert "更正对照" not in text(desk, f"/imports/{upload.pk}/")
    assert "读法不能再改" in text(desk, f"/imports/{upload.pk}/answers/")


def test_taking_a_correction_back_forgets_it(desk: Client) -> None:
    top = ["旗区", "地块编号", "批准文号", "批准日期", "批准面积", "坐落"]
    upload = hand_in(desk, strange(top=top))
    answer(desk, upload, **{"key-5": "holder"})
    assert HeadingChoice.objects.count() == 2
    read(upload)

    answer(desk, upload, **{"key-5": "location", "unit-4": ""})

    assert not HeadingChoice.objects.exists()
    assert read(upload).mapping["columns"]["approved_area"]["unit_from"] == "default"


def test_a_correction_of_the_template_is_for_the_file_alone(desk: Client) -> None:
    upload = hand_in(desk, template.write([row(holder="甲公司")]))
    form = desk.get(f"/imports/{upload.pk}/answers/").content.decode()
    assert "更正只用于这份文件" in form
    columns = {c["index"]: c["key"] for c in upload.mapping["seen"]}
    posted = {f"key-{index}": key for index, key in columns.items()}
    at = {key: index for index, key in columns.items()}
    posted |= {f"key-{at['holder']}": "name", f"key-{at['name']}": ""}

    desk.post(
        f"/imports/{upload.pk}/answers/",
        {"asks": "headings", "act": "columns", "remember": "on", **posted},
    )

    assert read(upload).rows.get().parsed["parcel"] == {"name": "甲公司"}
    assert not HeadingChoice.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"key-1": "region"}, "B 列也指定为“旗区”，只能留一列"),
        ({"key-1": ""}, "必需的“地块编号”没有指定"),
        ({"key-5": "salary"}, "台账没有“salary”这个字段"),
        ({"key-99": "name"}, "文件里没有第 99 列"),
        ({"key-x": "name"}, "文件里没有第 x 列"),
        ({"unit-4": "万元"}, "“批准面积”不能用这个单位"),
        ({"unit-4": "平方公里"}, "“批准面积”不能用这个单位"),
        ({"asks": "zone"}, "这份文件没有这样的问题"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_column(
    desk: Client, changes: dict[str, str], told: str
) -> None:
    upload = hand_in(desk, strange())

    response = answer(desk, upload, **changes)

    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    if changes.get("asks") is None and "key-99" not in changes and "key-x" not in changes:
        assert '<option value="approval_no" selected>' in page, "what was chosen is kept"
    upload.refresh_from_db()
    assert upload.state == UploadState.ASKED
    assert upload.choices == {}
    assert not HeadingChoice.objects.exists()


def test_an_unknown_unit_has_to_be_chosen(desk: Client) -> None:
    top = ["旗区", "地块编号", "批准文号", "批准日期", "批准面积（平方公里）", "坐落"]
    upload = hand_in(desk, strange(top=top))
    assert "E 列“批准面积（平方公里）”的单位“平方公里”不认识" in text(
        desk, f"/imports/{upload.pk}/"
    )

    refused = answer(desk, upload, **{"unit-4": "", "key-5": "location"})
    assert "写的单位“平方公里”不认识，请选择单位" in refused.content.decode()
    answer(desk, upload, **{"key-5": "location"})

    assert read(upload).mapping["columns"]["approved_area"]["unit"] == "mu"
    assert not HeadingChoice.objects.exists(), "a unit the file names otherwise is never remembered"


def test_the_place_of_the_headings_can_be_named(desk: Client) -> None:
    content = book(
        {
            "说明": [["旗区", "地块编号", "批准文号"], ["甲", "乙", "丙"]],
            "台账": [["旗区", "地块编号", "批准日期"], ["东胜区", "YS-1", "2015-06-30"]],
        }
    )
    upload = hand_in(desk, content)
    place = {"asks": "headings", "act": "rows", "first": "1", "height": "1"}
    url = f"/imports/{upload.pk}/answers/"

    for wrong in ({"sheet": "没有"}, {"sheet": "台账", "first": "0"},
                  {"sheet": "台账", "first": "x"}, {"sheet": "台账", "height": "3"}):  # fmt: skip
        response = desk.post(url, {**place, **wrong})
        assert response.status_code == 422
        assert "表头的位置不对" in response.content.decode()
    desk.post(url, {**place, "sheet": "台账"})

    assert read(upload).mapping["sheet"] == "台账"


def test_a_post_that_only_reads_sees_the_question_but_no_form(desk: Client, clerk: User) -> None:
    upload = hand_in(desk, strange())
    reader = Client()
    reader.force_login(make_user(Role.AUDITOR))

    page = text(reader, f"/imports/{upload.pk}/")

    assert "列要先对照" in page
    assert "按此对照读取" not in page
    assert answer(reader, upload).status_code == 403


def test_the_city_answers_for_the_office_that_sent_the_file(desk: Client, clerk: User) -> None:
    upload = hand_in(desk, strange())
    city = Client()
    city.force_login(make_user(Role.CITY_REVIEWER, CITY))

    answer(city, upload)

    assert read(upload).state == UploadState.STAGED
    organisations = set(HeadingChoice.objects.values_list("organisation", flat=True))
    assert clerk.post is not None
    assert organisations == {clerk.post.organisation_id}


def test_an_answer_comes_too_late_while_the_file_is_read(desk: Client) -> None:
    upload = hand_in(desk, strange())
    answer(desk, upload)

    assert answer(desk, upload).status_code == 409
    assert len(queued()) == 1


def test_an_answer_that_leaves_no_rows_can_be_put_right(desk: Client) -> None:
    upload = hand_in(desk, strange())
    rows = {"asks": "headings", "act": "rows", "sheet": "登记簿", "first": "2", "height": "2"}
    desk.post(f"/imports/{upload.pk}/answers/", rows)
    read(upload)
    assert upload.state == UploadState.ASKED
    posted = {f"key-{c['index']}": "" for c in upload.mapping["seen"]}
    posted |= {"key-0": "region", "key-1": "parcel_no", "act": "columns", "asks": "headings"}
    desk.post(f"/imports/{upload.pk}/answers/", posted)

    assert read(upload).state == UploadState.FAILED
    page = text(desk, f"/imports/{upload.pk}/")
    assert "台账里没有记录" in page
    assert "更正对照" in page
    desk.post(f"/imports/{upload.pk}/answers/", {**rows, "height": "1"})
    assert read(upload).state == UploadState.ASKED
    answer(desk, upload)
    assert read(upload).state == UploadState.STAGED
