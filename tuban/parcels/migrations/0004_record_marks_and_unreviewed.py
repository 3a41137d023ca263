"""台账版次, and whether a phase rests on facts nobody has reviewed yet."""

import django.db.models.deletion
from django.db import migrations, models

UNREVIEWED = """
    UPDATE parcels_parcelphase p SET unreviewed = true
     WHERE EXISTS (SELECT FROM jsonb_array_elements(p.grounds) AS g(ground),
                               jsonb_array_elements_text(g.ground -> 'fact_ids') AS cited(fact_id)
                    WHERE NOT EXISTS (SELECT FROM parcels_factreview r
                                       WHERE r.fact_id = cited.fact_id::bigint))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0001_initial"),
        ("parcels", "0003_parcel_holder_uscc"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordMark",
            fields=[
                (
                    "region",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="regions.region",
                    ),
                ),
                ("mark", models.UUIDField(verbose_name="版次")),
            ],
            options={"verbose_name": "台账版次"},
        ),
        migrations.AddField(
            model_name="parcelphase",
            name="unreviewed",
            field=models.BooleanField(default=False, verbose_name="未复核"),
        ),
        migrations.RunSQL(UNREVIEWED, migrations.RunSQL.noop),
    ]
