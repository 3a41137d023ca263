"""行政区划."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of regions."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=6, primary_key=True, serialize=False, verbose_name="行政区划代码"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "level",
                    models.CharField(
                        choices=[("city", "市"), ("county", "旗区")],
                        max_length=10,
                        verbose_name="层级",
                    ),
                ),
                ("sort", models.PositiveSmallIntegerField(default=0, verbose_name="排序")),
                (
                    "boundary",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        blank=True, null=True, srid=4490, verbose_name="界线"
                    ),
                ),
                ("schematic", models.BooleanField(default=True, verbose_name="示意界线")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="regions.region",
                        verbose_name="上级",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区划",
                "ordering": ("sort", "code"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", r"^\d{6}$")),
                        name="region_code_six_digits",
                        violation_error_message="行政区划代码应为六位数字。",
                    )
                ],
            },
        ),
    )
