"""The upload desk: handed in, read, looked at, confirmed, withdrawn, and what goes wrong between."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import UnreadablePostError
from django.test import Client

from tuban.accounts.models import ChangeRecord, Role, User
from tuban.law.facts import FactKind
from tuban.parcels import deeds, jobs, todo
from tuban.parcels.desk import actions
from tuban.parcels.desk.standing import standing
from tuban.parcels.desk.tests.worker import work
from tuban.parcels.imports import files, template, workbook
from tuban.parcels.imports.confirm import NotReady, confirm_upload
from tuban.parcels.imports.tests.books import book, ledger, row
from tuban.parcels.models import Batch, Parcel, Upload, UploadState
from tuban.parcels.tests.cast import CITY, EJIN_HORO, TODAY, add_fact, make_parcel, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def hand_in(client: Client, content: bytes, name: str = "台账.xlsx") -> Any:
    return client.post("/imports/", {"file": SimpleUploadedFile(name, content)})


def text(client: Client, place: str) -> str:
    """The page's words, tags left out and blanks made one."""
    response = client.get(place)
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def never() -> bool:
    return False


def staged(actor: User, *rows: dict[str, Any]) -> Upload:
    upload = actions.deliver(actor=actor, name="台账.xlsx", content=ledger(rows))
    jobs.read(upload.pk, stop=never)
    finish_jobs()
    upload.refresh_from_db()
    return upload


def confirmed(actor: User, *rows: dict[str, Any]) -> Batch:
    return confirm_upload(actor=actor, upload_id=staged(actor, *rows).pk)


def queued() -> list[tuple[str, str]]:
    """Name and state of every job."""
    with connection.cursor() as cursor:
        cursor.execute("select task_name, status::text from procrastinate_jobs order by id")
        return cursor.fetchall()


def finish_jobs() -> None:
    """What a worker leaves behind when it is done: nothing."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")


def let_a_worker_take_the_job(*, heartbeat_seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - make_interval(secs => %s)) returning id",
            [heartbeat_seconds_ago],
        )
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s", [cursor.fetchone()[0]]
        )


# ---- Handing in -------------------------------------------------------------------------------


def test_a_file_is_kept_under_its_hash_and_waits_for_the_worker(desk: Client) -> None:
    content = ledger([row()])

    response = hand_in(desk, content, "C:\\台账\\2024年9月\u202e.xlsx")

    upload = Upload.objects.get()
    assert response["Location"] == f"/imports/{upload.pk}/"
    assert (upload.name, upload.state) == ("2024年9月.xlsx", UploadState.READING)
    assert files.path_of(upload.sha256).read_bytes() == content
    assert queued() == [("parcels.read_upload", "todo")]
    assert "等待读取" in text(desk, response["Location"])


def test_a_long_name_keeps_its_extension() -> None:
    name = actions.clean_name("长" * 300 + ".xlsx")

    assert len(name) == actions.MAX_NAME
    assert name.endswith("长.xlsx")


def test_a_button_pressed_twice_is_one_upload(desk: Client) -> None:
    first, second = (hand_in(desk, ledger([row()])) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Upload.objects.count() == len(queued()) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("台账.docx", b"anything", "不能接收 .docx 的文件"),
        ("台账", b"anything", "没有扩展名"),
        ("台账.xlsx", b"", "文件是空的"),
    ],
)
def test_what_cannot_be_a_ledger_is_refused_at_the_field(
    desk: Client, name: str, content: bytes, told: str
) -> None:
    response = hand_in(desk, content, name)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Upload.objects.exists()


def test_a_file_over_the_limit_is_refused_before_it_is_kept(
    desk: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tuban.parcels.desk.forms.most_bytes", lambda name: 1024 * 1024)

    response = hand_in(desk, b"x" * (1024 * 1024 + 1))

    assert "文件超过 1 MB" in response.content.decode()
    assert list(tmp_path.iterdir()) == []


def test_no_file_chosen_is_said_in_chinese(desk: Client) -> None:
    response = desk.post("/imports/", {})

    assert response.status_code == 422
    assert "请先选择一份台账文件" in response.content.decode()


def test_a_full_disk_leaves_no_upload_behind(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(content: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "keep", full)

    response = hand_in(desk, ledger([row()]))

    assert response.status_code == 409
    assert "存储空间不足" in response.content.decode()
    assert not Upload.objects.exists()
    assert queued() == []


class CutOff(io.BytesIO):
    """A request's body whose connection ends after the first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError("connection reset by peer")
        return super().read(64)


