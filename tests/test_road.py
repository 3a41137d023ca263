"""The road: a plan and a ledger in, facts, law, timeline, measures, a live board.

Written first, never broken: if this test fails, Tuban does not do what it is for.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from docx import Document
from pytest_django import Settings

from tests.road import boundary_file, ledger_file, plan_text, stages_of, tile_at
from tuban.accounts.models import Organisation, OrganisationKind, Post, Role, User
from tuban.bulletins import actions as bulletins
from tuban.bulletins.models import Bulletin
from tuban.bulletins.periods import Kind
from tuban.instruments.actions import confirm_plan
from tuban.law.facts import FactKind
from tuban.law.timeline import Stage
from tuban.measures.changes import changes
from tuban.measures.queries import contributions, targets
from tuban.parcels.actions import record_fact
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.staging import stage_upload
from tuban.parcels.models import Outcome, Parcel, ParcelPhase
from tuban.parcels.phases import differences
from tuban.values.area import Unit

ON = date(2024, 9, 30)
MU_M2 = Fraction(2000, 3)
DONGSHENG, CITY = "150602", "150600"


def post(code: str, role: Role, region: str) -> User:
    """An account of one post."""
    kind = OrganisationKind.LAND_BUREAU
    organisation = Organisation.objects.create(
        code=code, name=f"演示单位{code}", kind=kind, region_id=region
    )
    title = Post.objects.create(organisation=organisation, title="演示岗", role=role)
    return User.objects.create_user(code, "road-test-2024", post=title)


def phase_on(parcel: Parcel, on: date) -> ParcelPhase:
    """The parcel's phase on the day."""
    return next(
        p
        for p in ParcelPhase.objects.filter(parcel=parcel)
        if p.starts_on <= on and (p.ends_on is None or p.ends_on > on)
    )


def figure(page: str, measure: str, region: str) -> str:
    """The text of a figure on the page, found by what it declares itself to be."""
    tags = re.findall(r"<[^>]*data-measure=[^>]*>[^<]*", page)
    for tag in tags:
        if f'data-measure="{measure}"' in tag and f'data-region="{region}"' in tag:
            return tag.rsplit(">", 1)[1].strip()
    raise AssertionError(f"{measure} of {region} is not on the page")


def paper(page: str) -> str:
    """A bulletin as printed, without what stands beside it."""
    return page[page.index("<article") : page.index("</article>")]


def printed(letter: bytes) -> list[str]:
    """The words of a DOCX."""
    document = Document(BytesIO(letter))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@pytest.mark.django_db(transaction=True)
