"""The unit an office chose for a heading that names none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parcels", "0005_exports")]

    operations = [
        migrations.AddField(
            model_name="headingchoice",
            name="unit",
            field=models.CharField(blank=True, default="", max_length=10, verbose_name="单位"),
            preserve_default=False,
        ),
    ]
