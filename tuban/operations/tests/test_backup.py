"""An office is backed up while it works, destroyed, restored: nothing is missing, nothing is new."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tuban.config import state
from tuban.operations import kept, manifest
from tuban.operations.backup import rows_of
from tuban.operations.tests.office import PASSWORD, SECRET_KEY, Office
from tuban.operations.tests.services import Site, rows_of_book, running

pytestmark = pytest.mark.slow
WORK = ("-m", "tuban.operations.tests.work")


class Night(NamedTuple):
    """What a night leaves behind."""

    office: Office
    backup: Path
    began_with: int
    ended_with: int


def _parcels(office: Office) -> int:
    found: int = office.sql("select count(*) from parcels_parcel")[0][0]
    return found


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """An office that takes in ledger after ledger while it is backed up twice."""
    office = Office(tmp_path_factory.mktemp("office"), "tuban_night")
    office.make_database()
    try:
        code, said = office.run(*WORK, "begin")
        assert code == 0, said
        with office.start(*WORK, "on") as busy:
            assert busy.stdout
            assert busy.stdout.readline() == "1\n", "at work before the backup begins"
            before = _parcels(office)
            code, said = office.tuban("backup", str(office.folder / "backups"))
            after = _parcels(office)
            assert busy.poll() is None, "still at work when it has ended"
            busy.kill()
        assert code == 0, said
        (backup,) = (office.folder / "backups").glob("tuban-*")
        yield Night(office, backup, before, after)
    finally:
        office.drop_databases()


@pytest.fixture
def spoilt(night: Night, tmp_path: Path) -> Path:
    """A copy of the backup to be spoilt."""
    copy = tmp_path / night.backup.name
    shutil.copytree(night.backup, copy)
    return copy


def _resealed(backup: Path, **changes: Any) -> None:
    """Rewrites the manifest with a right sum: as somebody would who knows how."""
    path = backup / manifest.NAME
    text = json.dumps({**json.loads(path.read_text("utf-8")), **changes})
    path.write_text(text, "utf-8")
    (backup / manifest.SUM).write_text(hashlib.sha256(text.encode()).hexdigest())


def _refused(night: Night, code: int, *words: str) -> str:
    """The restore is refused, and has touched nothing."""
    had = night.office.databases(), _parcels(night.office)
    left, said = night.office.tuban("restore", *words)
    assert left == code, said
    assert (night.office.databases(), _parcels(night.office)) == had
    return said


def test_the_backup_is_of_one_moment_and_for_its_owner_alone(night: Night) -> None:
    known = manifest.verified(night.backup)

    assert known.rows["parcels_parcel"] % 5 == 0, "five parcels a ledger, whole ledgers only"
    assert night.began_with <= known.rows["parcels_parcel"] <= night.ended_with
    assert night.ended_with > night.began_with, "people did work meanwhile"
    files = [night.backup, *night.backup.rglob("*")]
    assert {stat.S_IMODE(p.stat().st_mode) for p in files if p.is_file()} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in files if p.is_dir()} == {0o700}
    assert not any(SECRET_KEY.encode() in p.read_bytes() for p in files if p.is_file())


def test_every_file_that_the_moment_names_is_in_it(night: Night) -> None:
    known = manifest.verified(night.backup)

    # begin: ledger, boundaries and a waiting plan; on: one ledger for every five parcels, and
    # perhaps one that is staged and not yet recorded.
    recorded = 3 + (known.rows["parcels_parcel"] - 20) // 5
    assert len(known.files) in {recorded, recorded + 1}
    assert known.missing == []
    for digest in known.files:
        path = night.backup / kept.place(digest)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_every_column_that_names_a_kept_file_is_known() -> None:
    assert set(kept.columns()) >= {("parcels_upload", "sha256"), ("instruments_draft", "sha256")}


@pytest.mark.parametrize(
    ("harm", "cause"),
    [
        (lambda b: (b / manifest.NAME).unlink(), "没有备份清单"),
        (lambda b: (b / manifest.SUM).unlink(), "没有备份清单"),
        (lambda b: (b / manifest.NAME).write_text("{}"), "被改动或损坏"),
        (lambda b: (b / manifest.DUMP).unlink(), "缺少文件 database.dump"),
        (lambda b: (b / manifest.DUMP).write_bytes(b"half"), "现为 4 字节"),
        (lambda b: next((b / "files").glob("*/*")).unlink(), "缺少文件 files/"),
        (lambda b: _flip(next((b / "files").glob("*/*"))), "内容与清单不符"),
        (lambda b: _resealed(b, format=2), "另一版程序"),
    ],
)
def test_a_broken_backup_is_named(spoilt: Path, harm: Any, cause: str) -> None:
    harm(spoilt)

    with pytest.raises(manifest.BrokenBackup, match=cause):
        manifest.verified(spoilt)


def test_a_backup_of_a_later_version_is_refused_before_anything_is_touched(
    night: Night, spoilt: Path
) -> None:
    _resealed(spoilt, migrations=["parcels.9999_later"])

    said = _refused(night, 2, str(spoilt), "--replace")

    assert "parcels.9999_later；请先升级程序" in said
    assert "没有改动任何数据" in said


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


def test_a_dump_that_is_not_what_the_manifest_says_never_takes_the_place(
    night: Night, spoilt: Path
) -> None:
    known = json.loads((spoilt / manifest.NAME).read_text("utf-8"))
    _resealed(spoilt, rows=known["rows"] | {"parcels_fact": 1})

    assert "恢复后与清单不符：parcels_fact" in _refused(night, 2, str(spoilt), "--replace")


def test_what_is_there_is_not_overwritten_unasked(night: Night) -> None:
    said = _refused(night, 1, str(night.backup))

    assert "不是空的" in said
    assert "--replace" in said


def test_a_database_in_use_is_not_exchanged(night: Night) -> None:
    with night.office.connect():
        assert "正在使用" in _refused(night, 1, str(night.backup), "--replace")


def test_another_lost_file_is_named_and_the_rest_is_saved(night: Night, tmp_path: Path) -> None:
    lost = next(night.office.uploads.glob("*/*"))
    away = lost.rename(tmp_path / "away")
    try:
        code, said = night.office.tuban("backup", str(tmp_path / "backups"))
    finally:
        away.rename(lost)

    assert code == 1
    assert lost.name in said
    (backup,) = (tmp_path / "backups").glob("tuban-*")
    assert manifest.verified(backup).missing == [lost.name]


def test_a_backup_without_a_database_leaves_no_half(night: Night, tmp_path: Path) -> None:
    night.office.env["TUBAN_DATABASE_URL"] += "x" * 8 + "&connect_timeout=1"
    target = tmp_path / "backups"
    try:
        code, said = night.office.tuban("backup", str(target))
    finally:
        night.office.env["TUBAN_DATABASE_URL"] = night.office.url

    assert code == 2, said
    assert [path.name for path in target.iterdir()] == [".lock"]


def test_destroyed_and_restored_it_goes_on_where_it_was(night: Night) -> None:
    office, known = night.office, manifest.verified(night.backup)
    office.drop_databases()
    shutil.rmtree(office.uploads)

    code, said = office.tuban("restore", str(night.backup))

    assert code == 0, said
    assert f"地块 {known.rows['parcels_parcel']:,}" in said
    assert "密钥" not in said, "the key is still the same"
    with office.connect() as made:
        assert rows_of(made) == known.rows
        assert kept.named(made) == sorted(known.files)
    for digest in known.files:
        path = office.uploads / digest[:2] / digest
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    code, said = office.tuban("rebuild-phases", "--check")
    assert code == 0
    assert f"一致：{known.rows['parcels_parcel']} 宗地块的阶段与事实推出的结果相同。" in said
    with pytest.raises(Exception, match="Cannot update"):
        office.sql("update parcels_fact set reason = 'x'")
    # The job that read the plan was waiting when the backup was made; file and job are both back.
    worker = ("procrastinate", "worker", "--one-shot", "--delete-jobs", "never")
    code, said = office.tuban("manage", *worker)
    assert office.sql("select state from instruments_draft where instrument_id is null") == [
        ("pending",)
    ], said


def test_the_services_of_an_office_serve_what_was_restored(night: Night) -> None:
    """Started by the very lines of the units, without the demonstration's ease."""
    office = night.office
    shutil.copytree(state.ROOT / "var" / "vendor", office.folder / "vendor")
    code, said = office.tuban("manage", "collectstatic", "--noinput", "-v0")
    assert code == 0, said
    with running(office, "tuban-worker.service"), running(office, "tuban-web.service") as site:
        site.until_healthy()

        answer = site.sign_in("clerk", PASSWORD)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/board/")
        assert {"; Secure", "; HttpOnly"} <= set(
            re.findall("; [A-Za-z]+", answer.headers["Set-Cookie"])
        )
        page = site.get("/parcels/?q=B-12")
        assert page.status_code == 200
        assert "B-12" in page.text
        book = site.get("/parcels/export.xlsx?q=B-12")
        assert book.status_code == 200, book.headers
        assert any("B-12" in row for row in rows_of_book(book.content))
        assert "max-age" in page.headers["Strict-Transport-Security"]
        number = _trouble(office, site)
    _log_tells_what_it_may(office, number)


