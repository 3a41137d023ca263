"""阶段起: a new period of the same stage does not begin the stage anew."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tuban.accounts.models import Role
from tuban.parcels.models import ParcelPhase
from tuban.parcels.tests.cast import make_parcel, make_user, mu

pytestmark = pytest.mark.django_db


def test_a_stage_keeps_its_first_day_through_its_periods() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    parcel = make_parcel(
        clerk,
        approved=("2018-06-30", mu("45")),
        supplied=("2021-03-01", {**mu("45"), "mode": "grant"}),
        delivered=("2021-04-01", {}),
        start_agreed=("2021-03-01", {"start_on": "2022-03-01"}),
    )
    phases = list(ParcelPhase.objects.filter(parcel=parcel).order_by("starts_on"))

    # Two years after the approval the same stage goes on under another mark.
    assert [p.stage for p in phases[:2]] == ["unsupplied", "unsupplied"]
    assert {p.stage_since for p in phases[:2]} == {date(2018, 6, 30)}
    for before, after in pairwise(phases):
        expected = before.stage_since if after.stage == before.stage else after.starts_on
        assert after.stage_since == expected
