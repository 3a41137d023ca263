"""指标变动 (derived) and 亮灯规则, the only thing about measures that a place may set."""

from __future__ import annotations

from decimal import Decimal

from django.db import models


class LightRule(models.Model):
    """亮灯规则 of one place.

    Green at or above 序时进度 (share of the target year elapsed, the as-of day included), yellow
    down to `yellow_points` percentage points below it, red beneath, grey without a target.

    Attributes:
        is_default: 系统默认: set by the product, not by an instrument.
    """

    region = models.OneToOneField("regions.Region", models.CASCADE, verbose_name="适用范围")
    yellow_points = models.DecimalField(
        "黄灯幅度（百分点）", max_digits=5, decimal_places=2, default=Decimal(10)
    )
    source = models.CharField("依据", max_length=200, blank=True)
    is_default = models.BooleanField("系统默认", default=True)

    class Meta:
        verbose_name = "亮灯规则"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(yellow_points__gte=0), name="yellow_points_not_negative"
            ),
        )


class Grain(models.TextChoices):
    """粒度 of a row of the log: as appended, or the sum of a day or of a month."""

    ENTRY = "entry", "逐笔"
    DAY = "day", "按日合计"
    MONTH = "month", "按月合计"


class MeasureChange(models.Model):
    """指标变动: by how much a measure changed in a 旗区 on a day.

    A log kept by the database itself: whenever phases are written or removed, statement triggers
    (migration 0004) append what they add and take away, in the same transaction, so that a stock
    is the sum of its changes up to a day and a flow the sum within a period. Summing days instead
    of scanning phases keeps the board as quick with a million parcels as with a thousand.
    `tuban.measures.changes` folds the log to days and, beside them, months, and proves it against
    the phases.

    Attributes:
        on: Day of the change; of a month's sum the month's first day.
        unreviewed_m2: What of it rests on facts nobody has reviewed.
    """

    measure_code = models.CharField("指标", max_length=40)
    region = models.ForeignKey("regions.Region", models.CASCADE, db_index=False)
    on = models.DateField("日期")
    grain = models.CharField(
        "粒度", max_length=5, choices=Grain.choices, default=Grain.ENTRY, db_default=Grain.ENTRY
    )
    m2 = models.DecimalField("变动（平方米）", max_digits=20, decimal_places=6)
    unreviewed_m2 = models.DecimalField(
        "其中未复核（平方米）", max_digits=20, decimal_places=6, default=0
    )

    class Meta:
        verbose_name = "指标变动"
        indexes = (
            models.Index(
                fields=("measure_code", "grain", "on"),
                include=("region", "m2", "unreviewed_m2"),
                name="measure_change_on",
            ),
        )