SECRETS = ("Mima-2024-xxxx", "tuban_lingpai", "%E7%A7%98%E5%AF%86", "秘密", PASSWORD)


def _trouble(office: Office, site: Site) -> str:
    """Wrong passwords, a wrong token, and a fault of our own; the number of the faulty request."""
    password, token, words, *_ = SECRETS
    another = Site(site.port)
    assert another.sign_in("clerk", password).status_code == 422
    refused = another.get("/api/v1/parcels", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    office.sql("alter table parcels_parcel rename to away")
    try:
        fault = site.get(f"/parcels/?q={words}")
    finally:
        office.sql("alter table away rename to parcels_parcel")
    assert fault.status_code == 500
    number = fault.headers["X-Request-Id"]
    assert number in fault.text
    return number


def _log_tells_what_it_may(office: Office, number: str) -> None:
    """A number read out over the telephone finds the fault; no secret is in the log."""
    text = (office.folder / "tuban-web.service.log").read_text("utf-8")
    line = rf"^\d{{4}}-\d\d-\d\d [\d:,]+ ERROR django\.request \[{number}\] .*/parcels/$"
    assert re.search(line, text, re.MULTILINE), text
    assert "Traceback" in text
    sessions = [key for (key,) in office.sql("select session_key from django_session")]
    assert sessions
    assert [secret for secret in (*SECRETS, SECRET_KEY, *sessions) if secret in text] == []


def test_restored_over_work_it_sets_that_aside_whole(night: Night) -> None:
    office = night.office
    (office.folder / "secret-key").write_text(SECRET_KEY[::-1])
    had = office.sql("select count(*) from procrastinate_events")

    code, said = office.tuban("restore", str(night.backup), "--replace")

    assert code == 0, said
    assert "密钥与备份时不同" in said
    (aside,) = [name for name in office.databases() if "_before_" in name]
    assert aside in said
    with office.server.database(aside).connect() as old:
        assert old.execute("select count(*) from procrastinate_events").fetchall() == had
    assert not [name for name in office.databases() if name.endswith("_restoring")]
