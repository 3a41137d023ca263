"""任务单位、节点、承办事项: who owes what until when. What happened to them is in `logs`.

The state of a duty follows from its log: the two are written in one transaction and the database
refuses a state that the log does not bear out.
"""

from __future__ import annotations

import pgtrigger
from django.db import models

from tuban.supervision.lights import DEFAULT_WORKDAYS, DutyState
from tuban.supervision.logs import (
    Evidence,
    EvidenceKind,
    RuleChange,
    Step,
    StepKind,
)
from tuban.supervision.milestones import MilestoneKind

__all__ = [
    "Duty",
    "Evidence",
    "EvidenceKind",
    "LightRule",
    "Milestone",
    "RuleChange",
    "Source",
    "Step",
    "StepKind",
    "TaskUnit",
    "UnitRole",
]


class UnitRole(models.TextChoices):
    """单位在任务中的角色."""

    LEAD = "lead", "责任单位"
    SUPPORT = "support", "配合单位"
    SUPERVISE = "supervise", "监督单位"


class Source(models.TextChoices):
    """来源 of a milestone or a unit."""

    DOCUMENT = "document", "文件载明"
    SYSTEM = "system", "系统默认"
    POST = "post", "岗位增设"


class TaskUnit(models.Model):
    """任务单位: a unit with its part in a task.

    Attributes:
        printed: The words it was taken from; 各旗区人民政府 gives nine units.
        region: The place it belongs to; posts of that place and above see its duties.
        organisation: Who acts for it in the product; None: 尚无账号.
    """

    task = models.ForeignKey("instruments.Task", models.CASCADE, related_name="units")
    role = models.CharField("角色", max_length=9, choices=UnitRole.choices)
    name = models.CharField("单位", max_length=120)
    printed = models.CharField("载明", max_length=120, blank=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="地区")
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="承办账号",
    )
    source = models.CharField("来源", max_length=8, choices=Source.choices, default=Source.DOCUMENT)

    class Meta:
        verbose_name = "任务单位"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("task", "role", "name"),
                name="unit_once_per_role",
                violation_error_message="该单位已经是这项任务的同类单位。",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """节点: one thing a task owes, by a day where there is one.

    Attributes:
        words: What is due, as printed; may be empty.
        printed: The printed deadline; empty where there is none.
        due_on: Last day; None while it is 时限待定.
        year: Of a yearly product.
        start, end: Span of the printed deadline in the plan's text.
        inferred: The printed words leave something open, such as the year.
        since: First as-of day on which it is there; None: as long as the plan.
    """

    task = models.ForeignKey("instruments.Task", models.CASCADE, related_name="milestones")
    kind = models.CharField(
        "类别", max_length=7, choices=[(kind.value, kind.label) for kind in MilestoneKind]
    )
    words = models.CharField("内容", max_length=300, blank=True)
    printed = models.CharField("载明时限", max_length=120, blank=True)
    due_on = models.DateField("期限", null=True)
    year = models.PositiveSmallIntegerField("年度", null=True)
    start = models.PositiveIntegerField("起", null=True)
    end = models.PositiveIntegerField("止", null=True)
    inferred = models.BooleanField("推定", default=False)
    source = models.CharField("来源", max_length=8, choices=Source.choices, default=Source.DOCUMENT)
    since = models.DateField("起始", null=True)

    class Meta:
        verbose_name = "节点"
        ordering = (models.F("due_on").asc(nulls_last=True), "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="undated") | models.Q(due_on__isnull=False),
                name="milestone_dated_has_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="yearly") | models.Q(year__isnull=False),
                name="milestone_yearly_has_year",
            ),
            models.UniqueConstraint(
                fields=("task", "year", "start"),
                condition=models.Q(kind="yearly"),
                name="milestone_year_once",
            ),
        )

    @property
    def title(self) -> str:
        """What is due, in the plan's words or, where it says nothing, in ours."""
        return self.words or self.printed or "完成时限未写明"


class Duty(models.Model):
    """承办事项: a milestone as one responsible unit owes it.

    Attributes:
        since: First as-of day of a unit that was added; None: as long as the milestone.
    """

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="duties")
    unit = models.ForeignKey(TaskUnit, models.PROTECT, related_name="duties")
    state = models.CharField(
        "状态",
        max_length=8,
        choices=[(state.value, state.label) for state in DutyState],
        default=DutyState.OPEN.value,
    )
    since = models.DateField("起始", null=True)

    class Meta:
        verbose_name = "承办事项"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("milestone", "unit"),
                name="duty_once",
                violation_error_message="该单位已经承办这个节点。",
            ),
        )
        indexes = (models.Index(fields=("state",), name="duty_state"),)
        triggers = (
            pgtrigger.Trigger(
                name="duty_state_follows_log",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=(
                    "IF NEW.state <> coalesce((SELECT state FROM supervision_step"
                    " WHERE duty_id = NEW.id AND state <> '' ORDER BY id DESC LIMIT 1), 'open')"
                    " AND EXISTS (SELECT FROM supervision_duty WHERE id = NEW.id"
                    " AND state = NEW.state)"
                    " THEN RAISE EXCEPTION '承办状态须与办理记录一致'; END IF; RETURN NULL;"
                ),
            ),
        )


class LightRule(models.Model):
    """督办亮灯规则 of one place: yellow from `soon_workdays` before the due day.

    Attributes:
        is_default: 系统默认: set by the product, not by the place.
    """

    region = models.OneToOneField(
        "regions.Region", models.CASCADE, related_name="task_light_rule", verbose_name="适用范围"
    )
    soon_workdays = models.PositiveSmallIntegerField("黄灯（工作日）", default=DEFAULT_WORKDAYS)
    source = models.CharField("依据", max_length=200, blank=True)
    is_default = models.BooleanField("系统默认", default=True)

    class Meta:
        verbose_name = "督办亮灯规则"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(soon_workdays__lte=250), name="soon_workdays_in_a_year"
            ),
        )
