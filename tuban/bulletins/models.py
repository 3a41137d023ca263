"""通报: frozen figures with what they are made of, the text written from them, and its life.

Once a bulletin is issued the database refuses to change it, its figures and their parts; the only
thing that may still be added is the record that it was declared void.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tuban.bulletins.periods import Kind
from tuban.core.append_only import no_truncate
from tuban.law.timeline import Stage
from tuban.parcels.models import area_field
from tuban.values.area import Unit


class BulletinState(models.TextChoices):
    """通报状态."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    REVIEWED = "reviewed", "待签发"
    ISSUED = "issued", "已签发"


_REFUSED = "已签发的通报不能改动"
_REFUSE = f"RAISE EXCEPTION '{_REFUSED}';"
_IS_ISSUED = "(SELECT state FROM bulletins_bulletin WHERE id = {row}.bulletin_id) = 'issued'"


def _guards(name: str) -> tuple[pgtrigger.Trigger, ...]:
    """Refuses rows to be added to, changed in or taken from an issued bulletin."""
    return (
        _guard(f"{name}_no_more", pgtrigger.Insert | pgtrigger.Update, "NEW"),
        _guard(f"{name}_stays", pgtrigger.Update | pgtrigger.Delete, "OLD"),
        no_truncate(f"{name}_", _REFUSED),
    )


def _guard(name: str, operation: pgtrigger.Operation, row: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        func=f"IF {_IS_ISSUED.format(row=row)} THEN {_REFUSE} END IF; RETURN NULL;",
    )


