"""粒度: sums of months beside those of days, so that a stock is not added up from twenty years of days.

Rows that stand are taken for entries; the worker folds them at its next turn.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("measures", "0004_unreviewed_changes"),)
    operations = (
        migrations.AddField(
            model_name="measurechange",
            name="grain",
            field=models.CharField(
                choices=[("entry", "逐笔"), ("day", "按日合计"), ("month", "按月合计")],
                db_default="entry",
                default="entry",
                max_length=5,
                verbose_name="粒度",
            ),
        ),
        migrations.RemoveIndex(model_name="measurechange", name="measure_change_on"),
        migrations.AddIndex(
            model_name="measurechange",
            index=models.Index(
                fields=["measure_code", "grain", "on"],
                include=("region", "m2", "unreviewed_m2"),
                name="measure_change_on",
            ),
        ),
    )
