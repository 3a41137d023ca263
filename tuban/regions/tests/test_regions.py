"""The seeded regions are the ones the place names resolve to."""

from __future__ import annotations

import pytest

from tuban.regions.models import Level, Region
from tuban.values.places import CITY_CODE, REGIONS


@pytest.mark.django_db
def test_the_seeded_regions_are_those_of_the_place_names() -> None:
    seeded = dict(Region.objects.values_list("code", "name"))

    assert seeded == dict(REGIONS)


@pytest.mark.django_db
def test_every_banner_lies_in_the_city() -> None:
    parents = Region.objects.filter(level=Level.COUNTY).values_list("parent", flat=True)

    assert list(parents) == [CITY_CODE] * 9
