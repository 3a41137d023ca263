"""行政区划: the city and its 旗区. Every parcel, organisation and figure belongs to one of them."""

from __future__ import annotations

from django.contrib.gis.db import models


class Level(models.TextChoices):
    """行政层级."""

    CITY = "city", "市"
    COUNTY = "county", "旗区"


class Region(models.Model):
    """行政区划单元, keyed by its GB/T 2260 code.

    Attributes:
        code: Six digits, text.
        boundary: 界线, EPSG:4490, degrees; None until one is imported.
        schematic: True while the boundary only shows roughly where the place lies.
    """

    code = models.CharField("行政区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=40)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    sort = models.PositiveSmallIntegerField("排序", default=0)
    boundary = models.MultiPolygonField("界线", srid=4490, null=True, blank=True)
    schematic = models.BooleanField("示意界线", default=True)

    class Meta:
        verbose_name = "行政区划"
        ordering = ("sort", "code")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^\d{6}$"),
                name="region_code_six_digits",
                violation_error_message="行政区划代码应为六位数字。",
            ),
        )

    def __str__(self) -> str:
        return self.name
