"""亮灯规则: the only thing about measures a place may set. The measures themselves are code."""

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