def test_a_browser_closed_while_sending_leaves_nothing(desk: Client, tmp_path: Path) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK'

    with pytest.raises(UnreadablePostError):
        desk.generic(
            "POST",
            "/imports/",
            CONTENT_TYPE="multipart/form-data; boundary=x",
            CONTENT_LENGTH="1000000",
            **{"wsgi.input": CutOff(head + b"x" * 1000)},
        )

    assert not Upload.objects.exists()
    assert queued() == []
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CITY_LEADER, Role.DEPARTMENT])
def test_a_post_that_only_reads_sees_uploads_but_cannot_act(
    client: Client, clerk: User, role: Role
) -> None:
    upload = staged(clerk, row())
    client.force_login(make_user(role))

    assert "上传并核对" not in text(client, "/imports/")
    assert "确认登记" not in text(client, f"/imports/{upload.pk}/")
    for act in ("confirmation", "reading", "stop"):
        assert client.post(f"/imports/{upload.pk}/{act}/").status_code == 403
    assert hand_in(client, ledger([row(parcel_no="YS-2")])).status_code == 403
    assert not Batch.objects.exists()


def test_the_blank_template_goes_straight_back_in(desk: Client, clerk: User) -> None:
    response = desk.get("/imports/template.xlsx")
    assert "attachment" in response["Content-Disposition"]

    assert response.content == template.write()
    hand_in(desk, template.write([row()]))
    jobs.read(Upload.objects.get().pk, stop=never)

    assert Upload.objects.get().state == UploadState.STAGED


# ---- Reading ----------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_says_why_and_can_be_read_again(
    desk: Client, clerk: User
) -> None:
    upload = actions.deliver(actor=clerk, name="坏.xlsx", content=b"PK\x03\x04 damaged")
    jobs.read(upload.pk, stop=never)
    finish_jobs()

    page = text(desk, f"/imports/{upload.pk}/")

    assert "未能读取" in page
    assert "文件已损坏" in page
    assert "请在 WPS 或 Excel 中打开" in page
    desk.post(f"/imports/{upload.pk}/reading/")
    assert queued() == [("parcels.read_upload", "todo")]


def test_reading_stops_when_somebody_asks_for_it(clerk: User) -> None:
    upload = actions.deliver(actor=clerk, name="台账.xlsx", content=ledger([row()]))

    jobs.read(upload.pk, stop=lambda: True)

    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED
    assert upload.message == jobs.CANCELLED


def test_a_waiting_reading_is_taken_back(desk: Client) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]

    desk.post(f"{place}stop/")

    assert queued() == [("parcels.read_upload", "cancelled")]
    page = text(desk, place)
    assert jobs.CANCELLED in page
    assert "已取消" in page
    assert "未能读取" not in page
    assert desk.post(f"{place}stop/").status_code == 409


