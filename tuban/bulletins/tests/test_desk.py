"""The bulletin desk: what is typed survives a refusal, and nobody is offered what they may not do."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.bulletins import actions
from tuban.bulletins.desk.pages import bulletin_page, written_quantities
from tuban.bulletins.models import Bulletin, FigurePart
from tuban.bulletins.tests.cast import (
    Posts,
    make_draft,
    make_issued,
    make_ledger,
    make_plan,
    make_posts,
)
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_user

pytestmark = pytest.mark.django_db
GIVEN = {
    "kind": "month",
    "on": "2024-09-30",
    "region_code": CITY,
    "subjects": ["unsupplied"],
    "unit": "mu",
}


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts() -> Posts:
    return make_posts()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_composing_leads_to_the_draft(posts: Posts) -> None:
    answer = signed_in(posts.drafter).post("/bulletins/new/", GIVEN)

    made = Bulletin.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/bulletins/{made.pk}/")
    assert (made.unit, made.subjects, made.signer) == ("mu", ["unsupplied"], posts.drafter.org_name)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("on", "2024-9-31", "请写成 2024-09-30 的样子"),
        ("on", "2024-10-01", "在今天之后"),
        ("on", "", "请填写截至日期"),
        ("region_code", "999999", "不在本岗位管辖内"),
        ("subjects", [], "请至少选择一项"),
        ("kind", "year", "没有这种类别"),
        ("unit", "acre", "没有这个单位"),
    ],
)
def test_what_cannot_be_composed_is_said_at_its_field(
    posts: Posts, field: str, value: object, words: str
) -> None:
    answer = signed_in(posts.drafter).post("/bulletins/new/", {**GIVEN, field: value})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Bulletin.objects.exists()


def test_a_clerk_may_not_compose_for_another_banner() -> None:
    clerk = make_user(Role.BANNER_CLERK)
    page = signed_in(clerk).get("/bulletins/new/").content.decode()
    answer = signed_in(clerk).post("/bulletins/new/", {**GIVEN, "region_code": EJIN_HORO})

    assert DONGSHENG in page
    assert EJIN_HORO not in page
    assert answer.status_code == 422


def test_words_typed_over_anothers_edit_are_not_lost(posts: Posts) -> None:
    draft = make_draft(posts.drafter)
    words = {"version": 0, "addressee": "各旗区", "demands": "要求"}
    first = signed_in(posts.drafter).post(
        f"/bulletins/{draft.pk}/text/", {**words, "opening": "先写的。"}
    )
    second = signed_in(posts.reviewer).post(
        f"/bulletins/{draft.pk}/text/", {**words, "opening": "后写的。"}
    )

    assert first.status_code == 302
    assert second.status_code == 422
    assert "后写的。" in second.content.decode()
    draft.refresh_from_db()
    assert draft.opening == "先写的。"


def test_a_return_without_a_reason_keeps_the_page(posts: Posts) -> None:
    draft = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=draft.pk)
    client = signed_in(posts.reviewer)

    refused = client.post(f"/bulletins/{draft.pk}/return/", {"remark": "  "})
    assert refused.status_code == 422
    assert "理由须写明" in refused.content.decode()
    assert client.post(f"/bulletins/{draft.pk}/return/", {"remark": "补要求"}).status_code == 302
    assert "补要求" in client.get(f"/bulletins/{draft.pk}/").content.decode()


def test_a_refused_number_keeps_what_was_typed(posts: Posts) -> None:
    draft = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=draft.pk)
    actions.review(actor=posts.reviewer, bulletin_id=draft.pk)
    answer = signed_in(posts.leader).post(f"/bulletins/{draft.pk}/issue/", {"prefix": "ABC"})

    assert answer.status_code == 422
    assert 'value="ABC"' in answer.content.decode()


def test_each_post_is_offered_only_what_comes_next(posts: Posts) -> None:
    draft = make_draft(posts.drafter)

    def offered(user: User) -> set[str]:
        acts = bulletin_page(user, Bulletin.objects.get(pk=draft.pk)).acts
        return {name for name in acts.__slots__ if getattr(acts, name)}

    assert offered(posts.drafter) == {"edit", "submit", "discard"}
    assert offered(posts.leader) == set()
    actions.submit(actor=posts.drafter, bulletin_id=draft.pk)
    assert offered(posts.drafter) == {"hand_back"}
    assert offered(posts.reviewer) == {"review", "hand_back"}
    actions.review(actor=posts.reviewer, bulletin_id=draft.pk)
    assert offered(posts.reviewer) == set()
    assert offered(posts.leader) == {"issue", "hand_back"}
    actions.issue(actor=posts.leader, bulletin_id=draft.pk, prefix="演自然资通")
    assert offered(posts.leader) == {"void"}
    assert offered(make_user(Role.BANNER_CLERK)) == set()


def test_what_a_drafter_typed_as_a_figure_is_pointed_out(posts: Posts) -> None:
    draft = make_draft(posts.drafter)
    draft.opening = "现将2024年9月情况通报如下，已消化1,234.5 万亩。"
    draft.demands = "10月15日前完成率达到 80%，收回300亩，再收300亩。"

    assert written_quantities(draft) == ("1,234.5 万亩", "80%", "300亩")


def test_a_figure_that_is_not_the_sum_of_its_parts_is_shown_to_the_signer(posts: Posts) -> None:
    make_plan(posts.reviewer, {DONGSHENG: "30"})
    make_ledger(make_user(Role.BANNER_CLERK))
    draft = make_draft(posts.drafter)
    FigurePart.objects.filter(parcel__parcel_no="YS-1").delete()
    checks = bulletin_page(posts.leader, draft).checks

    assert (checks[0].light, checks[0].words[:4]) == ("red", "1 个数")


def test_a_page_asks_the_database_a_fixed_number_of_times(
    posts: Posts, django_assert_max_num_queries: object
) -> None:
    make_plan(posts.reviewer, {DONGSHENG: "30"})
    make_ledger(make_user(Role.BANNER_CLERK))
    issued = make_issued(posts)
    client = signed_in(posts.leader)
    figure = issued.figures.get(measure_code="unsupplied_stock", region=CITY)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get(f"/bulletins/{issued.pk}/")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get(f"/bulletins/{issued.pk}/figures/{figure.pk}/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/bulletins/")
