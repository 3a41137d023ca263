"""办理记录 of tasks: what was reported, decided and arranged, by whom, when, from where.

Append-only. The database itself refuses a decision by the organisation that owes or reported
(销号分离, requirements O-02).
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models


class StepKind(models.TextChoices):
    """办理环节."""

    REPORTED = "reported", "上报"
    ACCEPTED = "accepted", "核验通过"
    RETURNED = "returned", "退回"
    REOPENED = "reopened", "重新打开"
    RESPONDED = "responded", "配合回应"
    DATED = "dated", "定期限"
    MILESTONE_ADDED = "milestone", "增设节点"
    UNIT_ADDED = "unit", "增加承办单位"
    RELEASED = "released", "免除承办"
    REFUSED = "refused", "未予办理"


def append_only(name: str, words: str) -> tuple[pgtrigger.Trigger, ...]:
    """Refuses to change, remove or truncate rows."""
    return (
        pgtrigger.Protect(name=f"{name}_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{words}只增不改';",
        ),
    )


class Step(models.Model):
    """办理记录: one line of a task's log.

    Attributes:
        state: Of the duty from this step on; empty where the step does not change it.
        words: What was reported, the remark or the reason.
        due_on: The day that was set (定期限, 增设节点).
        organisation: The unit the post belonged to then.
        on: Legal date of `at`.
        ip: Where it came from; None for commands and background work.
    """

    task = models.ForeignKey("instruments.Task", models.PROTECT, related_name="steps")
    milestone = models.ForeignKey(
        "supervision.Milestone", models.PROTECT, null=True, related_name="steps"
    )
    duty = models.ForeignKey("supervision.Duty", models.PROTECT, null=True, related_name="steps")
    unit = models.ForeignKey(
        "supervision.TaskUnit", models.PROTECT, null=True, related_name="steps"
    )
    kind = models.CharField("环节", max_length=9, choices=StepKind.choices)
    state = models.CharField("状态", max_length=8, blank=True)
    words = models.TextField("内容", blank=True)
    due_on = models.DateField("期限", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    on = models.DateField("日期")
    ip = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = "督办办理记录"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(kind__in=["reported", "accepted", "returned", "reopened"])
                | (models.Q(duty__isnull=False) & ~models.Q(state="")),
                name="step_of_a_duty_has_state",
            ),
        )
        triggers = (
            *append_only("task_step", "督办办理记录"),
            pgtrigger.Trigger(
                name="decider_is_not_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind__in=["accepted", "returned", "reopened"]),
                func=(
                    "IF EXISTS (SELECT FROM supervision_duty d"
                    " JOIN supervision_taskunit u ON u.id = d.unit_id"
                    " WHERE d.id = NEW.duty_id AND u.organisation_id IN (NEW.organisation_id,"
                    " (SELECT p.organisation_id FROM accounts_user a"
                    " JOIN accounts_post p ON p.id = a.post_id WHERE a.id = NEW.by_id)))"
                    " OR EXISTS (SELECT FROM supervision_step s WHERE s.duty_id = NEW.duty_id"
                    " AND s.kind = 'reported'"
                    " AND (s.by_id = NEW.by_id OR s.organisation_id = NEW.organisation_id))"
                    " THEN RAISE EXCEPTION '上报的单位不能核验自己的事项'; END IF; RETURN NEW;"
                ),
            ),
        )


class EvidenceKind(models.TextChoices):
    """佐证类别."""

    PAPER = "paper", "文件"
    FILE = "file", "附件"
    PARCEL = "parcel", "地块"


class Evidence(models.Model):
    """佐证 of a report: a paper, a file or a parcel.

    Attributes:
        doc_no, issuer, dated_on: Of a paper.
        name, sha256, size: Of a file, kept under its hash (`parcels.imports.files`).
        suffix: Kind of the file as its content says, e.g. `.pdf`.
    """

    step = models.ForeignKey(Step, models.PROTECT, related_name="evidence")
    kind = models.CharField("类别", max_length=6, choices=EvidenceKind.choices)
    doc_no = models.CharField("文号", max_length=80, blank=True)
    issuer = models.CharField("机关", max_length=100, blank=True)
    dated_on = models.DateField("日期", null=True)
    name = models.CharField("文件名", max_length=200, blank=True)
    suffix = models.CharField("格式", max_length=5, blank=True)
    sha256 = models.CharField("散列", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    parcel = models.ForeignKey(
        "parcels.Parcel", models.PROTECT, null=True, related_name="+", verbose_name="地块"
    )

    class Meta:
        verbose_name = "佐证"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=(
                    models.Q(kind="paper", sha256="", parcel=None, dated_on__isnull=False)
                    & ~models.Q(doc_no="")
                    & ~models.Q(issuer="")
                )
                | (models.Q(kind="file", parcel=None) & ~models.Q(sha256="") & ~models.Q(name=""))
                | models.Q(kind="parcel", sha256="", parcel__isnull=False),
                name="evidence_is_whole",
            ),
        )
        triggers = append_only("evidence", "佐证")


class RuleChange(models.Model):
    """亮灯规则变更: who set the yellow light of a place to what, and why."""

    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    old = models.PositiveSmallIntegerField("原值")
    new = models.PositiveSmallIntegerField("改为")
    source = models.CharField("依据", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    ip = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = "督办亮灯规则变更"
        ordering = ("pk",)
        triggers = append_only("rule_change", "亮灯规则变更")
