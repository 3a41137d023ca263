"""重建分段: what is left of a rebuilding of all phases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("parcels", "0008_export_fetched_at"),)
    operations = (
        migrations.CreateModel(
            name="RebuildSlice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.BigIntegerField(verbose_name="起")),
                ("last", models.BigIntegerField(verbose_name="止")),
                ("parcels", models.PositiveIntegerField(verbose_name="宗数")),
                ("law_version", models.CharField(max_length=20, verbose_name="规则版本")),
                ("done", models.BooleanField(verbose_name="已完成")),
            ],
            options={"verbose_name": "重建分段"},
        ),
    )
