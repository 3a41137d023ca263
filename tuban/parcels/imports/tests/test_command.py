"""`tuban import-ledger`: what it prints, and what it leaves behind."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tuban.accounts.models import Role, User
from tuban.parcels.imports.tests.books import book, ledger, row
from tuban.parcels.models import Batch, Fact, Upload, UploadState
from tuban.parcels.tests.cast import CITY, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def reviewer() -> User:
    make_user(Role.BANNER_CLERK)
    return make_user(Role.CITY_REVIEWER, CITY)


def run(path: Path, *options: str) -> tuple[int, str]:
    """Exit code and everything printed."""
    printed = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("import_ledger", str(path), *options, stdout=printed, stderr=printed)
    return int(left.value.code or 0), printed.getvalue()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "台账.xlsx"
    path.write_bytes(content)
    return path


def test_without_confirm_it_only_looks(tmp_path: Path, reviewer: User) -> None:
    code, printed = run(write(tmp_path, ledger([row()])))

    assert code == 0
    assert "共 1 行　新增 1　修改 0　不变 0　冲突 0　错误 0" in printed
    assert "加 --confirm 登记" in printed
    assert str(reviewer) in printed
    assert not Fact.objects.exists()


def test_with_confirm_it_records_and_names_the_batch(tmp_path: Path, reviewer: User) -> None:
    code, printed = run(write(tmp_path, ledger([row()])), "--confirm")

    assert code == 0
    assert f"批次号 {Batch.objects.get().no}" in printed
    assert Fact.objects.get().recorded_by == reviewer


def test_rows_left_out_are_named_and_leave_code_one(tmp_path: Path, reviewer: User) -> None:
    path = write(tmp_path, ledger([row(), row(parcel_no="YS-2", approved_on="2015-13-40")]))

    code, printed = run(path, "--confirm")

    assert code == 1
    assert "第 3 行 批准日期 错误：“2015-13-40”" in printed
    assert "处理：格式 2021-12-02" in printed
    assert "另有 1 行没有登记" in printed
    assert Fact.objects.count() == 1


def test_the_article_stands_beside_what_the_law_refuses(tmp_path: Path, reviewer: User) -> None:
    early = row(supplied_area=1, supplied_on="2014-01-01")

    code, printed = run(write(tmp_path, ledger([early])), "--confirm")

    assert code == 1
    assert "依据：" in printed
    assert "没有生成批次" in printed


def test_the_same_file_again_adds_nothing(tmp_path: Path, reviewer: User) -> None:
    path = write(tmp_path, ledger([row()]))
    run(path, "--confirm")

    code, printed = run(path, "--confirm")

    assert code == 0
    assert "不变 1" in printed
    assert "没有生成批次" in printed
    assert Fact.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"not a workbook", book({"S": [["姓名"], ["甲"]]})])
def test_a_file_that_cannot_be_read_leaves_code_two_and_no_trace(
    tmp_path: Path, reviewer: User, content: bytes
) -> None:
    code, printed = run(write(tmp_path, content), "--confirm")

    assert code == 2
    assert "原因" in printed
    assert "处理" in printed
    assert not Upload.objects.exists()


def test_a_file_that_is_not_there_leaves_code_two(tmp_path: Path, reviewer: User) -> None:
    code, printed = run(tmp_path / "没有.xlsx")

    assert code == 2
    assert "打不开" in printed


def test_it_acts_in_the_name_of_the_post_given(tmp_path: Path, reviewer: User) -> None:
    clerk = make_user(Role.BANNER_CLERK, "150626", "wushen")

    code, printed = run(write(tmp_path, ledger([row()])), "--actor", clerk.username)

    assert code == 1
    assert "不在本岗位的管辖范围内" in printed


def test_the_blank_template_is_written_once_and_imports(tmp_path: Path, reviewer: User) -> None:
    path = tmp_path / "模板.xlsx"

    code, printed = run(path, "--template")
    again, refusal = run(path, "--template")
    _, read = run(path)

    assert (code, again) == (0, 2)
    assert str(path) in printed
    assert "已经存在" in refusal
    assert "台账里没有记录" in read


def test_an_unknown_post_or_none_at_all_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, ledger([row()]))

    for options in ((), ("--actor", "nobody")):
        code, printed = run(path, *options)
        assert code == 2
        assert "账号" in printed


def test_a_post_that_may_not_import_is_refused(tmp_path: Path) -> None:
    auditor = make_user(Role.AUDITOR, CITY)

    code, printed = run(write(tmp_path, ledger([row()])), "--actor", auditor.username)

    assert code == 2
    assert "不能导入台账" in printed


def test_a_ledger_that_asks_something_says_what_and_where_to_answer(
    tmp_path: Path, reviewer: User
) -> None:
    top = ["旗区", "批准文号", "批准日期", "宗号"]
    content = book({"S": [top, ["东胜区", "甲", "2015-06-30", "YS-1"]]})

    code, printed = run(write(tmp_path, content), "--confirm")

    assert code == 2
    assert "没有认出必需的“地块编号”" in printed
    assert "请在网页“导入”中打开“台账.xlsx”答复后继续" in printed
    assert Upload.objects.get().state == UploadState.ASKED
    assert not Batch.objects.exists()
