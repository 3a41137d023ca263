"""An old database with work in it comes to the present without losing or changing a fact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tuban.operations.tests.office import Office

pytestmark = pytest.mark.slow


def test_facts_of_the_first_version_stand_unchanged_and_make_phases(tmp_path: Path) -> None:
    office = Office(tmp_path, "tuban_earlier")
    office.make_database()
    try:
        code, said = office.run("-m", "tuban.operations.tests.earlier")
        assert code == 0, said
        before, after = json.loads(said.splitlines()[-1])

        assert len(before) == 4
        assert after == before
        code, said = office.tuban("rebuild-phases")
        assert (code, "已重建：2 宗地块" in said) == (0, True), said
        code, said = office.tuban("rebuild-phases", "--check")
        assert code == 0, said
        stages = office.sql(
            "select p.parcel_no, f.stage from parcels_parcelphase f join parcels_parcel p"
            " on p.id = f.parcel_id where f.starts_on <= '2021-01-01'"
            " and (f.ends_on is null or f.ends_on > '2021-01-01') order by 1"
        )
        assert [number for number, _ in stages] == ["O-1", "O-2"]
        assert dict(stages)["O-2"] == "unsupplied"
        code, said = office.tuban("manage", "makemigrations", "--check", "--dry-run")
        assert code == 0, said
    finally:
        office.drop_databases()
