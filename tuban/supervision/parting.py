"""销号分离: whose report it is, and who decides on it.

The 监督单位 decides where one is named that has an account, else a city reviewer; on what the
bureau of the reviewers owes itself, a city leader does. The unit that owes a duty or has reported
for it never decides on it; an attempt is refused and recorded (requirements O-02).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tuban.accounts.access import may
from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.supervision import logbook
from tuban.supervision.lights import DutyState
from tuban.supervision.models import Duty, Step, StepKind, TaskUnit, UnitRole
from tuban.supervision.refusals import NotDecider, NotOwner, SameUnit

DECISION = {
    StepKind.ACCEPTED: "核验",
    StepKind.RETURNED: "退回",
    StepKind.REOPENED: "重新打开",
}
REPORTABLE = (DutyState.OPEN, DutyState.RETURNED)


@dataclass(frozen=True)
class Deciders:
    """Who decides on a duty.

    Attributes:
        supervisors: 监督单位 that have an account, other than the owing unit.
    """

    duty: Duty
    supervisors: tuple[TaskUnit, ...]

    @cached_property
    def is_leaders(self) -> bool:
        """Whether the reviewers themselves belong to the owing unit."""
        owner = self.duty.unit.organisation
        return owner is not None and owner.posts.filter(role=Role.CITY_REVIEWER).exists()

    @property
    def words(self) -> str:
        """Who they are."""
        if self.supervisors:
            return "、".join(f"监督单位“{unit.name}”" for unit in self.supervisors)
        return Role.CITY_LEADER.label if self.is_leaders else Role.CITY_REVIEWER.label

    def include(self, user: User) -> bool:
        """Whether the post is one of them, its own unit's part not looked at."""
        if user.post is None or not may(user, "accept_task"):
            return False
        if self.supervisors:
            organisations = {unit.organisation_id for unit in self.supervisors}
            return user.post.organisation_id in organisations
        return user.role == (Role.CITY_LEADER if self.is_leaders else Role.CITY_REVIEWER)


def deciders(duty: Duty) -> Deciders:
    """Who decides on the duty."""
    named = duty.milestone.task.units.filter(
        role=UnitRole.SUPERVISE, organisation__posts__users__is_active=True
    ).exclude(organisation=duty.unit.organisation_id)
    return Deciders(duty, tuple(named.distinct()))


def is_own(user: User, duty: Duty) -> bool:
    """Whether the post's unit owes the duty or has reported for it."""
    if user.post is None:
        return False
    organisation = user.post.organisation_id
    reported = Step.objects.filter(
        duty=duty, kind=StepKind.REPORTED, organisation=organisation
    ).exists()
    return organisation == duty.unit.organisation_id or reported


def may_decide(user: User, duty: Duty) -> bool:
    """Whether the post may accept, return or reopen the duty."""
    return deciders(duty).include(user) and not is_own(user, duty)


def require_decider(user: User, duty: Duty, kind: StepKind) -> None:
    """Refuses a post that may not decide, and records that it tried.

    Must be called outside the transaction that would be undone with the refusal.

    Raises:
        SameUnit: Its unit owes the duty or reported for it.
        NotDecider: Another unit or role decides.
    """
    chosen = deciders(duty)
    if is_own(user, duty):
        refusal: DomainError = SameUnit(DECISION[kind], duty.unit.name, chosen.words)
    elif not chosen.include(user):
        refusal = NotDecider(DECISION[kind], chosen.words)
    else:
        return
    if user.post is not None:
        logbook.write_about(StepKind.REFUSED, user, duty, words=f"{kind.label}：{refusal.message}")
    raise refusal


def may_report(user: User, duty: Duty) -> bool:
    """Whether the post may report for the duty: it is its own unit's."""
    own = user.post is not None and user.post.organisation_id == duty.unit.organisation_id
    return own and may(user, "report_task")


def require_owner(user: User, unit: TaskUnit, act: str) -> None:
    """Refuses a post of another unit.

    Raises:
        NotOwner: The unit is not the post's own.
    """
    if user.post is None or user.post.organisation_id != unit.organisation_id:
        raise NotOwner(unit.name, act)
