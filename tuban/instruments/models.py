"""文件、条款、任务、目标: what a confirmed plan binds the bureau to.

Printed words, printed precision and the span they came from stay beside every parsed value.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, models

from tuban.core.append_only import append_only
from tuban.values.area import Unit


class Origin(models.TextChoices):
    """来源: how the figures came in."""

    DOCUMENT = "document", "文件读取"
    MANUAL = "manual", "手工录入"


class Instrument(models.Model):
    """文件/方案 in force, confirmed by a post. Its number is that of its draft, if it had one.

    Attributes:
        text: Normalised text; every span indexes it. Personal data is masked.
        findings: What the reader found wanting, as of the confirmation.
        replaces: 重新下达: the plan whose targets this one takes the place of.
        in_force_from: First as-of day on which it does so; None unless it replaces one.
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
    origin = models.CharField("来源", max_length=8, choices=Origin.choices, default=Origin.DOCUMENT)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="替代"
    )
    in_force_from = models.DateField("替代起始日", null=True)

    class Meta:
        verbose_name = "文件"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True, in_force_from__isnull=True)
                | models.Q(replaces__isnull=False, in_force_from__isnull=False),
                name="instrument_replaces_from_a_day",
                violation_error_message="替代原方案须写明起始日。",
            ),
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
    corrected = models.BooleanField("经核对更正", default=False)

    class Meta:
        verbose_name = "任务"
        ordering = ("start",)


class TargetRole(models.TextChoices):
    """位置: in a table, in the text, or in a note under a table."""

    CELL = "cell", "分项"
    TOTAL = "total", "合计"
    BASE = "base", "基数"
    BODY = "body", "正文"
    NOTE = "note", "备注"


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
        corrected: 认定: a reviewer changed value, unit, region or year; `printed` did not move.
        binding: True it binds; False a reviewer held another of conflicting figures to bind; None
            the issuer has been asked and has not answered.
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
    corrected = models.BooleanField("经核对更正", default=False)
    binding = models.BooleanField("为准", null=True, default=True)

    class Meta:
        verbose_name = "目标"
        indexes = (models.Index(fields=("measure_code", "year"), name="target_measure_year"),)

    @property
    def area_unit(self) -> Unit | None:
        """The printed unit when it is one of area, else None."""
        return next((unit for unit in Unit if unit.label == self.unit), None)


def next_number() -> int:
    """The number of the next draft: drafts and instruments count in one series.

    A plan keeps one address, `/instruments/<number>/`, from the upload into force.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('instruments_instrument', 'id'))")
        return int(cursor.fetchone()[0])


class DraftState(models.TextChoices):
    """待核对方案的状态."""

    READING = "reading", "读取中"
    PENDING = "pending", "待核对"
    IN_FORCE = "in_force", "已生效"
    FAILED = "failed", "未能读取"
    DROPPED = "dropped", "已放弃"


class Draft(models.Model):
    """待核对方案: a file or a typed table, what was read from it, and how far the review has come.

    Attributes:
        sha256: Of the kept file (`parcels.imports.files`); empty for a typed table.
        reading: As read, never changed; what holds is the reading with the corrections applied.
        findings: 核对发现 of the corrected reading.
        version: Counts saved corrections; a save on an older version is refused.
        stage, done: What the reading is at, and the percentage done.
    """

    id = models.BigIntegerField("编号", primary_key=True, default=next_number)
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="经办地区")
    name = models.CharField("来源文件", max_length=200)
    sha256 = models.CharField("来源散列", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    origin = models.CharField("来源", max_length=8, choices=Origin.choices, default=Origin.DOCUMENT)
    state = models.CharField("状态", max_length=8, choices=DraftState.choices)
    message = models.TextField("未能读取的原因", blank=True)
    stage = models.CharField("步骤", max_length=40, blank=True)
    done = models.PositiveSmallIntegerField("进度", default=0)
    reading = models.JSONField("读取结果", null=True)
    findings = models.JSONField("核对发现", default=list)
    version = models.PositiveIntegerField("版本", default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    instrument = models.OneToOneField(
        Instrument, models.PROTECT, null=True, related_name="draft", verbose_name="生效文件"
    )

    class Meta:
        verbose_name = "待核对方案"
        ordering = ("-uploaded_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="in_force") | models.Q(instrument__isnull=False),
                name="draft_in_force_has_instrument",
                violation_error_message="已生效的方案须有生效文件。",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Correction(models.Model):
    """纠正记录: what a post changed in a reading. Append-only; it stays with the instrument.

    Attributes:
        version: Of the draft after the save; the changes of one save share it.
        path: Place in the reading, e.g. `tasks/3/lead`; `findings/<key>` acknowledges a finding.
        old, new: JSON values; `old` null where nothing stood.
    """

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="corrections")
    version = models.PositiveIntegerField("版本")
    path = models.CharField("位置", max_length=120)
    old = models.JSONField("原值", null=True)
    new = models.JSONField("改为", null=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "纠正记录"
        ordering = ("version", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("draft", "version", "path"),
                name="correction_once_per_version",
                violation_error_message="同一版本已有人改过这一处。",
            ),
        )
        triggers = append_only("correction_", "纠正记录")