def _parts_guard(
    name: str, operation: pgtrigger.Operation, rows: pgtrigger.Referencing
) -> pgtrigger.Trigger:
    """The same for all rows of a statement at once: there may be a hundred thousand."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=rows,
        func=(
            "IF EXISTS (SELECT FROM touched t JOIN bulletins_figure f ON f.id = t.figure_id"
            " JOIN bulletins_bulletin b ON b.id = f.bulletin_id WHERE b.state = 'issued')"
            f" THEN {_REFUSE} END IF; RETURN NULL;"
        ),
    )


class NumberSeries(models.Model):
    """发文字号序列: one 代字 in one year; its row is locked while a number is given out."""

    prefix = models.CharField("发文机关代字", max_length=14)
    year = models.PositiveSmallIntegerField("年份")
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="使用范围")
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = "发文字号序列"
        constraints = (
            models.UniqueConstraint(fields=("prefix", "year"), name="series_once_a_year"),
        )


class Bulletin(models.Model):
    """通报 of one region as of a day.

    Attributes:
        region: What it is about; a city's bulletin, once issued, is for every post to read.
        first: First day of 本期; the last one is `on`.
        subjects: Keys of `tuban.bulletins.board.SUBJECTS`, in order.
        known_at: 登记至: when the figures were taken; they count facts recorded by then.
        last_fact_id: The newest fact then, for telling what was recorded since.
        previous: 上期 it compares itself with; None when there was none.
        definitions: Wording of each measure when the figures were taken, by code.
        body: The text as composed from the figures (`tuban.bulletins.blocks`), as read for ever.
        version: Grows with every edit; two drafters cannot overwrite each other.
        doc_no: 发文字号, empty until issued.
    """

    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="范围")
    kind = models.CharField("类别", max_length=10, choices=[(k.value, k.label) for k in Kind])
    on = models.DateField("截至")
    first = models.DateField("本期起")
    subjects = models.JSONField("事项")
    unit = models.CharField("单位", max_length=6, choices=[(u.value, u.label) for u in Unit])
    known_at = models.DateTimeField("登记至")
    last_fact_id = models.BigIntegerField("最新事实")
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name="上期"
    )
    definitions = models.JSONField("口径", default=dict)
    title = models.CharField("标题", max_length=120)
    addressee = models.CharField("主送", max_length=200)
    opening = models.TextField("开头")
    demands = models.TextField("工作要求")
    signer = models.CharField("落款", max_length=100)
    body = models.JSONField("正文", default=list)
    state = models.CharField(
        "状态", max_length=10, choices=BulletinState.choices, default=BulletinState.DRAFT
    )
    version = models.PositiveIntegerField("修改次数", default=0)
    doc_no = models.CharField("发文字号", max_length=40, blank=True)
    issued_on = models.DateField("成文日期", null=True)

    class Meta:
        verbose_name = "通报"
        constraints = (
            models.UniqueConstraint(
                fields=("doc_no",), condition=~models.Q(doc_no=""), name="bulletin_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="issued", issued_on__isnull=False) & ~models.Q(doc_no="")
                | ~models.Q(state="issued") & models.Q(doc_no="", issued_on=None),
                name="bulletin_number_when_issued",
            ),
        )
        indexes = (models.Index(fields=("region", "kind", "on"), name="bulletin_region_kind_on"),)
        triggers = (
            pgtrigger.Protect(
                name="bulletin_issued_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="issued"),
            ),
            no_truncate("bulletin_", _REFUSED),
        )

    def __str__(self) -> str:
        return self.doc_no or self.title


class Figure(models.Model):
    """冻结数: one measure of one region as it was when the figures were taken.

    The city's own figures are the sums of its 旗区 and hold no parts themselves.

    Attributes:
        period: Empty for a stock, the year of a year's flow, `first/last` of 本期's flow.
        first: First day of a flow; the last one is the bulletin's day.
        m2: The exact sum of its parts.
        parts_count: How many parts it has.
        decimals: Decimals shown, in the bulletin's unit.
        target_m2: What a year's flow is measured against; None without a target.
        printed_m2: 载明数 of the region in the plan, beside the computed `target_m2`.
        target_words: The printed target and where it stands.
        yellow_points: 黄灯幅度 in force then; `yellow_is_default` where nobody has set it.
    """

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="figures")
    measure_code = models.CharField("指标", max_length=40)
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="地区")
    period = models.CharField("时期", max_length=21, blank=True)
    first = models.DateField("起", null=True)
    m2 = area_field("面积（平方米）", default=0)
    unreviewed_m2 = area_field("未复核（平方米）", default=0)
    parts_count = models.PositiveIntegerField("项数", default=0)
    decimals = models.PositiveSmallIntegerField("显示小数", default=2)
    target_m2 = area_field("目标（平方米）", null=True)
    printed_m2 = area_field("载明目标（平方米）", null=True)
    target_words = models.CharField("目标出处", max_length=300, blank=True)
    provisional = models.BooleanField("暂行", default=False)
    yellow_points = models.DecimalField("黄灯幅度", max_digits=5, decimal_places=2, null=True)
    yellow_is_default = models.BooleanField("系统默认幅度", default=True)

    class Meta:
        verbose_name = "冻结数"
        constraints = (
            models.UniqueConstraint(
                fields=("bulletin", "measure_code", "region", "period"), name="figure_once"
            ),
        )
        triggers = _guards("figure")


class FigurePart(models.Model):
    """冻结明细: one phase that a figure counted, with the facts it rested on.

    Attributes:
        starts_on: First day of the phase; with the parcel it names the phase.
        fact_ids: The facts its grounds cite, as often as they do.
        unreviewed: Some of them had not been compared with their paper by another post.
    """

    figure = models.ForeignKey(Figure, models.CASCADE, related_name="parts", db_index=False)
    parcel = models.ForeignKey("parcels.Parcel", models.PROTECT, related_name="+", db_index=False)
    starts_on = models.DateField("时段起")
    stage = models.CharField("阶段", max_length=16, choices=[(s.value, s.label) for s in Stage])
    flags = models.JSONField("标记", default=list)
    m2 = area_field("面积（平方米）")
    fact_ids = ArrayField(models.BigIntegerField(), verbose_name="依据的事实")
    unreviewed = models.BooleanField("未复核")

    class Meta:
        verbose_name = "冻结明细"
        indexes = (models.Index(fields=("figure", "-m2"), name="figure_parts"),)
        triggers = (
            _parts_guard("parts_no_more", pgtrigger.Insert, pgtrigger.Referencing(new="touched")),
            _parts_guard("parts_stay", pgtrigger.Delete, pgtrigger.Referencing(old="touched")),
            pgtrigger.Protect(name="parts_never_change", operation=pgtrigger.Update),
            no_truncate("parts_", _REFUSED),
        )

    @property
    def facts(self) -> tuple[int, ...]:
        """The facts it rests on, each once."""
        return tuple(sorted(set(self.fact_ids)))


class StepKind(models.TextChoices):
    """办理环节."""

    DRAFTED = "drafted", "起草"
    EDITED = "edited", "修改文字"
    REFRESHED = "refreshed", "重新取数"
    SUBMITTED = "submitted", "送审"
    RETURNED = "returned", "退回"
    REVIEWED = "reviewed", "审核通过"
    ISSUED = "issued", "签发"
    VOIDED = "voided", "作废"


class Step(models.Model):
    """办理记录: who did what to a bulletin, when, with which remark. Append-only."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="steps")
    kind = models.CharField("环节", max_length=10, choices=StepKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    remark = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "办理记录"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("bulletin", "kind"),
                condition=models.Q(kind__in=["drafted", "issued", "voided"]),
                name="step_once",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="step_append_only", operation=pgtrigger.Update),
            _guard("step_stays", pgtrigger.Delete, "OLD"),
            no_truncate("step_", _REFUSED),
        )
