"""阶段起 of every phase: the first day of its stage, which a new period of the same stage keeps."""

from __future__ import annotations

from django.db import migrations, models

FILL = """
    UPDATE parcels_parcelphase p SET stage_since = run.since
      FROM (SELECT id, min(starts_on) OVER (PARTITION BY parcel_id, stage, island) AS since
              FROM (SELECT id, parcel_id, stage, starts_on,
                           row_number() OVER (PARTITION BY parcel_id ORDER BY starts_on)
                           - row_number() OVER (PARTITION BY parcel_id, stage ORDER BY starts_on)
                           AS island
                      FROM parcels_parcelphase) numbered) run
     WHERE run.id = p.id
"""


class Migration(migrations.Migration):
    dependencies = (("parcels", "0006_headingchoice_unit"),)
    operations = (
        migrations.AddField("parcelphase", "stage_since", models.DateField("阶段起", null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The rows' pending checks have to be done before the column can be changed.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("parcelphase", "stage_since", models.DateField("阶段起")),
        migrations.AlterField("parcelphase", "starts_on", models.DateField("时段起")),
        migrations.AlterField("parcelphase", "ends_on", models.DateField("时段止", null=True)),
    )
