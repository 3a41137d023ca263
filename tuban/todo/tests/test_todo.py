"""One page of all that waits for a post, and of nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tuban.accounts.models import Role, User
from tuban.bulletins import actions as bulletins
from tuban.bulletins.tests.cast import make_draft, make_posts
from tuban.core import clock
from tuban.instruments.models import Draft, DraftState
from tuban.parcels.actions import review_fact
from tuban.parcels.exports import kept
from tuban.parcels.models import Export, ExportState, Upload, UploadState
from tuban.parcels.tests.cast import CITY, DONGSHENG, EJIN_HORO, TODAY, make_parcel, make_user, mu
from tuban.todo.counts import by_entry, counts, total
from tuban.todo.pages import MOST, todo_page
from tuban.todo.sources import SOURCES, Item, Source, Urgency, register

pytestmark = pytest.mark.django_db
NOON = datetime(2024, 9, 30, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(settings: Settings) -> None:
    settings.TUBAN_TODAY = TODAY


def an_upload(by: User, state: UploadState, region: str = DONGSHENG) -> Upload:
    return Upload.objects.create(
        name=f"台账-{state.label}.xlsx",
        sha256="0" * 64,
        size=1,
        ledger="parcels",
        region_id=region,
        state=state,
        uploaded_by=by,
        uploaded_at=NOON,
    )


def a_plan(by: User, region: str) -> Draft:
    return Draft.objects.create(
        region_id=region,
        name=f"方案{region}.docx",
        state=DraftState.PENDING,
        uploaded_by=by,
        uploaded_at=NOON,
    )


def an_export(by: User) -> Export:
    export = Export.objects.create(
        kind="parcels-xlsx",
        on=TODAY,
        unit="mu",
        post=by.post,
        requested_by=by,
        requested_at=clock.now(),
        state=ExportState.READY,
        name=f"地块清单-{by.username}.xlsx",
    )
    kept.new_draft(export.pk).replace(kept.path_of(export.pk))
    return export


def fresh(user: User) -> User:
    """As the next request knows the post: nothing remembered."""
    return User.objects.get(pk=user.pk)


def titles(user: User) -> list[str]:
    return [line.item.title for group in todo_page(fresh(user)).groups for line in group.lines]


def test_each_post_has_its_own_and_no_others() -> None:
    here, there = make_user(Role.BANNER_CLERK), make_user(Role.BANNER_CLERK, EJIN_HORO)
    for clerk, region in ((here, DONGSHENG), (there, EJIN_HORO)):
        an_upload(clerk, UploadState.ASKED, region)
        an_upload(clerk, UploadState.STAGED, region)
        an_upload(clerk, UploadState.CONFIRMED, region)
        a_plan(clerk, region)
        an_export(clerk)

    assert titles(here) == [
        "台账-待答复.xlsx".replace("待答复", UploadState.ASKED.label),
        f"台账-{UploadState.STAGED.label}.xlsx",
        f"地块清单-{here.username}.xlsx",
        f"方案{DONGSHENG}.docx",
    ]
    assert total(fresh(here)) == 4
    assert by_entry(fresh(here))["import-list"] == 2
    assert by_entry(fresh(here))["instrument-list"] == 1
    for role in (Role.AUDITOR, Role.DEPARTMENT, Role.SYSTEM_ADMIN, Role.CITY_LEADER):
        assert titles(make_user(role)) == []


def test_a_bulletin_waits_for_the_next_post_never_for_its_drafter() -> None:
    posts = make_posts()
    draft = make_draft(posts.drafter)

    bulletins.submit(actor=posts.drafter, bulletin_id=draft.pk)
    assert titles(posts.drafter) == []
    assert titles(posts.reviewer) == [draft.title]
    assert titles(posts.leader) == []

    bulletins.hand_back(actor=posts.reviewer, bulletin_id=draft.pk, remark="补正")
    assert titles(posts.drafter) == [draft.title]
    assert titles(posts.reviewer) == []

    bulletins.submit(actor=posts.drafter, bulletin_id=draft.pk)
    bulletins.review(actor=posts.reviewer, bulletin_id=draft.pk)
    assert titles(posts.reviewer) == []
    assert titles(posts.leader) == [draft.title]

    bulletins.issue(actor=posts.leader, bulletin_id=draft.pk, prefix="演自然资通")
    assert titles(posts.leader) == []


def test_unreviewed_facts_are_one_line_that_agrees_with_its_list(client: Client) -> None:
    clerk, reviewer = make_user(Role.BANNER_CLERK), make_user(Role.CITY_REVIEWER, CITY)
    parcels = [make_parcel(clerk, no=f"YS-{n}", approved=("2015-06-30", mu("45"))) for n in "12"]
    make_parcel(clerk, no="YS-3", region=EJIN_HORO, approved=("2015-06-30", mu("45")))
    client.force_login(reviewer)

    (line,) = todo_page(fresh(reviewer)).groups[0].lines
    assert line.item.note == "3 宗"
    assert "筛选 3 宗" in client.get(line.item.url).content.decode()
    assert total(fresh(reviewer)) == 0
    assert "共 0 件，另有成批的 1 项" in client.get("/todo/").content.decode()
    assert titles(clerk) == []

    review_fact(actor=reviewer, fact_id=parcels[0].facts.get().pk)
    (line,) = todo_page(fresh(reviewer)).groups[0].lines
    assert line.item.note == "2 宗"


def test_a_fetched_file_is_done(client: Client) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    export = an_export(clerk)
    client.force_login(clerk)
    page = client.get("/todo/").content.decode()
    assert f'href="/parcels/exports/{export.pk}/"' in page

    b"".join(client.get(f"/parcels/exports/{export.pk}/file/").streaming_content)

    assert "没有待办事项" in client.get("/todo/").content.decode()


def test_every_link_opens_and_the_counts_agree(client: Client) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    an_upload(clerk, UploadState.ASKED)
    an_upload(clerk, UploadState.STAGED)
    an_export(clerk)
    client.force_login(clerk)

    page = client.get("/todo/").content.decode()

    links = re.findall(r'<th scope="row" class="p-todo-what"[^>]*><a href="([^"]+)"', page)
    assert len(links) == 3
    assert {client.get(link).status_code for link in links} == {200}
    assert "共 3 件" in page
    entry = re.search(r'<a href="/todo/"[^>]*>.*?</a>', page)
    assert entry
    assert "待处理 </span>3</em>" in entry[0]
    entry = re.search(r'<a href="/imports/"[^>]*>.*?</a>', page)
    assert entry
    assert "待处理 </span>2</em>" in entry[0]


def test_the_page_asks_no_more_with_more_to_do(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    reviewer = make_user(Role.CITY_REVIEWER, CITY)
    drafter = make_user(Role.CITY_REVIEWER, CITY, name="drafter")
    make_parcel(make_user(Role.BANNER_CLERK), approved=("2015-06-30", mu("45")))
    for number in range(3):
        an_upload(reviewer, UploadState.ASKED)
        an_upload(reviewer, UploadState.STAGED)
        a_plan(reviewer, DONGSHENG)
        an_export(reviewer)
        del number
    bulletins.submit(actor=drafter, bulletin_id=make_draft(drafter).pk)
    client.force_login(reviewer)
    client.get("/todo/")  # the session notes once a minute that it is used
    with django_assert_max_num_queries(12):
        assert "通报待审核" in client.get("/todo/").content.decode()


def test_all_sources_are_counted_in_one_query(django_assert_num_queries: Any) -> None:
    user = fresh(make_user(Role.CITY_REVIEWER, CITY))
    assert {"drafts", "uploads", "bulletins", "messages-unread"} <= SOURCES.keys()
    counts(fresh(user))  # the holidays are read once for the process, whichever test comes first
    with django_assert_num_queries(3):  # the regions below, the light rule, then the counts
        counts(user)
        total(user)
        by_entry(user)


def test_the_most_urgent_comes_first_and_long_lists_are_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def days(user: User, found: Any) -> Any:
        del user
        for number, upload in enumerate(found):
            urgency = Urgency.OVERDUE if number % 2 else Urgency.SOON
            day = date(2024, 9, 1 + number % 28)
            yield Item(title=str(upload.pk), place="", url="/", urgency=urgency, due_on=day)

    source = Source(
        key="test-days", label="演示", waiting=lambda _: Upload.objects.all(), items=days
    )
    monkeypatch.setattr("tuban.todo.sources.SOURCES", SOURCES)
    monkeypatch.setitem(SOURCES, source.key, source)
    clerk = make_user(Role.AUDITOR)
    Upload.objects.bulk_create(
        Upload(
            name="x", sha256="0" * 64, size=1, ledger="parcels", region_id=DONGSHENG,
            state=UploadState.CONFIRMED, uploaded_by=clerk, uploaded_at=NOON,
        )
        for _ in range(MOST + 1)
    )  # fmt: skip

    page = todo_page(fresh(clerk))

    assert [group.urgency for group in page.groups] == [Urgency.OVERDUE, Urgency.SOON]
    for group in page.groups:
        found = [line.item.due_on for line in group.lines]
        assert found == sorted(found)
    assert sum(len(group.lines) for group in page.groups) == MOST
    assert (page.total, page.cut_off[0].count) == (MOST + 1, MOST + 1)
    assert page.heaps == 0
    with pytest.raises(ValueError, match="two sources"):
        register(Source(key="test-days", label="别的", waiting=source.waiting, items=days))


def test_the_board_leads_to_it(client: Client) -> None:
    clerk = make_user(Role.BANNER_CLERK)
    an_upload(clerk, UploadState.STAGED)
    client.force_login(clerk)
    page = client.get("/board/").content.decode()
    assert f'<a class="tb-fig" href="{reverse("todo")}">1</a>' in page
