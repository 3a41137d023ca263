"""时点汇总: the parcels of one day added up by cells, for the small scales of the map."""

from __future__ import annotations

from django.db import models

from tuban.law.timeline import Stage
from tuban.parcels.models import area_field


class Picture(models.Model):
    """一个时点的汇总. Derived; may be dropped and is made again when asked for.

    Attributes:
        mark: How far the record had come when it was made.
        seconds: What making it took: one that is cheap is renewed at once, others by the worker.
    """

    on = models.DateField("时点", unique=True)
    mark = models.CharField("台账版本", max_length=120)
    made_at = models.DateTimeField("汇总时间")
    asked_at = models.DateTimeField("最近使用")
    seconds = models.FloatField("用时")

    class Meta:
        verbose_name = "时点汇总"


class Cell(models.Model):
    """汇总格: parcels of one stage and 旗区 whose centre lies in one cell.

    Attributes:
        level: Zoom whose tiles have the size of the cell; x and y count as tiles do (west to
            east, north to south, Web Mercator).
        m2: Area the stage is about; None when no parcel of the cell has one.
    """

    picture = models.ForeignKey(
        Picture, models.CASCADE, related_name="cells", db_index=False, db_constraint=False
    )
    level = models.PositiveSmallIntegerField("级别")
    x = models.PositiveIntegerField("列")
    y = models.PositiveIntegerField("行")
    region = models.ForeignKey("regions.Region", models.CASCADE, db_index=False)
    stage = models.CharField("阶段", max_length=16, choices=[(s.value, s.label) for s in Stage])
    count = models.PositiveIntegerField("宗数")
    m2 = area_field("面积", null=True)

    class Meta:
        verbose_name = "汇总格"
        indexes = (
            models.Index(
                fields=("picture", "level", "x", "y"),
                include=("region", "stage", "count"),
                name="cell_place",
            ),
        )
