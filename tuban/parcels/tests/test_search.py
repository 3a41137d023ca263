from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tuban.accounts.models import Role
from tuban.parcels import queries, search
from tuban.parcels.models import Approval, Parcel
from tuban.parcels.queries import ParcelFilter, filtered
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu

LETTERS = "东胜区ab A-%_\\'1"
words = st.text(LETTERS, max_size=6)


class FindsWhatAComparisonFinds(TestCase):
    """The index and the plain condition find what Python's `in` finds, whatever the text."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(words, words, words, words), max_size=5), words.filter(bool))
    def test_it(self, rows: list[tuple[str, str, str, str]], text: str) -> None:
        Parcel.objects.all().delete()
        for number, (no, name, location, holder) in enumerate(rows):
            Parcel.objects.create(
                region_id=DONGSHENG,
                parcel_no=f"{number}{no}",
                name=name,
                location=location,
                holder=holder,
                created_at="2024-09-30T00:00:00Z",
            )
        naive = {
            parcel.pk
            for parcel in Parcel.objects.all()
            if text.upper() in parcel.parcel_no
            or any(text in value for value in (parcel.name, parcel.location, parcel.holder))
        }
        indexed = Parcel.objects.filter(search.indexed(text)).values_list("pk", flat=True)
        plain = Parcel.objects.filter(search.containing(text)).values_list("pk", flat=True)
        assert set(indexed) == naive == set(plain)


@pytest.mark.parametrize(
    ("text", "grams"),
    [("鑫", ["鑫"]), ("鑫泰", ["鑫泰"]), ("ys-1", ["-1", "S-", "YS"]), ("aßb", ["Aß", "ßB"])],
)
def test_a_text_is_looked_up_by_its_pairs(text: str, grams: list[str]) -> None:
    assert search.grams_of(text) == grams


@pytest.mark.django_db
@pytest.mark.parametrize("multitude", [20_000, -1])
def test_search_keeps_to_the_post_and_follows_every_change(
    monkeypatch: pytest.MonkeyPatch, multitude: int
) -> None:
    monkeypatch.setattr(queries, "MULTITUDE", multitude)
    clerk = make_user(Role.BANNER_CLERK, DONGSHENG)
    far = make_user(Role.BANNER_CLERK, EJIN_HORO, name="far-clerk")
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    own = make_parcel(clerk, approved=("2015-06-30", mu("45")))
    other = make_parcel(far, region=EJIN_HORO, no="YJ-2", approved=("2016-06-30", mu("30")))
    Parcel.objects.update(holder="内蒙古鑫泰能源有限公司")

    def found(text: str, user: object = reviewer) -> set[int]:
        rows = filtered(user, ParcelFilter(text=text), TODAY)  # type: ignore[arg-type]
        return set(rows.values_list("parcel", flat=True))

    assert found("鑫泰") == {own.pk, other.pk}
    assert found("鑫泰", clerk) == {own.pk}
    assert found("泰鑫") == set()
    Parcel.objects.filter(pk=own.pk).update(holder="泰鑫公司")
    assert (found("泰鑫"), found("鑫泰")) == ({own.pk}, {other.pk})
    approval = Approval.objects.create(region_id=EJIN_HORO, doc_no="内政土发〔2015〕九号")
    Parcel.objects.filter(pk=other.pk).update(approval=approval)
    assert (found("〕九"), found("〕九", clerk)) == ({other.pk}, set())
