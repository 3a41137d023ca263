"""A withdrawal puts back what its batch wrote over: the rule against a model, and in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuban.accounts.models import Role, User
from tuban.parcels import queries
from tuban.parcels.imports import overtaken
from tuban.parcels.imports.confirm import confirm_upload
from tuban.parcels.imports.overtaken import Overtaken
from tuban.parcels.imports.restoring import Value, Write, described, restored
from tuban.parcels.imports.staging import stage_upload, summary
from tuban.parcels.imports.template import write
from tuban.parcels.imports.withdraw import withdraw_batch
from tuban.parcels.models import Approval, Batch, Outcome, Parcel, ParcelPhase, StagedRow, Upload
from tuban.parcels.tests.cast import TODAY, make_user

# ---- The rule -----------------------------------------------------------------------------------


class Model:
    """A parcel's fields as batches come and go: what stands, replayed from the beginning."""

    def __init__(self, base: dict[str, Value]) -> None:
        self.base = base
        self.present = dict(base)
        self.writes: list[Write] = []

    def confirm(self, stated: dict[str, Value]) -> None:
        """A batch writes what differs from what it finds."""
        changes = {k: (self.present[k], v) for k, v in stated.items() if self.present[k] != v}
        if changes:
            self.writes.append(Write(len(self.writes), stands=True, changes=changes))
            self.present.update({k: new for k, (_, new) in changes.items()})

    def withdraw(self, place: int) -> None:
        """A batch is withdrawn, by the rule under test."""
        standing = [w for w in self.writes if w.stands]
        if standing:
            batch = standing[place % len(standing)]
            self.present.update(restored(self.writes, batch.batch_id, self.present))
            self.writes[batch.batch_id] = replace(batch, stands=False)

    def replayed(self) -> dict[str, Value]:
        """What only the standing batches wrote, one after the other."""
        values = dict(self.base)
        for one in self.writes:
            if one.stands:
                values.update({k: new for k, (_, new) in one.changes.items()})
        return values


KEYS = st.sampled_from(["name", "holder", "approval"])
VALUES = st.sampled_from(["", "甲", "乙", "丙"])
STEPS = st.lists(
    st.one_of(st.dictionaries(KEYS, VALUES, min_size=1), st.integers(0, 9)), max_size=12
)


@given(STEPS)
def test_whatever_comes_and_goes_the_fields_hold_what_stands(steps: list[Any]) -> None:
    model = Model({"name": "", "holder": "", "approval": None})

    for step in steps:
        if isinstance(step, int):
            model.withdraw(step)
        else:
            model.confirm(step)
        assert model.present == model.replayed()


@given(STEPS, st.permutations(range(12)))
def test_with_every_batch_withdrawn_in_any_order_nothing_of_them_is_left(
    steps: list[Any], order: list[int]
) -> None:
    base: dict[str, Value] = {"name": "原名", "holder": "", "approval": ("甲", "")}
    model = Model(dict(base))
    for step in steps:
        if isinstance(step, dict):
            model.confirm(step)

    for place in order:
        model.withdraw(place)

    assert model.present == base


def changed(batch_id: int, old: str, new: str, *, stands: bool = True) -> Write:
    return Write(batch_id, stands, {"name": (old, new)})


def test_of_a_chain_the_middle_goes_first_and_the_end_brings_back_the_beginning() -> None:
    chain = [changed(1, "", "A"), changed(2, "A", "B"), changed(3, "B", "C")]

    assert restored(chain, 2, {"name": "C"}) == {}
    without_b = [chain[0], replace(chain[1], stands=False), chain[2]]
    assert restored(without_b, 3, {"name": "C"}) == {"name": "A"}


def test_a_value_written_again_by_a_later_batch_stays() -> None:
    writes = [changed(1, "A", "B"), changed(2, "B", "C"), changed(3, "C", "B")]

    assert restored(writes, 1, {"name": "B"}) == {}


def test_what_other_hands_changed_is_left_to_them() -> None:
    assert restored([changed(1, "A", "B")], 1, {"name": "手改"}) == {}
    assert described([changed(1, "A", "B")]) == {"name": "B"}


# ---- In the database ----------------------------------------------------------------------------

ROW: dict[str, Any] = {
    "region": "东胜区",
    "parcel_no": "YS-1",
    "name": "甲",
    "location": "一号路",
    "batch_name": "一批次",
    "approval_no": "内政土发〔2015〕1号",
    "approved_on": date(2015, 6, 30),
    "approved_area": 12.3456,
}
USCC = "91350100M000100Y43"


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.TUBAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(db: None) -> User:
    return make_user(Role.BANNER_CLERK)


def stage(actor: User, *rows: dict[str, Any]) -> Upload:
    return stage_upload(actor=actor, source=write(rows), name="台账.xlsx")


def load(actor: User, *rows: dict[str, Any]) -> Batch:
    return confirm_upload(actor=actor, upload_id=stage(actor, *rows).pk)


def take_back(actor: User, batch: Batch) -> None:
    withdraw_batch(actor=actor, batch_id=batch.pk, reason="传错文件")


def shown(number: str = "YS-1") -> dict[str, Any]:
    parcel = Parcel.objects.select_related("approval").get(parcel_no=number)
    named = parcel.approval
    return {
        "name": parcel.name,
        "location": parcel.location,
        "holder": parcel.holder,
        "holder_uscc": parcel.holder_uscc,
        "approval": (named.doc_no, named.name) if named else None,
    }


