"""Every address × six roles × two 旗区 × one's own and foreign ids × days behind and ahead: 0 leaks.

Everything that belongs to a 旗区 carries a word of its own (`doors.MARK`), so that a page, a file or
a tile that shows the other's is found whatever its form.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyogrio.raw
import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from dev.openapi import described
from tests.doors import ABOUT_SOMETHING, ACTS, ALL, ASKED, MARK, POST_ONLY, a_parcel, address
from tests.test_doors import undone
from tuban.accounts.access import may
from tuban.accounts.models import Role, User
from tuban.accounts.tokens import make_token
from tuban.config import navigation
from tuban.core import clock
from tuban.parcels import jobs
from tuban.parcels.exports import making
from tuban.parcels.exports.order import KINDS
from tuban.parcels.models import (
    Batch,
    BatchWithdrawal,
    Export,
    ExportState,
    Parcel,
    Upload,
    UploadState,
)
from tuban.parcels.tests.cast import DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIDES = (DONGSHENG, EJIN_HORO)
AWAY = ("2016-01-01", "2030-01-01")
"""Days behind and ahead, taken by turns: each address is tried on both, by half of the roles.
`test_doors` opens the same addresses as of today."""
DAYS = (*AWAY, "")
ENDS = {"logout"}  # one's visit


@dataclass
class Walk:
    """What a walk through the doors has found."""

    doors: int = 0
    leaks: list[str] = field(default_factory=list)

    def look(self, response: HttpResponseBase, foreign: str, where: str) -> None:
        """Counts the door, and notes it if what it shows belongs to the other side."""
        self.doors += 1
        if holds(response, MARK[foreign]):
            self.leaks.append(f"{where} shows {MARK[foreign]}")

    def shut(self, response: HttpResponseBase, user: User, name: str, where: str) -> None:
        """A foreign object: not there. Whoever may not do the act at all may be told that."""
        expected = {404} if may(user, ACTS.get(name, "read")) else {403, 404}
        if response.status_code not in expected:
            self.leaks.append(f"{where} answers {response.status_code}")


def holds(response: HttpResponseBase, word: str) -> bool:
    """Whether the word stands in the answer, packed, in GBK, or escaped as in JSON."""
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    forms = (word.encode(), word.encode("gb18030"), json.dumps(word)[1:-1].encode())
    return any(form in body for form in forms)


@dataclass(frozen=True)
class World:
    """Two 旗区 with one of everything each, and the addresses that lead there."""

    parcels: dict[str, Parcel]
    addresses: dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def world() -> World:
    parcels = {
        side: a_parcel(make_user(Role.BANNER_CLERK, side, name=f"clerk-{side}"), side)
        for side in SIDES
    }
    names = {side: {name: address(name, parcels[side]) for name in ALL} for side in SIDES}
    return World(parcels, names)


def more(where: str, **query: str) -> str:
    """The address with more asked."""
    for name, value in query.items():
        if value:
            where += f"{'&' if '?' in where else '?'}{name}={value}"
    return where


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("role", list(Role))
def test_no_door_shows_what_is_another_banners(
    client: Client, world: World, role: Role, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The numbers in the navigation name nobody, and are of today whatever day a page stands on.
    nothing = {name: lambda user: Counter() for name in ("counts", "by_entry")}
    monkeypatch.setattr(navigation, "counts", SimpleNamespace(**nothing, total=lambda user: 0))
    user = make_user(role, side)
    other = next(code for code in SIDES if code != side)
    client.force_login(user)
    walk = Walk()
    turn = list(Role).index(role) + SIDES.index(side)
    for position, name in enumerate(sorted(set(ALL) - ENDS)):
        own, foreign = world.addresses[side][name], world.addresses[other][name]
        call = client.post if name in POST_ONLY else client.get
        on = "" if name in POST_ONLY else AWAY[(position + turn) % 2]
        with undone():
            where = more(own, on=on)
            walk.look(call(where), other, where)
            if name in ABOUT_SOMETHING or name in ASKED:
                where = more(foreign, on=on)
                response = call(where)
                walk.look(response, other, where)
                if name in ABOUT_SOMETHING:
                    walk.shut(response, user, name, where)
            if name not in ABOUT_SOMETHING and name not in POST_ONLY:
                where = more(own, region=other)
                walk.look(client.get(where), other, where)
    print(f"{role} of {side}: {walk.doors} doors walked, {len(walk.leaks)} leaks")
    assert walk.leaks == []
    assert walk.doors > 220


@pytest.mark.parametrize("side", SIDES)
def test_one_sees_what_is_ones_own(client: Client, world: World, side: str) -> None:
    """Else an empty house would pass for a tight one."""
    client.force_login(make_user(Role.BANNER_CLERK, side))
    for name in ("parcel-list", "parcel-detail", "parcel-export", "parcel-export-gpkg", "history"):
        assert holds(client.get(world.addresses[side][name]), MARK[side]), name


def features(client: Client, where: str, file: Path) -> int:
    """How many shapes the tile holds, as another program reads it."""
    response = client.get(where)
    if response.status_code == 204:
        return 0
    file.write_bytes(response.content)
    z, x, y = response.wsgi_request.path.removesuffix(".mvt").split("/")[-3:]
    if "parcels" not in {layer[0] for layer in pyogrio.list_layers(file)}:
        return 0
    _, _, shapes, _ = pyogrio.raw.read(file, layer="parcels", X=x, Y=y, Z=z)
    return len(shapes)


def test_no_tile_holds_a_feature_of_another_banner(
    client: Client, world: World, tmp_path: Path
) -> None:
    found = {}
    for role in Role:
        client.force_login(make_user(role, DONGSHENG))
        for on in DAYS:
            for side in SIDES:
                where = more(world.addresses[side]["parcel-tile"], on=on)
                found[role, on, side] = features(client, where, tmp_path / "tile.mvt")
    assert found == {
        (role, on, side): int(side == DONGSHENG) for role in Role for on in DAYS for side in SIDES
    }


def _filled(path: str, parcel: Parcel) -> str:
    """A path of the API about the parcel, or its region."""
    named = {"parcel_id": parcel.pk, "code": "unsupplied_stock", "bulletin_id": 1}
    for name, value in named.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


@pytest.mark.parametrize("side", SIDES)
def test_no_call_answers_with_what_is_another_banners(
    client: Client, world: World, side: str
) -> None:
    for role in Role:
        with undone():
            walk = _called(client, world, role, side)
        print(f"{role} of {side}: {walk.doors} calls, {len(walk.leaks)} leaks")
        assert walk.leaks == []
        assert walk.doors > 50


def _called(client: Client, world: World, role: Role, side: str) -> Walk:
    """A walk through every call of the API."""
    user = make_user(role, side)
    other = next(code for code in SIDES if code != side)
    headers = {"Authorization": f"Bearer {make_token(actor=user, name='测试', days=9)[1]}"}
    walk = Walk()
    for path, methods in json.loads(described())["paths"].items():
        for method in methods:
            for on in DAYS:
                for target in SIDES:
                    where = more(_filled(path, world.parcels[target]), on=on, region=target)
                    response: Any = client.generic(
                        method.upper(), where, "{}", "application/json",
                        headers={**headers, "Idempotency-Key": f"{method}{where}"},
                    )  # fmt: skip
                    walk.look(response, other, f"{method} {where}")
                    if "{parcel_id}" in path and target == other and response.status_code == 200:
                        walk.leaks.append(f"{method} {where} answers 200")
    return walk


def never() -> bool:
    return False


def test_a_job_with_a_foreign_id_does_nothing(world: World) -> None:
    clerk = make_user(Role.BANNER_CLERK, DONGSHENG)
    foreign = Upload.objects.get(region=EJIN_HORO)
    batch = Batch.objects.get(region=EJIN_HORO, upload=foreign)

    jobs.withdraw(foreign.pk, batch.pk, clerk.pk, "不是我的", stop=never)
    assert not BatchWithdrawal.objects.exists()

    Upload.objects.filter(pk=foreign.pk).update(state=UploadState.STAGED)
    jobs.record(foreign.pk, clerk.pk, stop=never)
    assert Upload.objects.get(pk=foreign.pk).state == UploadState.STAGED
    assert Batch.objects.count() == 2


def test_a_file_made_in_the_background_holds_only_its_owners_rows(
    client: Client, world: World
) -> None:
    clerk = make_user(Role.BANNER_CLERK, DONGSHENG)
    client.force_login(clerk)
    asked = f"region={EJIN_HORO}&code=unsupplied_stock&upload={Upload.objects.latest('pk').pk}"
    for kind in sorted(KINDS):
        for query in ("", asked):
            export = Export.objects.create(
                kind=kind, query=query, on=TODAY, unit="mu", post=clerk.post, requested_by=clerk,
                requested_at=clock.now(), state=ExportState.WAITING,
            )  # fmt: skip
            making.make(export.pk)
            export.refresh_from_db()
            if export.state == ExportState.READY:
                response = client.get(f"/parcels/exports/{export.pk}/file/")
                assert not holds(response, MARK[EJIN_HORO]), (kind, query)
            else:
                assert MARK[EJIN_HORO] not in export.message, (kind, query)
