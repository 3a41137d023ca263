"""Who may do what, and over which regions."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError

from tuban.accounts.access import PERMISSIONS, Act, Forbidden, may, region_codes, require
from tuban.accounts.models import Post, Role, User
from tuban.parcels.tests.cast import CITY, DONGSHENG, make_user
from tuban.values.places import REGIONS

WHO_MAY = {
    Role.CITY_LEADER: {"read", "export", "read_history", "issue_bulletin", "accept_task"},
    Role.CITY_REVIEWER: {
        "read",
        "export",
        "review_fact",
        "import_ledger",
        "confirm_plan",
        "draft_bulletin",
        "review_bulletin",
        "report_task",
        "accept_task",
        "assign_task",
        "read_history",
    },
    Role.BANNER_CLERK: {
        "read",
        "export",
        "record_fact",
        "import_ledger",
        "confirm_plan",
        "draft_bulletin",
        "report_task",
        "read_history",
    },
    Role.DEPARTMENT: {"read", "export", "report_task", "accept_task"},
    Role.AUDITOR: {"read", "export", "read_history", "read_security"},
    Role.SYSTEM_ADMIN: {"read", "manage_accounts", "import_workdays", "import_regions"},
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("act", list(Act))
@pytest.mark.django_db
def test_each_role_may_do_exactly_what_its_line_says(role: Role, act: Act) -> None:
    user = make_user(role)

    assert may(user, act) is (act.value in WHO_MAY[role])


def test_who_records_does_not_review() -> None:
    both = [r for r, acts in PERMISSIONS.items() if {Act.RECORD_FACT, Act.REVIEW_FACT} <= acts]

    assert both == []


@pytest.mark.django_db
def test_a_refusal_says_who_does_it_instead() -> None:
    with pytest.raises(Forbidden) as refused:
        require(make_user(Role.AUDITOR), "record_fact")

    assert refused.value.message == "本岗位不能登记和更正事实。"
    assert "旗区经办" in str(refused.value.cause)


@pytest.mark.django_db
def test_an_act_that_does_not_exist_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="fly"):
        may(make_user(Role.CITY_LEADER), "fly")


@pytest.mark.django_db
def test_a_deactivated_account_may_do_nothing() -> None:
    user = make_user(Role.BANNER_CLERK)
    user.is_active = False

    assert not may(user, "read")


@pytest.mark.django_db
def test_a_banner_post_sees_its_own_banner_only() -> None:
    assert region_codes(make_user(Role.BANNER_CLERK, DONGSHENG)) == {DONGSHENG}


@pytest.mark.django_db
def test_a_city_post_sees_the_city_and_all_below() -> None:
    assert region_codes(make_user(Role.CITY_LEADER, CITY)) == set(REGIONS)


@pytest.mark.django_db
def test_an_account_without_a_post_sees_and_may_do_nothing() -> None:
    user = User.objects.create_user("left-alone", "cast-2024-pass")

    assert region_codes(user) == frozenset()
    assert not may(user, "read")
    assert str(user) == "left-alone"


@pytest.mark.django_db
def test_a_superuser_without_a_post_is_no_exception() -> None:
    user = User.objects.create_superuser("root", "cast-2024-pass")

    assert region_codes(user) == frozenset()
    assert not may(user, "record_fact")


@pytest.mark.django_db
def test_the_scope_is_read_once_per_request(django_assert_num_queries: object) -> None:
    user = User.objects.get(pk=make_user(Role.CITY_LEADER, CITY).pk)

    with django_assert_num_queries(1):  # type: ignore[operator]
        region_codes(user)
        region_codes(user)


@pytest.mark.django_db
def test_post_and_organisation_come_with_the_account(django_assert_num_queries: object) -> None:
    pk = make_user(Role.CITY_LEADER, CITY).pk

    with django_assert_num_queries(1):  # type: ignore[operator]
        user = User.objects.get(pk=pk)
        assert (user.role, user.region_code) == (Role.CITY_LEADER, CITY)
        assert user.org_name
        assert user.post_title


@pytest.mark.django_db
def test_the_database_refuses_a_role_that_does_not_exist() -> None:
    post = make_user(Role.AUDITOR).post
    assert post is not None

    with pytest.raises(IntegrityError):
        Post.objects.filter(pk=post.pk).update(role="emperor")


@pytest.mark.parametrize("name", ["first_name", "last_name", "email"])
def test_no_personal_names_or_addresses_are_kept(name: str) -> None:
    with pytest.raises(FieldDoesNotExist):
        User._meta.get_field(name)