def test_every_field_a_batch_wrote_over_is_put_back(clerk: User) -> None:
    load(clerk, ROW, {**ROW, "parcel_no": "YS-2", "name": "乙"})
    before = shown(), shown("YS-2")
    batch = load(
        clerk,
        {
            **ROW,
            "name": "改名",
            "location": "二号路",
            "holder": "演示企业",
            "holder_uscc": USCC,
            "batch_name": "二批次",
        },
        {**ROW, "parcel_no": "YS-2", "name": "乙", "location": "三号路"},
    )
    assert shown()["approval"] == ("内政土发〔2015〕1号", "二批次")
    assert shown()["holder_uscc"] == USCC

    take_back(clerk, batch)

    assert (shown(), shown("YS-2")) == before


def test_a_batch_that_only_described_is_undone_too(clerk: User) -> None:
    load(clerk, ROW)
    batch = load(clerk, {**ROW, "name": "改名"})
    assert batch.facts == 0

    take_back(clerk, batch)

    assert shown()["name"] == "甲"


def test_names_go_back_along_the_chain_of_batches(clerk: User) -> None:
    load(clerk, ROW)
    second = load(clerk, {**ROW, "name": "乙"})
    third = load(clerk, {**ROW, "name": "丙"})

    take_back(clerk, second)
    assert shown()["name"] == "丙"
    take_back(clerk, third)
    assert shown()["name"] == "甲"


def test_what_a_later_batch_described_anew_stays(clerk: User) -> None:
    load(clerk, ROW)
    second = load(clerk, {**ROW, "name": "乙", "location": "二号路"})
    load(clerk, {**ROW, "name": "丙", "location": ""})

    take_back(clerk, second)

    assert (shown()["name"], shown()["location"]) == ("丙", "一号路")


def test_a_batch_staged_before_another_was_recorded_undoes_what_it_found(clerk: User) -> None:
    """Both were checked against 甲; the second found 乙 when it was recorded."""
    load(clerk, ROW)
    second, third = stage(clerk, {**ROW, "name": "乙"}), stage(clerk, {**ROW, "name": "丙"})
    confirm_upload(actor=clerk, upload_id=second.pk)
    batch = confirm_upload(actor=clerk, upload_id=third.pk)
    assert shown()["name"] == "丙"

    take_back(clerk, batch)

    assert shown()["name"] == "乙"
    recorded = StagedRow.objects.get(upload=third).parsed
    assert recorded["plan"]["parcel"] == {"name": ["乙", "丙"]}


def test_a_parcel_the_batch_made_keeps_its_number_and_nothing_else(clerk: User) -> None:
    batch = load(clerk, {**ROW, "holder": "演示企业"})

    take_back(clerk, batch)

    assert shown() == {
        "name": "", "location": "", "holder": "", "holder_uscc": "", "approval": None,
    }  # fmt: skip
    assert Approval.objects.count() == 1
    assert not ParcelPhase.objects.exists()
    assert not queries.holding(clerk, TODAY).exists()
    again = stage(clerk, {**ROW, "name": "", "location": ""})
    assert StagedRow.objects.get(upload=again).outcome == Outcome.NEW
    confirm_upload(actor=clerk, upload_id=again.pk)
    assert (shown()["name"], shown()["approval"]) == ("", ("内政土发〔2015〕1号", "一批次"))


# ---- Uploads checked before the withdrawal ------------------------------------------------------


def test_an_upload_that_a_withdrawal_overtakes_is_not_recorded_until_checked_again(
    clerk: User,
) -> None:
    batch = load(clerk, ROW)
    waiting = stage(clerk, ROW, {**ROW, "parcel_no": "YS-2"})
    assert summary(waiting).counts[Outcome.SAME] == 1

    take_back(clerk, batch)

    waiting.refresh_from_db()
    assert overtaken.is_overtaken(waiting)
    assert batch.no in waiting.notes[-1]["text"]
    with pytest.raises(Overtaken) as refused:
        confirm_upload(actor=clerk, upload_id=waiting.pk)
    assert "重新核对" in refused.value.remedy
    assert not ParcelPhase.objects.exists()
    again = stage(clerk, ROW, {**ROW, "parcel_no": "YS-2"})
    assert not overtaken.is_overtaken(again)
    assert confirm_upload(actor=clerk, upload_id=again.pk).rows == 2


def test_an_upload_of_other_parcels_or_of_new_ones_is_not_overtaken(clerk: User) -> None:
    batch = load(clerk, ROW)
    load(clerk, {**ROW, "parcel_no": "YS-2"})
    other = stage(clerk, {**ROW, "parcel_no": "YS-2"}, {**ROW, "parcel_no": "YS-3"})
    changing = stage(clerk, {**ROW, "approved_area": 13})

    take_back(clerk, batch)

    for upload in (other, changing):
        upload.refresh_from_db()
        assert not overtaken.is_overtaken(upload)
        confirm_upload(actor=clerk, upload_id=upload.pk)
    assert ParcelPhase.objects.filter(ends_on=None).count() == 3


def test_an_upload_read_during_the_withdrawal_is_checked_again(clerk: User) -> None:
    batch = load(clerk, ROW)
    upload = stage(clerk, ROW)
    Upload.objects.filter(pk=upload.pk).update(state="reading")

    take_back(clerk, batch)

    upload.refresh_from_db()
    assert overtaken.is_overtaken(upload)
