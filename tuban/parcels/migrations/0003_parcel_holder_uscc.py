from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parcels", "0002_boundaries_and_choices")]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="holder_uscc",
            field=models.CharField(
                blank=True, default="", max_length=18, verbose_name="统一社会信用代码"
            ),
            preserve_default=False,
        ),
    ]