def test_a_plan_and_a_ledger_become_a_live_board(settings: Settings, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = ON
    reviewer = post("city", Role.CITY_REVIEWER, "150600")
    clerk = post("dongsheng", Role.BANNER_CLERK, DONGSHENG)

    # A plan in, confirmed by a person: tasks and targets stand.
    plan = confirm_plan(actor=reviewer, content=plan_text().encode(), name="方案.txt")
    assert [task.lead for task in plan.tasks.all()] == [
        ["市自然资源局", "各旗区人民政府"],
        ["各旗区人民政府"],
    ]
    goal = targets("unsupplied_disposed", on=ON)["unsupplied_disposed", DONGSHENG, 2024, "cell"]
    assert (goal.printed, goal.unit, goal.area_m2) == ("30", "亩", 30 * MU_M2)

    # A ledger in, staged, confirmed: facts and phases.
    file = tmp_path / "台账.xlsx"
    row = {
        "旗区": "东 胜 区",
        "批准文号": "演土批[2015]1号",
        "批准日期": "2015-06-30",
        "批准面积（亩）": "45",
    }
    file.write_bytes(
        ledger_file(
            [{**row, "地块编号": "YS-1"}, {**row, "地块编号": "YS-2", "批准日期": "2015.6.30"}]
        )
    )
    upload = stage_upload(actor=clerk, source=file, name=file.name)
    assert set(upload.rows.values_list("outcome", flat=True)) == {Outcome.NEW}
    batch = confirm_upload(actor=clerk, upload_id=upload.pk)
    assert (batch.rows, batch.facts) == (2, 2)
    parcel = Parcel.objects.get(parcel_no="YS-1")
    assert phase_on(parcel, ON).stage == Stage.UNSUPPLIED
    assert changes(["unsupplied_stock"], ON).stock("unsupplied_stock")[DONGSHENG] == 90 * MU_M2

    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    before = client.get("/board/?unit=mu").content.decode()
    assert figure(before, "unsupplied_stock", DONGSHENG) == "90.00"

    # A boundary file in: the parcel lies on the map.
    drawn = stage_upload(actor=clerk, source=boundary_file("YS-1"), name="界址点.txt")
    confirm_upload(actor=clerk, upload_id=drawn.pk)
    parcel.refresh_from_db()
    assert parcel.geometry is not None
    tile = "/tiles/parcels/{}/{}/{}.mvt".format(*tile_at(*parcel.geometry.centroid.coords, 16))

    def on_the_map() -> dict[str, str]:
        return stages_of(client.get(f"{tile}?on={ON}").content, tmp_path / "tile.mvt")

    assert on_the_map() == {"YS-1": Stage.UNSUPPLIED}

    # A fact recorded by a person: phase, measure, board and tile change, and nothing else moves.
    record_fact(
        actor=clerk,
        parcel_id=parcel.pk,
        kind=FactKind.SUPPLIED,
        on=date(2024, 5, 6),
        payload={"area": {"value": "30", "unit": "mu"}, "mode": "grant"},
    )
    record_fact(
        actor=clerk,
        parcel_id=parcel.pk,
        kind=FactKind.START_AGREED,
        on=date(2024, 5, 6),
        payload={"start_on": "2025-05-06"},
    )
    assert phase_on(parcel, ON).stage == Stage.SUPPLIED
    assert phase_on(parcel, date(2026, 5, 7)).stage == Stage.SUSPECTED_IDLE
    disposed = changes(["unsupplied_disposed"], ON).flow("unsupplied_disposed")
    assert disposed[DONGSHENG, 2024] == 30 * MU_M2
    after = client.get("/board/?unit=mu").content.decode()
    assert figure(after, "unsupplied_stock", DONGSHENG) == "60.00"
    assert client.get("/board/?unit=mu&on=2024-05-05").content.decode().count("90.00") > 0
    assert on_the_map() == {"YS-1": Stage.SUPPLIED}

    # Every figure opens its rows, and the rows sum to it.
    opened = contributions(
        clerk, "unsupplied_disposed", region_code=DONGSHENG, period="2024", on=ON
    )
    assert sum(Fraction(r.area_m2) for r in opened.rows) == opened.total_m2 == 30 * MU_M2
    assert differences([parcel.pk]) == []

    # A bulletin is issued by three posts; another fact is recorded: the next one changes, it not.
    second, leader = post("second", Role.CITY_REVIEWER, CITY), post("head", Role.CITY_LEADER, CITY)

    def bulletin() -> Bulletin:
        made = bulletins.draft(
            actor=reviewer,
            kind=Kind.MONTH,
            on=ON,
            region_code=CITY,
            subjects=["unsupplied"],
            unit=Unit.MU,
        )
        bulletins.submit(actor=reviewer, bulletin_id=made.pk)
        bulletins.review(actor=second, bulletin_id=made.pk)
        return bulletins.issue(actor=leader, bulletin_id=made.pk, prefix="演自然资通")

    issued = bulletin()
    page = client.get(f"/bulletins/{issued.pk}/").content.decode()
    letter = client.get(f"/bulletins/{issued.pk}.docx").content
    record_fact(
        actor=clerk,
        parcel_id=Parcel.objects.get(parcel_no="YS-2").pk,
        kind=FactKind.WITHDRAWN,
        on=date(2024, 9, 20),
        payload={"area": {"value": "45", "unit": "mu"}},
    )
    following = client.get(f"/bulletins/{bulletin().pk}/").content.decode()
    again = client.get(f"/bulletins/{issued.pk}/").content.decode()
    assert figure(page, "unsupplied_stock", DONGSHENG) == "60.00"
    assert figure(following, "unsupplied_stock", DONGSHENG) == "15.00"
    assert paper(again) == paper(page) != paper(following)
    assert printed(client.get(f"/bulletins/{issued.pk}.docx").content) == printed(letter)
    assert "60.00 → " in again  # what changed since stands beside the paper, not in it
    frozen = issued.figures.get(measure_code="unsupplied_stock", region=DONGSHENG)
    rows = client.get(f"/bulletins/{issued.pk}/figures/{frozen.pk}/").content.decode()
    areas = re.findall(r'data-m2="([^"]+)"', rows)
    assert sum(map(Fraction, areas)) == frozen.m2 == 60 * MU_M2
