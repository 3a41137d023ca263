"""通报的一生: three posts, one number each, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from pytest_django import Settings

from tuban.accounts.access import Forbidden
from tuban.accounts.models import Role, User
from tuban.bulletins import actions
from tuban.bulletins.access import bulletins_for
from tuban.bulletins.models import Bulletin, BulletinState, NumberSeries, StepKind
from tuban.bulletins.refusals import (
    Changed,
    DraftRefused,
    NotOpen,
    NumberRefused,
    RemarkMissing,
    SamePost,
)
from tuban.bulletins.tests.cast import Posts, make_draft, make_issued, make_posts
from tuban.parcels.access import Absent
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_user


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


@pytest.fixture
def posts(db: None) -> Posts:
    return make_posts()


def kinds(bulletin: Bulletin) -> list[str]:
    return list(bulletin.steps.values_list("kind", flat=True))


def test_a_bulletin_passes_three_posts_and_gets_its_number(posts: Posts) -> None:
    issued = make_issued(posts)

    assert issued.state == BulletinState.ISSUED
    assert (issued.doc_no, issued.issued_on) == ("演自然资通〔2024〕1号", TODAY)
    assert kinds(issued) == ["drafted", "submitted", "reviewed", "issued"]
    assert issued.title == "关于2024年9月批而未供和闲置土地处置进展情况的通报"


def test_numbers_run_on_without_gaps_also_over_refusals(posts: Posts) -> None:
    first = make_issued(posts, on=date(2024, 8, 31))
    second = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=second.pk)
    with pytest.raises(NotOpen):
        actions.issue(actor=posts.leader, bulletin_id=second.pk, prefix="演自然资通")
    actions.review(actor=posts.reviewer, bulletin_id=second.pk)
    with pytest.raises(NumberRefused, match="不合规范"):
        actions.issue(actor=posts.leader, bulletin_id=second.pk, prefix="No.")
    second = actions.issue(actor=posts.leader, bulletin_id=second.pk, prefix="演自然资通")

    assert [first.doc_no, second.doc_no] == ["演自然资通〔2024〕1号", "演自然资通〔2024〕2号"]
    assert second.previous == first
    assert actions.last_prefix(second) == "演自然资通"


@pytest.mark.django_db
def test_a_prefix_belongs_to_one_region(posts: Posts) -> None:
    NumberSeries.objects.create(prefix="演旗通", year=2024, region_id=EJIN_HORO, last=3)
    bulletin = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
    actions.review(actor=posts.reviewer, bulletin_id=bulletin.pk)

    with pytest.raises(NumberRefused, match="另一地区"):
        actions.issue(actor=posts.leader, bulletin_id=bulletin.pk, prefix="演旗通")
    assert NumberSeries.objects.get(prefix="演旗通").last == 3


def test_who_drafted_or_edited_does_not_review(posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    actions.edit(
        actor=posts.reviewer,
        bulletin_id=bulletin.pk,
        version=0,
        addressee="各旗区",
        opening="开头。",
        demands="",
    )
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)

    for actor in (posts.drafter, posts.reviewer):
        with pytest.raises(SamePost):
            actions.review(actor=actor, bulletin_id=bulletin.pk)
    third = make_user(Role.CITY_REVIEWER, CITY, "third")
    assert actions.review(actor=third, bulletin_id=bulletin.pk).state == BulletinState.REVIEWED


def test_two_accounts_of_one_post_are_one_post(posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
    twin = User.objects.create_user("twin", "cast-2024-pass", post=posts.drafter.post)

    with pytest.raises(SamePost):
        actions.review(actor=twin, bulletin_id=bulletin.pk)


def test_handed_back_with_a_reason_it_is_a_draft_again_and_the_reason_stays(posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
    with pytest.raises(RemarkMissing):
        actions.hand_back(actor=posts.reviewer, bulletin_id=bulletin.pk, remark=" ")
    actions.hand_back(actor=posts.reviewer, bulletin_id=bulletin.pk, remark="请补工作要求")
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
    actions.review(actor=posts.reviewer, bulletin_id=bulletin.pk)
    with pytest.raises(Forbidden):
        actions.hand_back(actor=posts.reviewer, bulletin_id=bulletin.pk, remark="再看")
    actions.hand_back(actor=posts.leader, bulletin_id=bulletin.pk, remark="再核")
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
    # The reviewer did not draft: the second review is again theirs.
    done = actions.review(actor=posts.reviewer, bulletin_id=bulletin.pk)

    assert done.state == BulletinState.REVIEWED
    remarks = bulletin.steps.filter(kind=StepKind.RETURNED).values_list("remark", flat=True)
    assert list(remarks) == ["请补工作要求", "再核"]


def test_an_issued_one_is_only_ever_voided_once_with_a_reason(posts: Posts) -> None:
    issued = make_issued(posts, on=date(2024, 8, 31))
    with pytest.raises(RemarkMissing):
        actions.void(actor=posts.leader, bulletin_id=issued.pk, remark="")
    actions.void(actor=posts.leader, bulletin_id=issued.pk, remark="目标有误")
    with pytest.raises(NotOpen):
        actions.void(actor=posts.leader, bulletin_id=issued.pk, remark="再废")

    issued.refresh_from_db()
    assert issued.doc_no == "演自然资通〔2024〕1号"
    assert make_draft(posts.drafter).previous is None  # a void one is nobody's 上期


def test_each_act_wants_its_role(posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    department = make_user(Role.DEPARTMENT, CITY)
    acts: tuple[Callable[[User], object], ...] = (
        make_draft,
        lambda user: actions.submit(actor=user, bulletin_id=bulletin.pk),
        lambda user: actions.refresh(actor=user, bulletin_id=bulletin.pk),
        lambda user: actions.discard(actor=user, bulletin_id=bulletin.pk),
        lambda user: actions.review(actor=user, bulletin_id=bulletin.pk),
        lambda user: actions.hand_back(actor=user, bulletin_id=bulletin.pk, remark="x"),
        lambda user: actions.issue(actor=user, bulletin_id=bulletin.pk, prefix="演自然资通"),
        lambda user: actions.void(actor=user, bulletin_id=bulletin.pk, remark="x"),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act(department)


def test_a_clerk_drafts_for_the_own_banner_only(posts: Posts) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    own = make_draft(clerk, region=DONGSHENG)

    assert own.title == "关于2024年9月东胜区批而未供和闲置土地处置进展情况的通报"
    for region in (CITY, EJIN_HORO, "999999"):
        with pytest.raises(Absent):
            make_draft(clerk, region=region)
    city = make_issued(posts)
    with pytest.raises(Absent):
        actions.submit(actor=clerk, bulletin_id=make_draft(posts.drafter).pk)
    # The city's issued ones are for everybody to read, its drafts are not.
    assert set(bulletins_for(clerk)) == {own, city}
    assert not bulletins_for(User.objects.create_user("nobody", "cast-2024-pass")).exists()


def test_what_cannot_be_drafted_is_said(posts: Posts) -> None:
    with pytest.raises(DraftRefused, match="今天之后") as refused:
        make_draft(posts.drafter, on=date(2024, 10, 1))
    assert refused.value.field == "on"
    with pytest.raises(DraftRefused, match="事项"):
        make_draft(posts.drafter, subjects=["happiness"])


def test_two_drafters_cannot_overwrite_each_other(posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    words = {"bulletin_id": bulletin.pk, "version": 0, "addressee": "各旗区", "demands": ""}
    actions.edit(actor=posts.drafter, opening="先。", **words)

    with pytest.raises(Changed):
        actions.edit(actor=posts.reviewer, opening="后。", **words)
    bulletin.refresh_from_db()
    assert bulletin.opening == "先。"


def test_a_draft_nobody_has_seen_may_go(posts: Posts) -> None:
    bulletin = make_draft(posts.drafter)
    actions.discard(actor=posts.drafter, bulletin_id=bulletin.pk)
    seen = make_draft(posts.drafter)
    actions.submit(actor=posts.drafter, bulletin_id=seen.pk)
    actions.hand_back(actor=posts.reviewer, bulletin_id=seen.pk, remark="改")

    assert not Bulletin.objects.filter(pk=bulletin.pk).exists()
    with pytest.raises(NotOpen):
        actions.discard(actor=posts.drafter, bulletin_id=seen.pk)


@pytest.mark.django_db(transaction=True)
def test_six_leaders_at_once_get_six_numbers_in_a_row(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY
    posts = make_posts()
    leaders = [make_user(Role.CITY_LEADER, CITY, f"leader-{n}") for n in range(6)]
    waiting = []
    for _ in leaders:
        bulletin = make_draft(posts.drafter, subjects=["idle"])
        actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
        actions.review(actor=posts.reviewer, bulletin_id=bulletin.pk)
        waiting.append(bulletin.pk)
    together = threading.Barrier(len(leaders))

    def issue(leader: User, pk: int) -> None:
        together.wait(10)
        try:
            actions.issue(actor=leader, bulletin_id=pk, prefix="演自然资通")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=issue, args=pair) for pair in zip(leaders, waiting, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    numbers = Bulletin.objects.values_list("doc_no", flat=True)
    assert sorted(numbers) == [f"演自然资通〔2024〕{n}号" for n in range(1, 7)]
    assert NumberSeries.objects.get().last == 6
