"""Exports as people meet them: the filtered rows, key facts, large ones in the background."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tuban.accounts.models import Role, User
from tuban.core import clock
from tuban.parcels.exports import delivery, kept, making
from tuban.parcels.exports.parcels import FIELDS
from tuban.parcels.models import Export, ExportState
from tuban.parcels.tests.cast import TODAY, make_parcel, make_user, mu
from tuban.parcels.tests.drawn import make_batch

pytestmark = pytest.mark.django_db
APPROVED = ("2015-06-30", mu("45"))
SUPPLIED = ("2020-03-01", {**mu("45"), "mode": "grant", "contract_no": "HT-1"})
AGREED = ("2020-03-01", {"start_on": "2021-03-01"})


@pytest.fixture(autouse=True)
def today(settings: Settings, tmp_path: Any) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.EXPORTS_ROOT = tmp_path / "exports"


@pytest.fixture
def clerk() -> User:
    return make_user(Role.BANNER_CLERK)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def sheet_of(content: bytes) -> list[list[Any]]:
    book: CalamineWorkbook = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def row_of(content: bytes, no: str = "YS-1") -> dict[str, Any]:
    rows = sheet_of(content)
    found = next(row for row in rows if row[1] == no)
    return dict(zip((str(heading) for heading in rows[3]), found, strict=True))


# ---- The list ---------------------------------------------------------------------------------


def test_the_list_has_its_facts_phase_areas_and_sum(desk: Client, clerk: User) -> None:
    make_parcel(
        clerk,
        approved=APPROVED,
        supplied=SUPPLIED,
        delivered=("2020-03-20", {}),
        start_agreed=AGREED,
        recognised_idle=("2022-05-01", {"cause": "enterprise"}),
    )

    response = desk.get("/parcels/export.xlsx")

    found = row_of(response.content)
    assert len(FIELDS) >= 25
    assert found["旗区"] == "东胜区"
    assert found["批准日期"] == date(2015, 6, 30)
    assert found["供应日期"] == date(2020, 3, 1)
    assert found["供应方式"] == "出让"
    assert found["合同编号"] == "HT-1"
    assert found["交地日期"] == date(2020, 3, 20)
    assert found["约定动工日"] == date(2021, 3, 1)
    assert found["实际动工日"] == "—"
    assert found["闲置认定日期"] == date(2022, 5, 1)
    assert found["闲置原因"] == "企业原因"
    assert found["批准面积（亩）"] == 45.0
    assert found["阶段"] == "闲置（已认定）"
    assert sheet_of(response.content)[-1][0] == "筛选合计"
    total = dict(zip(sheet_of(response.content)[3], sheet_of(response.content)[-1], strict=True))
    assert total["批准面积（亩）"] == 45.0
    assert (
        unquote(response["Content-Disposition"]).count("地块清单 截至2024-09-30 导出20240930-") == 1
    )
    assert response["Cache-Control"] == "private, no-store"


def test_facts_after_the_as_of_day_are_not_in_the_list(desk: Client, clerk: User) -> None:
    make_parcel(clerk, approved=APPROVED, supplied=SUPPLIED, start_agreed=AGREED)

    found = row_of(desk.get("/parcels/export.xlsx?on=2019-12-31").content)

    assert found["供应日期"] == "—"
    assert found["约定动工日"] == "—"
    assert found["阶段"] == "批而未供"


def test_a_forecast_says_so(desk: Client, clerk: User) -> None:
    make_parcel(clerk, approved=APPROVED)

    rows = sheet_of(desk.get("/parcels/export.xlsx?on=2030-01-01").content)

    assert rows[1][0].startswith("截至 2030-01-01（预测，按此后没有新事实推算）")


def test_queries_do_not_grow_with_the_rows(desk: Client, clerk: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get("/parcels/export.xlsx")
        return len(asked)

    make_parcel(clerk, no="YS-1", approved=APPROVED, supplied=SUPPLIED)
    few = queries()
    for number in range(2, 12):
        make_parcel(clerk, no=f"YS-{number}", approved=APPROVED, supplied=SUPPLIED)

    assert queries() <= few


def test_the_page_of_formats_counts_what_cannot_be_drawn(desk: Client, clerk: User) -> None:
    make_parcel(clerk, approved=APPROVED)

    page = desk.get("/parcels/exports/?stage=unsupplied").content.decode()

    assert "这 1 宗地块都没有登记界址" in page
    assert "/parcels/export.txt" not in page
    assert "阶段 <b" in page


def test_posts_that_may_not_export_are_offered_nothing(client: Client, clerk: User) -> None:
    make_parcel(clerk, approved=APPROVED)
    client.force_login(make_user(Role.SYSTEM_ADMIN))

    for place in ("/parcels/", "/imports/", "/measures/unsupplied_stock/"):
        assert "导出" not in client.get(place).content.decode()


# ---- Contributions, uploads -------------------------------------------------------------------


def test_contributions_add_up_to_the_figure(desk: Client, clerk: User) -> None:
    make_parcel(clerk, no="YS-1", approved=APPROVED)
    make_parcel(clerk, no="YS-2", approved=("2016-06-30", mu("15.25")))

    rows = sheet_of(desk.get("/measures/unsupplied_stock/export.xlsx?unit=mu").content)

    assert "批而未供存量" in rows[1][0]
    assert "截至 2024-09-30" in rows[1][0]
    assert "单位：亩" in rows[1][0]
    assert [row[0] for row in rows[4:]] == ["YS-1", "YS-2", "合计"]
    assert [row[-1] for row in rows[4:]] == [45.0, 15.25, 60.25]


def test_the_list_of_uploads_is_of_ones_own_scope(desk: Client, clerk: User) -> None:
    make_batch(clerk, "150602", name="我们的.txt")
    make_batch(clerk, "150627", name="别人的.txt")

    rows = sheet_of(desk.get("/imports/export.xlsx").content)

    assert [row[0] for row in rows[4:]] == ["我们的.txt"]
    assert rows[4][4] == "已登记"
    assert rows[4][-1] == "150602-20240920-01"


# ---- Large ones -------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, clerk: User) -> None:
    """Two parcels are many."""
    monkeypatch.setattr(delivery, "DIRECT_ROWS", 1)
    make_parcel(clerk, no="YS-1", approved=APPROVED)
    make_parcel(clerk, no="YS-2", approved=("2016-06-30", mu("15.25")))


def test_a_large_list_is_asked_for_made_in_the_background_and_fetched(
    desk: Client, clerk: User, large: None
) -> None:
    place = "/parcels/export.xlsx?stage=unsupplied&sort=area"
    asked = desk.get(place)
    assert "在后台生成" in asked.content.decode()
    assert not Export.objects.exists()

    begun = desk.post(place)
    export = Export.objects.get()
    assert begun["Location"] == f"/parcels/exports/{export.pk}/"
    assert ProcrastinateJob.objects.filter(
        task_name="parcels.make_export", args={"export_id": export.pk}
    ).exists()
    assert "等待生成" in desk.get(f"/parcels/exports/{export.pk}/").content.decode()
    assert desk.get(f"/parcels/exports/{export.pk}/file/").status_code == 409

    making.make(export.pk)

    page = desk.get(f"/parcels/exports/{export.pk}/").content.decode()
    assert "可下载" in page
    response = desk.get(f"/parcels/exports/{export.pk}/file/")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert [row[1] for row in sheet_of(content)[4:-1]] == ["YS-2", "YS-1"]
    assert "阶段 批而未供" in sheet_of(content)[1][0]
    assert "地块清单 截至2024-09-30" in unquote(response["Content-Disposition"])
    assert desk.get(f"/parcels/exports/{export.pk}/progress/").status_code == 204


def test_pressed_twice_it_is_made_once(desk: Client, large: None) -> None:
    for _ in range(2):
        desk.post("/parcels/export.xlsx")

    assert Export.objects.count() == 1


def test_one_post_does_not_keep_the_worker_from_the_others(desk: Client, large: None) -> None:
    statuses = [desk.post(f"/parcels/export.xlsx?on=2024-0{n}-01").status_code for n in range(1, 6)]

    assert statuses == [302] * 4 + [409]
    assert Export.objects.count() == 4


def test_only_the_same_post_may_fetch_it(desk: Client, clerk: User, large: None) -> None:
    desk.post("/parcels/export.xlsx")
    export = Export.objects.get()
    making.make(export.pk)
    colleague = make_user(Role.BANNER_CLERK, name="colleague")
    same_post = User.objects.create_user("second", "cast-2024-pass", post=clerk.post)

    desk.force_login(colleague)
    for part in ("", "progress/", "file/"):
        assert desk.get(f"/parcels/exports/{export.pk}/{part}").status_code == 404
    desk.force_login(same_post)
    assert desk.get(f"/parcels/exports/{export.pk}/file/").status_code == 200


def test_after_a_day_it_is_gone(desk: Client, large: None) -> None:
    desk.post("/parcels/export.xlsx")
    export = Export.objects.get()
    making.make(export.pk)
    kept.new_draft(999).write_bytes(b"left behind")
    kept.new_draft(export.pk).write_bytes(b"left behind too")
    Export.objects.update(requested_at=clock.now() - timedelta(days=1, minutes=1))

    assert desk.get(f"/parcels/exports/{export.pk}/file/").status_code == 404
    assert kept.forget_old() == 1
    assert list(kept.path_of(export.pk).parent.iterdir()) == []
    assert not Export.objects.exists()


def test_a_worker_that_died_half_way_leaves_nothing_to_fetch_and_can_begin_anew(
    desk: Client, large: None
) -> None:
    desk.post("/parcels/export.xlsx")
    export = Export.objects.get()
    kept.new_draft(export.pk).write_bytes(b"half")
    Export.objects.update(state=ExportState.MAKING, seen_at=clock.now() - timedelta(minutes=5))

    assert "后台作业中断" in desk.get(f"/parcels/exports/{export.pk}/").content.decode()
    assert desk.get(f"/parcels/exports/{export.pk}/file/").status_code == 409
    making.make(export.pk)

    export.refresh_from_db()
    assert export.state == ExportState.READY
    made = kept.path_of(export.pk).stat().st_mtime_ns
    making.make(export.pk)  # the queue may hand the job out once more
    assert kept.path_of(export.pk).stat().st_mtime_ns == made


@pytest.mark.parametrize(
    ("fault", "words"),
    [(OSError(28, "No space left on device"), "存储空间不足"), (KeyError("x"), "系统出错")],
)
def test_a_full_disk_or_a_fault_is_said_in_words(
    desk: Client, large: None, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    desk.post("/parcels/export.xlsx")
    export = Export.objects.get()

    def fail(*args: object) -> None:
        raise fault

    monkeypatch.setattr("tuban.parcels.exports.sheet.write", fail)
    if isinstance(fault, OSError):
        making.make(export.pk)
    else:
        with pytest.raises(KeyError):
            making.make(export.pk)

    assert words in desk.get(f"/parcels/exports/{export.pk}/").content.decode()
    assert list(kept.path_of(export.pk).parent.iterdir()) == []


def test_a_refusal_reaches_the_page(desk: Client, large: None) -> None:
    desk.post("/parcels/export.gpkg")
    export = Export.objects.get()

    making.make(export.pk)

    assert "都没有登记界址" in desk.get(f"/parcels/exports/{export.pk}/").content.decode()


def test_a_post_that_moved_gets_nothing_of_its_new_scope(
    desk: Client, clerk: User, large: None
) -> None:
    desk.post("/parcels/export.xlsx")
    clerk.post = make_user(Role.CITY_REVIEWER, "150600").post
    clerk.save()

    making.make(Export.objects.get().pk)

    assert Export.objects.get().state == ExportState.FAILED
