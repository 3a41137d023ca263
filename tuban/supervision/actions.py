"""承办事项的一生: reported by the unit that owes it, accepted or returned by another, perhaps reopened.

Each verb is one function. What it changes and what it writes down stand in one transaction; the
change is an update filtered on the state, so that of two deciders at once one wins. Refusals that
are to be recorded happen before that transaction (`parting`).
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.supervision import access, evidence, logbook, parting
from tuban.supervision.lights import DutyState
from tuban.supervision.models import Duty, Step, StepKind, UnitRole
from tuban.supervision.refusals import NotOpen, WordsMissing

MAX_REPORT = 2000
MAX_REMARK = 300


def report(*, actor: User, duty_id: int, words: str, offered: evidence.Offered) -> Step:
    """上报: what was done, with at least one piece of evidence.

    Args:
        actor: A post of the unit that owes the duty.
        duty_id: Open or returned.
        words: What was done.
        offered: Paper, files, parcels.

    Raises:
        Forbidden, Absent: As everywhere.
        NotOwner: The duty is another unit's.
        NotOpen: It waits for a decision, is accepted or released.
        WordsMissing, EvidenceRefused: Nothing to accept it on.
    """
    require(actor, "report_task")
    duty = access.get_duty(actor, duty_id)
    parting.require_owner(actor, duty.unit, "上报")
    if duty.state not in parting.REPORTABLE:
        raise NotOpen(duty)
    written = words_of(words, "完成情况", MAX_REPORT)
    checked = evidence.check(actor, offered)
    with transaction.atomic():
        step = move(duty, parting.REPORTABLE, StepKind.REPORTED, actor, written)
        evidence.write(step, checked)
    return step


def accept(*, actor: User, duty_id: int, words: str = "") -> Step:
    """核验通过: the duty is closed on the evidence reported.

    Raises:
        Absent: As everywhere.
        SameUnit, NotDecider: Not this post's to decide; recorded.
        NotOpen: Nothing waits, or somebody else was first.
    """
    return _decide(actor, duty_id, StepKind.ACCEPTED, (DutyState.REPORTED,), words)


def hand_back(*, actor: User, duty_id: int, words: str) -> Step:
    """退回 with a reason.

    Raises:
        Absent, SameUnit, NotDecider, NotOpen: As `accept`.
        WordsMissing: No reason is given.
    """
    return _decide(actor, duty_id, StepKind.RETURNED, (DutyState.REPORTED,), words, must=True)


def reopen(*, actor: User, duty_id: int, words: str) -> Step:
    """重新打开 what was accepted, with a reason: the unit has to report again.

    Raises:
        Absent, SameUnit, NotDecider, NotOpen: As `accept`.
        WordsMissing: No reason is given.
    """
    return _decide(actor, duty_id, StepKind.REOPENED, (DutyState.ACCEPTED,), words, must=True)


def respond(*, actor: User, unit_id: int, words: str) -> Step:
    """配合回应: what a supporting unit has done or will do.

    Raises:
        Forbidden, Absent: As everywhere.
        NotOwner: The post belongs to another unit.
        WordsMissing: Nothing was written.
    """
    require(actor, "report_task")
    unit = access.get_unit(actor, unit_id, UnitRole.SUPPORT)
    parting.require_owner(actor, unit, "回应")
    written = words_of(words, "回应", MAX_REPORT)
    with transaction.atomic():
        return logbook.write(StepKind.RESPONDED, actor, unit.task, unit=unit, words=written)


def _decide(
    actor: User,
    duty_id: int,
    kind: StepKind,
    frm: Collection[DutyState],
    words: str,
    *,
    must: bool = False,
) -> Step:
    duty = access.get_duty(actor, duty_id)
    parting.require_decider(actor, duty, kind)
    written = words_of(words, "理由" if must else "意见", MAX_REMARK, must=must)
    with transaction.atomic():
        return move(duty, frm, kind, actor, written)


TO = {
    StepKind.REPORTED: DutyState.REPORTED,
    StepKind.ACCEPTED: DutyState.ACCEPTED,
    StepKind.RETURNED: DutyState.RETURNED,
    StepKind.REOPENED: DutyState.RETURNED,
    StepKind.UNIT_ADDED: DutyState.OPEN,
    StepKind.RELEASED: DutyState.RELEASED,
}
"""The state each step leads to."""


def move(duty: Duty, frm: Collection[DutyState], kind: StepKind, actor: User, words: str) -> Step:
    """Writes it down and changes the state; refuses when the state is no longer where it was.

    The line comes first, so that at no moment does a state stand that the log does not bear out;
    with a refusal it is undone. Must be called in a transaction.
    """
    step = logbook.write_about(kind, actor, duty, state=TO[kind], words=words)
    if not Duty.objects.filter(pk=duty.pk, state__in=frm).update(state=TO[kind]):
        duty.refresh_from_db(fields=["state"])
        raise NotOpen(duty)
    return step


def words_of(written: str, what: str, most: int, *, must: bool = True) -> str:
    """The words without blanks around them.

    Raises:
        WordsMissing: None where there must be some, or too many.
    """
    text = written.replace("\0", "").strip()
    if (must and not text) or len(text) > most:
        raise WordsMissing(what, most)
    return text
