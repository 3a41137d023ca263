"""Handing a plan in: what is taken, what is refused and why, the limits of the reading."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from tests.road import ledger_file
from tuban.accounts.models import Role, User
from tuban.demonstration.plan import docx_bytes
from tuban.documents.sources import MOST_BYTES
from tuban.instruments import jobs
from tuban.instruments.desk import actions
from tuban.instruments.desk.reading import Limits, PlanUnreadable, read_plan
from tuban.instruments.desk.tests.cast import sound_text
from tuban.instruments.models import Draft, DraftState
from tuban.parcels.tests.cast import CITY, make_user

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAW = "演示条例\n" + "\n".join(f"第{n}条 依法办理。" for n in "一二三四五六")


def scanned() -> bytes:
    """A docx of pictures only."""
    target = io.BytesIO()
    Document().save(target)
    return target.getvalue()


def bomb() -> bytes:
    """A docx that unpacks to far more than it holds."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (210 * 1024 * 1024))
    return target.getvalue()


@pytest.fixture
def reviewer() -> User:
    return make_user(Role.CITY_REVIEWER, CITY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("方案.docx", scanned(), "扫描"),
        ("方案.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("方案.docx", ledger_file([{"地块编号": "YS-1"}]), "Excel"),
        ("方案.docx", bomb(), "解开后"),
        ("条例.txt", LAW.encode(), "不像工作方案"),
    ],
)
def test_what_is_no_plan_says_why_and_registers_nothing(
    reviewer: User, name: str, content: bytes, said: str
) -> None:
    draft = actions.deliver(actor=reviewer, name=name, content=content)
    jobs.read(draft.pk)
    draft.refresh_from_db()

    assert draft.state == DraftState.FAILED
    assert said in draft.message
    assert draft.reading is None


@pytest.mark.django_db
def test_a_docx_is_read_under_limits_and_waits_for_its_review(
    client: Client, reviewer: User
) -> None:
    client.force_login(reviewer)
    answer = client.post(
        "/instruments/", {"file": SimpleUploadedFile("演示方案.docx", docx_bytes())}
    )
    draft = Draft.objects.get()
    assert answer["Location"] == f"/instruments/{draft.pk}/review/"
    assert "正在读取" in client.get(answer["Location"]).content.decode()
    assert client.get(f"/instruments/{draft.pk}/review/progress/").status_code == 200
    jobs.read(draft.pk)
    jobs.read(draft.pk)  # a second worker, thought dead, does nothing

    draft.refresh_from_db()
    assert (draft.state, draft.done) == (DraftState.PENDING, 100)
    assert draft.reading is not None
    assert len(draft.reading["tables"]) == 4
    assert client.get(answer["Location"]).status_code == 200
    assert "待核对" in client.get("/instruments/").content.decode()


@pytest.mark.django_db
def test_the_button_pressed_twice_gives_one_draft_and_a_failed_one_is_read_again(
    reviewer: User,
) -> None:
    one = actions.deliver(actor=reviewer, name="方案.txt", content=b"abc")
    assert actions.deliver(actor=reviewer, name="方案.txt", content=b"abc").pk == one.pk
    with pytest.raises(actions.NotUnderReview):
        actions.read_again(actor=reviewer, draft_id=one.pk)
    jobs.read(one.pk)

    actions.read_again(actor=reviewer, draft_id=one.pk)
    one.refresh_from_db()
    assert (one.state, one.message) == (DraftState.READING, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("方案.pdf", 10, "不能接收 .pdf"),
        ("方案.doc", 10, "旧版 doc"),
        ("方案", 10, "没有扩展名"),
        ("方案.docx", 0, "文件是空的"),
        ("方案.docx", MOST_BYTES + 1, "超过上限 50 MB"),
    ],
)
def test_a_file_that_cannot_be_a_plan_is_refused_at_the_door(
    client: Client, reviewer: User, name: str, size: int, said: str
) -> None:
    client.force_login(reviewer)
    answer = client.post("/instruments/", {"file": SimpleUploadedFile(name, b"0" * size)})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Draft.objects.count() == 0


def test_a_reading_that_takes_too_much_is_broken_off() -> None:
    content = sound_text().encode()
    with pytest.raises(PlanUnreadable, match="用时过长") as refused:
        read_plan(content * 500, "方案.txt", limits=Limits(wall_seconds=0.05))
    assert refused.value.code == "document.reading_time"
    with pytest.raises(PlanUnreadable, match="内存过多"):
        read_plan(content * 500, "方案.txt", limits=Limits(memory_bytes=1024))


def test_who_stops_listening_ends_the_reading() -> None:
    class Enough(Exception):
        pass

    def stop(stage: str, share: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        read_plan(sound_text().encode(), "方案.txt", report=stop)
