"""Which of several plans' targets bind on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tuban.instruments.inforce import Plan, in_force

SINCE = date(2023, 5, 1)
OLD = Plan(1, 1, date(2022, 8, 23))
NEW = Plan(2, 1, date(2023, 4, 28), replaces=1, since=SINCE)
NEWER = Plan(3, 1, date(2024, 3, 1), replaces=2, since=date(2024, 3, 1))
BANNER = Plan(4, 0, date(2022, 9, 7))
PLANS = {plan.pk: plan for plan in (OLD, NEW, NEWER, BANNER)}


@dataclass(frozen=True, slots=True)
class T:
    plan: int
    value: str
    year: int | None = 2023
    subject: str = "idle"
    place: str = "150602"

    @property
    def key(self) -> tuple[str, str, int | None]:
        return self.subject, self.place, self.year


def values(stated: list[T], on: date, *plans: Plan) -> dict[int | None, str]:
    chosen = {plan.pk: plan for plan in plans}
    return {target.year: target.value for target in in_force(stated, chosen, on).values()}


def test_a_plan_stands_for_its_years_also_before_it_was_signed() -> None:
    assert values([T(1, "a")], date(2022, 1, 1), OLD) == {2023: "a"}


def test_a_re_issued_plan_changes_only_what_comes_after() -> None:
    stated = [
        *(T(1, f"old{year}", year) for year in (2022, 2023, 2024)),
        T(1, "old-base", None),
        *(T(2, f"new{year}", year) for year in (2022, 2023, 2024)),
        T(2, "new-base", None),
    ]
    old = {2022: "old2022", 2023: "old2023", 2024: "old2024", None: "old-base"}

    assert values(stated, SINCE - timedelta(days=1), OLD, NEW) == old
    assert values(stated, SINCE, OLD, NEW) == {
        2022: "old2022",
        2023: "new2023",
        2024: "new2024",
        None: "new-base",
    }


def test_a_year_the_re_issued_plan_no_longer_prints_ends_with_it() -> None:
    stated = [T(1, "old", 2024, place="150621"), T(2, "new", 2024)]

    assert values(stated, SINCE, OLD, NEW) == {2024: "new"}


def test_a_subject_the_re_issued_plan_is_silent_about_stays() -> None:
    stated = [T(1, "kept", 2024, subject="unsupplied"), T(2, "new", 2025)]

    assert values(stated, SINCE, OLD, NEW) == {2024: "kept", 2025: "new"}


def test_replacements_follow_one_another() -> None:
    stated = [T(plan, f"{plan}-{year}", year) for plan in (1, 2, 3) for year in (2022, 2023, 2024)]

    assert values(stated, date(2024, 3, 1), OLD, NEW, NEWER) == {
        2022: "1-2022",
        2023: "2-2023",
        2024: "3-2024",
    }
    assert values(stated, date(2024, 2, 29), OLD, NEW, NEWER)[2024] == "2-2024"


def test_the_citys_row_binds_before_the_banners_own() -> None:
    assert values([T(4, "banner"), T(1, "city")], SINCE, OLD, BANNER) == {2023: "city"}
    assert values([T(4, "banner")], SINCE, OLD, BANNER) == {2023: "banner"}


PLAN_SETS = st.sampled_from([(OLD,), (OLD, NEW), (OLD, NEW, NEWER), (OLD, NEW, NEWER, BANNER)])
TARGETS = st.lists(
    st.builds(
        T,
        plan=st.sampled_from([1, 2, 3, 4]),
        value=st.text(max_size=3),
        year=st.sampled_from([None, 2022, 2023, 2024]),
        subject=st.sampled_from(["idle", "unsupplied"]),
    ),
    max_size=12,
)


@given(TARGETS, PLAN_SETS, st.dates(date(2021, 1, 1), date(2026, 1, 1)))
def test_each_figure_binds_once_and_only_from_plans_that_stand(
    stated: list[T], plans: tuple[Plan, ...], on: date
) -> None:
    chosen = {plan.pk: plan for plan in plans}
    binding = in_force(stated, chosen, on)

    assert all(key == target.key for key, target in binding.items())
    assert all((chosen[t.plan].since or on) <= on for t in binding.values())
    # A replacement to come changes nothing today.
    today = {pk: plan for pk, plan in chosen.items() if plan.since is None or plan.since <= on}
    assert binding == in_force(stated, today, on)
