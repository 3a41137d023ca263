"""文件、条款、任务、目标: what a confirmed plan binds the bureau to.

Printed words, printed precision and the span they came from stay beside every parsed value.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tuban.values.area import Unit


class Instrument(models.Model):
    """文件/方案 in force, confirmed by a post.

    Attributes:
        text: Normalised text; every span indexes it. Personal data is masked.
        findings: What the reader found wanting, as of the confirmation.
    """

    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="适用范围")
    title = models.CharField("标题", max_length=200)
    doc_no = models.CharField("发文字号", max_length=80, blank=True)
    issuer = models.CharField("发文机关", max_length=100, blank=True)
    issued_on = models.DateField("成文日期", null=True)
    source_name = models.CharField("来源文件", max_length=200)
    source_sha256 = models.CharField("来源散列", max_length=64)
    text = models.TextField("正文")
    text_sha256 = models.CharField("正文散列", max_length=64)
    findings = models.JSONField("核对发现", default=list)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("生效确认时间")

    class Meta:
        verbose_name = "文件"
        constraints = (
            models.UniqueConstraint(
                fields=("text_sha256",),
                name="instrument_text_once",
                violation_error_message="这份文件已经确认生效。",
            ),
        )

    def __str__(self) -> str:
        return self.doc_no or self.title


class Clause(models.Model):
    """条款: one node of the clause tree."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="clauses")
    key = models.CharField("条款标识", max_length=60)
    no = models.CharField("序号", max_length=20, blank=True)
    level = models.PositiveSmallIntegerField("层级")
    title = models.CharField("标题", max_length=300)
    parent_key = models.CharField("上级标识", max_length=60, blank=True)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")

    class Meta:
        verbose_name = "条款"
        ordering = ("start", "-end")


class Task(models.Model):
    """任务: the smallest numbered measure of the working part."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="tasks")
    no = models.CharField("序号", max_length=40)
    title = models.CharField("标题", max_length=300)
    text = models.TextField("内容")
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    lead = models.JSONField("责任单位", default=list)
    support = models.JSONField("配合单位", default=list)
    supervise = models.JSONField("监督单位", default=list)
    deadlines = models.JSONField("完成时限", default=list)
    targets = models.JSONField("文中目标", default=list)

    class Meta:
        verbose_name = "任务"
        ordering = ("start",)


class TargetRole(models.TextChoices):
    """目标表格中的位置."""

    CELL = "cell", "分项"
    TOTAL = "total", "合计"
    BASE = "base", "基数"


class Layer(models.TextChoices):
    """目标层级: what came from above, and how it was split up."""

    DELEGATED = "delegated", "下达"
    DECOMPOSED = "decomposed", "分解"


class Target(models.Model):
    """目标: one printed figure of a plan, bound to a measure where one exists.

    Attributes:
        measure_code: Code in `tuban.measures`; empty while no measure exists (尚无数据来源).
        year: Target year; None for base columns and for totals over the whole term.
        value: The printed number in `unit`; None where the cell is blank (missing is not zero).
        area_m2: The value in m² for area units, None otherwise.
    """

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="targets")
    measure_code = models.CharField("指标", max_length=40, blank=True)
    metric = models.CharField("载明名称", max_length=200)
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="地区")
    period = models.CharField("时期", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True)
    role = models.CharField("位置", max_length=6, choices=TargetRole.choices)
    value = models.DecimalField("数值", max_digits=20, decimal_places=6, null=True)
    unit = models.CharField("单位", max_length=20)
    printed = models.CharField("载明", max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField("载明小数位", default=0)
    area_m2 = models.DecimalField("平方米", max_digits=20, decimal_places=6, null=True)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    layer = models.CharField("层级", max_length=10, choices=Layer.choices, default=Layer.DECOMPOSED)
    provisional = models.BooleanField("暂行", default=False)
    version = models.PositiveSmallIntegerField("版本", default=1)

    class Meta:
        verbose_name = "目标"
        indexes = (models.Index(fields=("measure_code", "year"), name="target_measure_year"),)

    @property
    def area_unit(self) -> Unit | None:
        """The printed unit when it is one of area, else None."""
        return next((unit for unit in Unit if unit.label == self.unit), None)