def test_a_file_handed_in_by_mistake_is_set_aside_and_can_be_taken_up_again(
    desk: Client, clerk: User
) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]
    upload = Upload.objects.get()
    assert desk.post(f"{place}set-aside/").status_code == 409  # it is being read
    jobs.read(upload.pk, stop=never)
    finish_jobs()
    assert "放弃" in text(desk, place)

    for _ in "twice":
        assert desk.post(f"{place}set-aside/").status_code == 302

    page = text(desk, place)
    assert jobs.SET_ASIDE in page
    assert "已放弃" in page
    assert "确认登记" not in page
    assert todo.uploads(clerk).count() == 0
    assert ChangeRecord.objects.filter(deed=deeds.SET_ASIDE.code).count() == 1

    desk.post(f"{place}reading/")
    jobs.read(upload.pk, stop=never)
    finish_jobs()
    assert "确认登记 1 行" in text(desk, place)


def test_a_reading_at_work_is_asked_to_stop(desk: Client) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]
    let_a_worker_take_the_job(heartbeat_seconds_ago=0)

    desk.post(f"{place}stop/")

    assert "正在取消" in text(desk, place)


def test_a_reading_whose_worker_died_is_broken_off_and_can_be_taken_up_again(
    desk: Client,
) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]
    let_a_worker_take_the_job(heartbeat_seconds_ago=120)

    assert "读取中断" in text(desk, place)
    assert "读取中断" in text(desk, "/imports/")

    desk.post(f"{place}reading/")
    assert "等待读取" in text(desk, place)


def test_a_reading_under_way_is_not_begun_a_second_time(desk: Client) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]

    assert desk.post(f"{place}reading/").status_code == 409
    assert len(queued()) == 1


def test_a_second_worker_finds_nothing_left_to_read(clerk: User) -> None:
    upload = staged(clerk, row())

    jobs.read(upload.pk, stop=never)

    assert Upload.objects.count() == 1


def test_progress_is_a_fragment_that_ends_in_a_new_page(desk: Client, clerk: User) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]
    upload = Upload.objects.get()
    Upload.objects.update(stage="逐行核对", done=100, total=400)

    response = desk.get(f"{place}progress/?stage=逐行核对&since=0&done=0")
    assert "100 / 400" in re.sub(r"<[^>]*>", "", response.content.decode())
    assert "本步约剩" in response.content.decode()

    jobs.read(upload.pk, stop=never)
    done = desk.get(f"{place}progress/")
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("query", ["since=x&done=-1", "since=9&done=9&stage=读", "since=&done="])
def test_a_poll_with_nonsense_is_answered(desk: Client, query: str) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]

    assert desk.get(f"{place}progress/?{query}").status_code == 200


# ---- Looking ----------------------------------------------------------------------------------


def test_the_preview_counts_outcomes_and_says_what_is_wrong(desk: Client, clerk: User) -> None:
    upload = staged(clerk, row(), row(parcel_no="YS-2", approved_on="2022-9-31"))

    page = text(desk, f"/imports/{upload.pk}/")

    assert "错误 1" in page
    assert "新增 1" in page
    assert "批准日期" in page
    assert "2022-9-31" in page
    assert "日期“2022-9-31”不存在" in page
    assert "错误 1 行、冲突 0 行不登记" in page


def test_the_button_says_how_many_rows_and_how_much_land(desk: Client, clerk: User) -> None:
    upload = staged(clerk, row(), row(parcel_no="YS-2", approved_area=7.6544))

    page = text(desk, f"/imports/{upload.pk}/?unit=ha")

    assert "确认登记 2 行，批准 20.0000 公顷" in page


def test_a_changed_row_shows_stored_and_incoming_side_by_side(desk: Client, clerk: User) -> None:
    confirmed(clerk, row())
    upload = staged(clerk, row(approved_area=10))

    page = text(desk, f"/imports/{upload.pk}/?rows=changed")

    assert "批准 2015-06-30 12.3456 公顷 2015-06-30 10 公顷 修改" in page
    assert "批准 1 1 150.00" in page  # 亩, one fact, which is a correction


