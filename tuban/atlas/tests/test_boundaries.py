"""`tuban import-regions`: real boundaries in the name of a post, on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from tuban.accounts.access import Forbidden
from tuban.accounts.models import ChangeRecord, Role
from tuban.atlas.boundaries import replace_boundaries
from tuban.parcels.tests.cast import CITY, DONGSHENG, make_user
from tuban.regions.models import Region
from tuban.regions.tests.test_boundaries import file, schematic

pytestmark = pytest.mark.django_db


def test_the_command_says_what_is_left_and_who_answers_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path / "x.geojson", {DONGSHENG: schematic()[DONGSHENG]})
    with pytest.raises(SystemExit) as ended:
        call_command("import_regions", str(path))
    assert ended.value.code == 2, "nobody may yet"

    admin = make_user(Role.SYSTEM_ADMIN, CITY)
    with pytest.raises(SystemExit) as ended:
        call_command("import_regions", str(path))

    assert ended.value.code == 1
    assert "仍为示意界线" in capsys.readouterr().out
    written = ChangeRecord.objects.get(deed="map.boundaries")
    assert (written.actor, written.detail["文件"]) == (admin, "x.geojson")
    assert written.detail["旗区"] == Region.objects.get(code=DONGSHENG).name


def test_other_posts_may_not(tmp_path: Path) -> None:
    path = file(tmp_path / "x.geojson", {DONGSHENG: schematic()[DONGSHENG]})
    with pytest.raises(Forbidden):
        replace_boundaries(actor=make_user(Role.CITY_REVIEWER, CITY), path=path)
    assert Region.objects.get(code=DONGSHENG).schematic
