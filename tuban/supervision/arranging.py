"""调整: what a city reviewer may arrange, always with a reason that stays on the log.

The plan's own words are never changed: a day is set only where the plan gives none, a unit is
released or added beside those it names, a milestone is added beside the printed ones.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import Organisation, User
from tuban.accounts.records import record
from tuban.core import clock, whence
from tuban.parcels.access import Absent
from tuban.regions.models import Region
from tuban.supervision import access, deeds, logbook
from tuban.supervision.actions import MAX_REMARK, move, words_of
from tuban.supervision.lights import DutyState
from tuban.supervision.milestones import MilestoneKind
from tuban.supervision.models import (
    Duty,
    LightRule,
    Milestone,
    RuleChange,
    Source,
    Step,
    StepKind,
    TaskUnit,
    UnitRole,
)
from tuban.supervision.refusals import ArrangementRefused
from tuban.supervision.units import plain

MAX_SOON = 60


def set_day(*, actor: User, milestone_id: int, due_on: date, reason: str) -> Step:
    """定期限 for a milestone that is 时限待定; a day set so may be set anew, a printed one may not.

    Raises:
        Forbidden, Absent: As everywhere.
        ArrangementRefused: The plan itself gives the day.
        WordsMissing: No reason is given.
    """
    require(actor, "assign_task")
    milestone = access.get_milestone(actor, milestone_id)
    if milestone.kind != MilestoneKind.UNDATED:
        raise ArrangementRefused(
            f"这个节点的期限 {milestone.due_on} 是文件载明的，不能改。",
            code="printed_day",
            place="期限",
            cause="期限以印发的文件为准。",
            remedy="文件更正或重新下达后，按新文件确认生效。",
        )
    written = words_of(reason, "理由", MAX_REMARK)
    with transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(due_on=due_on)
        return logbook.write(
            StepKind.DATED, actor, milestone.task, milestone=milestone, words=written, due_on=due_on
        )


def add_milestone(*, actor: User, task_id: int, words: str, due_on: date, reason: str) -> Milestone:
    """增设节点, owed by all responsible units of the task.

    Raises:
        Forbidden, Absent: As everywhere.
        ArrangementRefused: The day is over.
        WordsMissing: No words or no reason.
    """
    require(actor, "assign_task")
    task = access.get_task(actor, task_id)
    title = words_of(words, "节点内容", MAX_REMARK)
    written = words_of(reason, "理由", MAX_REMARK)
    if due_on < clock.today():
        raise ArrangementRefused(
            f"期限 {due_on} 已经过去。",
            code="day_over",
            place="期限",
            cause="增设的节点从今天起才对承办单位有约束。",
            remedy="请填写今天或以后的日期。",
        )
    with transaction.atomic():
        milestone = Milestone.objects.create(
            task=task,
            kind=MilestoneKind.DATED,
            words=title,
            due_on=due_on,
            source=Source.POST,
            since=clock.today(),
        )
        Duty.objects.bulk_create(
            Duty(milestone=milestone, unit=unit) for unit in task.units.filter(role=UnitRole.LEAD)
        )
        logbook.write(
            StepKind.MILESTONE_ADDED, actor, task, milestone=milestone, words=written, due_on=due_on
        )
    return milestone


def add_unit(*, actor: User, milestone_id: int, organisation: str, reason: str) -> Duty:
    """增加承办单位; one that was released owes the milestone again.

    Args:
        actor: A city reviewer.
        milestone_id: What it is to owe.
        organisation: Code of an organisation in the post's scope.
        reason: Kept on the log.

    Raises:
        Forbidden, Absent: As everywhere.
        ArrangementRefused: It owes the milestone already.
        WordsMissing: No reason is given.
    """
    require(actor, "assign_task")
    milestone = access.get_milestone(actor, milestone_id)
    written = words_of(reason, "理由", MAX_REMARK)
    scope = region_codes(actor)
    found = Organisation.objects.filter(code=organisation, region__in=scope).first()
    if found is None:
        raise Absent("个单位")
    with transaction.atomic():
        unit = _lead_unit(milestone, found)
        duty, made = Duty.objects.get_or_create(
            milestone=milestone, unit=unit, defaults={"since": clock.today()}
        )
        if made:
            logbook.write_about(
                StepKind.UNIT_ADDED, actor, duty, state=DutyState.OPEN, words=written
            )
        elif duty.state == DutyState.RELEASED:
            move(duty, (DutyState.RELEASED,), StepKind.UNIT_ADDED, actor, written)
        else:
            raise ArrangementRefused(
                f"“{unit.name}”已经承办这个节点。",
                code="owes_already",
                place="单位",
                cause=f"它的状态是“{duty.get_state_display()}”。",
                remedy="请选择其他单位。",
            )
    return duty


def _lead_unit(milestone: Milestone, organisation: Organisation) -> TaskUnit:
    """The responsible unit of the task that the organisation acts for, made where there is none."""
    units = milestone.task.units.filter(role=UnitRole.LEAD)
    unit = units.filter(organisation=organisation).first()
    if unit is not None:
        return unit
    return TaskUnit.objects.create(
        task=milestone.task,
        role=UnitRole.LEAD,
        name=plain(organisation.name),
        region=organisation.region,
        organisation=organisation,
        source=Source.POST,
    )


def release(*, actor: User, duty_id: int, reason: str) -> Step:
    """免除承办: a unit no longer owes a milestone; the duty and its log stay.

    Raises:
        Forbidden, Absent: As everywhere.
        NotOpen: It is accepted or waits for a decision.
        WordsMissing: No reason is given.
    """
    require(actor, "assign_task")
    duty = access.get_duty(actor, duty_id)
    written = words_of(reason, "理由", MAX_REMARK)
    with transaction.atomic():
        open_ = (DutyState.OPEN, DutyState.RETURNED)
        return move(duty, open_, StepKind.RELEASED, actor, written)


def set_rule(*, actor: User, region_code: str, soon_workdays: int, source: str) -> LightRule:
    """亮灯规则 of a place: yellow from so many working days before the due day.

    Raises:
        Forbidden, Absent: As everywhere.
        ArrangementRefused: Not a number of working days that makes sense.
        WordsMissing: No source is given.
    """
    require(actor, "assign_task")
    region = Region.objects.filter(code=region_code, code__in=region_codes(actor)).first()
    if region is None:
        raise Absent("个地区")
    if not 1 <= soon_workdays <= MAX_SOON:
        raise ArrangementRefused(
            f"{soon_workdays} 个工作日不能作为黄灯幅度。",
            code="soon_workdays",
            place="黄灯",
            cause=f"可填 1 至 {MAX_SOON}。",
            remedy="请填写剩余几个工作日时亮黄灯。",
        )
    written = words_of(source, "依据", 200)
    with transaction.atomic():
        rule, _ = LightRule.objects.select_for_update().get_or_create(region=region)
        old = rule.soon_workdays
        rule.soon_workdays, rule.source, rule.is_default = soon_workdays, written, False
        rule.save()
        RuleChange.objects.create(
            region=region,
            old=old,
            new=soon_workdays,
            source=written,
            by=actor,
            at=clock.now(),
            ip=whence.here().ip,
        )
        change = {"原值": old, "改为": soon_workdays, "依据": written}
        record(actor, deeds.RULE_SET, about=region, region=region.code, detail=change)
    return rule