def test_a_conflict_shows_what_a_person_recorded(desk: Client, clerk: User) -> None:
    parcel = make_parcel(clerk)
    add_fact(parcel, clerk, FactKind.APPROVED, "2015-06-30", {"area": {"value": "9", "unit": "ha"}})
    upload = staged(clerk, row())

    page = text(desk, f"/imports/{upload.pk}/")

    assert "批准 2015-06-30 9 公顷 批准 2015-06-30 12.3456 公顷 冲突" in page
    assert "确认登记" not in page


def test_the_same_ledger_again_has_nothing_to_record(desk: Client, clerk: User) -> None:
    confirmed(clerk, row())
    upload = staged(clerk, row())

    page = text(desk, f"/imports/{upload.pk}/")

    assert "没有可登记的行" in page
    assert "与库内相同" in page


def test_stages_before_and_after_stand_in_a_panel_and_on_a_page(desk: Client, clerk: User) -> None:
    confirmed(clerk, row())
    upload = staged(clerk, row(parcel_no="YS-2", approved_area=2))
    place = f"/imports/{upload.pk}/sums/"

    assert f'hx-get="{place}"' in desk.get(f"/imports/{upload.pk}/").content.decode()
    assert "东胜区 批而未供 1 2 185.18 215.18" in text(desk, place)
    part = desk.get(place, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")


def test_headings_are_shown_with_what_they_were_taken_for(desk: Client, clerk: User) -> None:
    upload = staged(clerk, row())

    assert re.search(r"F 批准面积（公顷） 批准面积 公顷", text(desk, f"/imports/{upload.pk}/"))


def test_long_uploads_are_paged_and_an_unknown_tab_falls_back(desk: Client, clerk: User) -> None:
    upload = staged(clerk, *(row(parcel_no=f"YS-{n}") for n in range(60)))

    second = text(desk, f"/imports/{upload.pk}/?rows=new&page=2")
    assert "第 2 / 2 页" in second
    assert "YS-59" in second
    assert "YS-49 " not in second
    assert "YS-0" in text(desk, f"/imports/{upload.pk}/?rows=nonsense")


def test_rows_sent_back_carry_comments_colours_and_can_be_handed_in_again(
    desk: Client, clerk: User
) -> None:
    wrong_day = row(parcel_no="YS-9", batch_name="=1+1", approved_on="2022-9-31", approved_area=3.5)
    upload = staged(clerk, row(), wrong_day)

    response = desk.get(f"/imports/{upload.pk}/errors.xlsx")

    (sheet,) = workbook.read(response.content)
    headings, wrong = sheet.rows
    assert wrong[headings.index("批准日期")] == "2022-9-31"
    assert wrong[headings.index("批次名称")] == "=1+1"
    assert str(wrong[-1]).startswith("原第 3 行 错误")
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        assert "31" in parts.read("xl/comments1.xml").decode()
        assert "FBE3E1" in parts.read("xl/styles.xml").decode()
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")

    wrong[headings.index("批准日期")] = "2022-09-30"
    corrected = book({sheet.name: sheet.rows})
    again = actions.deliver(actor=clerk, name="改正.xlsx", content=corrected)
    jobs.read(again.pk, stop=never)
    again.refresh_from_db()
    assert again.state == UploadState.STAGED, again.message
    assert again.rows.get().outcome == "new"


def test_uploads_awaiting_a_word_are_counted_in_the_navigation(desk: Client, clerk: User) -> None:
    assert "待确认" not in text(desk, "/board/")
    staged(clerk, row())

    assert "导入 待处理 1" in text(desk, "/board/")


def test_a_message_arrives_once_when_the_work_has_ended(desk: Client) -> None:
    hand_in(desk, ledger([row()]))
    assert "台账.xlsx" not in text(desk, "/board/")

    jobs.read(Upload.objects.get().pk, stop=never)
    finish_jobs()
    assert "“台账.xlsx”待确认。 查看" in text(desk, "/board/")
    assert "台账.xlsx" not in text(desk, "/board/")


def test_the_open_page_needs_no_message_of_its_own(desk: Client) -> None:
    place = hand_in(desk, ledger([row()]))["Location"]
    jobs.read(Upload.objects.get().pk, stop=never)
    finish_jobs()

    assert "“台账.xlsx”待确认" not in text(desk, place)
    assert "“台账.xlsx”待确认" not in text(desk, "/board/")


# ---- Confirming -------------------------------------------------------------------------------


def test_confirming_records_in_the_background_and_gives_a_batch(desk: Client, clerk: User) -> None:
    upload = staged(clerk, row())

    desk.post(f"/imports/{upload.pk}/confirmation/")
    desk.post(f"/imports/{upload.pk}/confirmation/")
    assert queued() == [("parcels.record_upload", "todo")]
    assert "等待登记" in text(desk, f"/imports/{upload.pk}/")

    jobs.record(upload.pk, clerk.pk, stop=never)
    finish_jobs()
    page = text(desk, f"/imports/{upload.pk}/")
    assert "批次 150602-20240930-01" in page
    assert "已登记 1 行" in page
    assert Parcel.objects.get().parcel_no == "YS-1"
    assert desk.post(f"/imports/{upload.pk}/confirmation/").status_code == 409


def test_a_confirmation_asked_to_stop_writes_nothing(desk: Client, clerk: User) -> None:
    upload = staged(clerk, row())

    jobs.record(upload.pk, clerk.pk, stop=lambda: True)

    assert not Parcel.objects.exists()
    page = text(desk, f"/imports/{upload.pk}/")
    assert jobs.CANCELLED in page
    assert "确认登记 1 行" in page


def test_a_confirmation_whose_worker_died_is_confirmed_once_more(desk: Client, clerk: User) -> None:
    upload = staged(clerk, row())
    desk.post(f"/imports/{upload.pk}/confirmation/")
    let_a_worker_take_the_job(heartbeat_seconds_ago=120)
    Upload.objects.update(state=UploadState.CONFIRMING)

    page = text(desk, f"/imports/{upload.pk}/")
    assert "登记中断" in page
    assert "重新确认 1 行" in page

    desk.post(f"/imports/{upload.pk}/confirmation/")
    upload.refresh_from_db()
    assert standing(upload).goes_on
    jobs.record(upload.pk, clerk.pk, stop=never)
    assert Batch.objects.get().rows == 1


def test_nothing_is_confirmed_while_the_file_is_being_read(clerk: User) -> None:
    upload = actions.deliver(actor=clerk, name="台账.xlsx", content=ledger([row()]))

    with pytest.raises(NotReady):
        actions.ask_confirmation(actor=clerk, upload_id=upload.pk)


@pytest.mark.django_db(transaction=True)
def test_a_job_queued_again_after_its_workers_death_records_nothing_by_itself(
    desk: Client, clerk: User
) -> None:
    upload = staged(clerk, row())
    desk.post(f"/imports/{upload.pk}/confirmation/")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set attempts = 1")

    work()

    # The minute may have turned meanwhile: then the worker has queued its own chores.
    assert "parcels.record_upload" not in dict(queued())
    assert not Batch.objects.exists()
    assert "确认登记 1 行" in text(desk, f"/imports/{upload.pk}/")


# ---- Withdrawing ------------------------------------------------------------------------------


def test_a_batch_is_withdrawn_with_a_reason(desk: Client, clerk: User) -> None:
    batch = confirmed(clerk, row())
    place = f"/imports/{batch.upload_id}/withdrawal/"
    assert "撤销 1 行，1 条事实" in text(desk, place)

    assert desk.post(place, {"reason": "  "}).status_code == 422
    assert queued() == []
    desk.post(place, {"reason": "整表单位填错"})
    assert queued() == [("parcels.withdraw_upload", "todo")]
    assert "等待撤销" in text(desk, f"/imports/{batch.upload_id}/")

    jobs.withdraw(batch.upload_id, batch.pk, clerk.pk, "整表单位填错", stop=never)
    finish_jobs()
    page = text(desk, f"/imports/{batch.upload_id}/")
    assert "已撤销" in page
    assert "整表单位填错" in page
    assert desk.get(place).status_code == 404


def test_a_file_checked_against_a_batch_withdrawn_since_is_checked_again(
    desk: Client, clerk: User
) -> None:
    batch = confirmed(clerk, row())
    waiting = staged(clerk, row(), row(parcel_no="YS-2"))
    place = f"/imports/{waiting.pk}/"
    assert "不变 1" in text(desk, place)

    jobs.withdraw(batch.upload_id, batch.pk, clerk.pk, "整表单位填错", stop=never)

    page = text(desk, place)
    assert "重新核对" in page
    assert f"批次 {batch.no} 已撤销" in page
    assert "确认登记" not in page
    refused = desk.post(f"{place}confirmation/")
    assert refused.status_code == 409
    assert queued() == []

    desk.post(f"{place}reading/")
    jobs.read(waiting.pk, stop=never)
    finish_jobs()
    page = text(desk, place)
    assert "重新核对" not in page
    assert "确认登记 2 行" in page


def test_a_batch_that_later_facts_rest_on_names_them_instead(desk: Client, clerk: User) -> None:
    batch = confirmed(clerk, row())
    confirmed(
        clerk,
        row(
            supplied_area=2,
            supply_mode="出让",
            contract_no="HT-1",
            supplied_on=date(2016, 5, 1),
            start_due=date(2017, 6, 1),
        ),
    )
    place = f"/imports/{batch.upload_id}/withdrawal/"

    page = text(desk, place)

    assert "不能撤销" in page
    assert "请先撤销批次 150602-20240930-02" in page
    assert desk.post(place, {"reason": "试"}).status_code == 422


def test_a_withdrawal_that_failed_says_so(desk: Client, clerk: User) -> None:
    batch = confirmed(clerk, row())

    jobs.withdraw(batch.upload_id, batch.pk, clerk.pk, "试", stop=lambda: True)

    page = text(desk, f"/imports/{batch.upload_id}/")
    assert "上次撤销没有成功，批次仍然有效" in page
    assert "撤销批次" in page

    jobs.withdraw(batch.upload_id, batch.pk, clerk.pk, "试", stop=never)

    page = text(desk, f"/imports/{batch.upload_id}/")
    assert "上次撤销没有成功" not in page
    assert "批次 150602-20240930-01 已整批撤销。" in page


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_whose_worker_died_says_so(desk: Client, clerk: User) -> None:
    batch = confirmed(clerk, row())
    desk.post(f"/imports/{batch.upload_id}/withdrawal/", {"reason": "试"})
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set attempts = 1")

    work()

    page = text(desk, f"/imports/{batch.upload_id}/")
    assert "上次撤销没有成功，批次仍然有效：后台作业没有完成。" in page
    assert "撤销批次" in page


# ---- Scope ------------------------------------------------------------------------------------


def test_uploads_of_another_region_are_not_there(client: Client, clerk: User) -> None:
    upload = staged(clerk, row())
    client.force_login(make_user(Role.BANNER_CLERK, EJIN_HORO))

    assert "台账.xlsx" not in text(client, "/imports/")
    for place in ("", "progress/", "sums/", "errors.xlsx", "withdrawal/"):
        assert client.get(f"/imports/{upload.pk}/{place}").status_code == 404
    for act in ("confirmation", "reading", "stop", "withdrawal"):
        assert client.post(f"/imports/{upload.pk}/{act}/").status_code == 404


def test_the_city_sees_the_banners_uploads_and_may_confirm_them(
    client: Client, clerk: User
) -> None:
    upload = staged(clerk, row())
    client.force_login(make_user(Role.CITY_REVIEWER, CITY))

    assert "确认登记 1 行" in text(client, f"/imports/{upload.pk}/")
