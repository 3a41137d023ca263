"""指标变动, and the triggers that keep it in step with the phases.

The measures' scopes stand here in SQL once more; a test compares the sums with the Python
definitions, so that changing a definition without a new migration fails.
"""

import django.db.models.deletion
from django.db import migrations, models

# What a set of phases contributes: (code, region, day, m²) with + where it begins, - where it ends.
CONTRIBUTIONS = """
    SELECT code, region_id, day, sum(m2) AS m2 FROM (
        SELECT s.code, p.region_id, e.day, e.sign * s.m2 AS m2
          FROM {phases} p
         CROSS JOIN LATERAL (VALUES
             ('unsupplied_stock', p.unsupplied_m2,
              p.approved_on BETWEEN '2009-01-01' AND '2019-12-31'),
             ('idle_stock', p.idle_m2, p.stage = 'idle'),
             ('suspected_idle_stock', p.idle_m2, p.stage = 'suspected_idle')
         ) AS s (code, m2, counts)
         CROSS JOIN LATERAL (VALUES (p.starts_on, 1), (p.ends_on, -1)) AS e (day, sign)
         WHERE s.counts AND s.m2 > 0 AND e.day IS NOT NULL
        UNION ALL
        SELECT f.code, p.region_id, p.starts_on, f.m2
          FROM {phases} p
         CROSS JOIN LATERAL (VALUES
             ('unsupplied_disposed', p.unsupplied_disposed_m2,
              p.approved_on BETWEEN '2009-01-01' AND '2019-12-31'),
             ('idle_disposed', p.idle_disposed_m2, true)
         ) AS f (code, m2, counts)
         WHERE f.counts AND f.m2 > 0
    ) AS each_phase
    GROUP BY code, region_id, day
    HAVING sum(m2) <> 0
"""


def function(name: str, phases: str, sign: str) -> str:
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO measures_measurechange (measure_code, region_id, "on", m2)
    SELECT code, region_id, day, {sign} m2 FROM ({CONTRIBUTIONS.format(phases=phases)}) AS c;
    RETURN NULL;
END $$;
"""


INSTALL = (
    function("measures_phases_added", "added", "")
    + function("measures_phases_removed", "removed", "-")
    + """
CREATE TRIGGER measures_added AFTER INSERT ON parcels_parcelphase
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION measures_phases_added();
CREATE TRIGGER measures_removed AFTER DELETE ON parcels_parcelphase
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION measures_phases_removed();
CREATE TRIGGER measures_updated_out AFTER UPDATE ON parcels_parcelphase
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION measures_phases_removed();
CREATE TRIGGER measures_updated_in AFTER UPDATE ON parcels_parcelphase
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION measures_phases_added();
INSERT INTO measures_measurechange (measure_code, region_id, "on", m2)
"""
    + f"SELECT code, region_id, day, m2 FROM ({CONTRIBUTIONS.format(phases='parcels_parcelphase')}) c;"
)
REMOVE = """
DROP TRIGGER measures_added ON parcels_parcelphase;
DROP TRIGGER measures_removed ON parcels_parcelphase;
DROP TRIGGER measures_updated_out ON parcels_parcelphase;
DROP TRIGGER measures_updated_in ON parcels_parcelphase;
DROP FUNCTION measures_phases_added();
DROP FUNCTION measures_phases_removed();
"""


class Migration(migrations.Migration):
    """The log and its triggers."""

    dependencies = (("measures", "0002_default_light_rule"), ("parcels", "0001_initial"))
    operations = (
        migrations.CreateModel(
            name="MeasureChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure_code", models.CharField(max_length=40, verbose_name="指标")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "m2",
                    models.DecimalField(
                        decimal_places=6, max_digits=20, verbose_name="变动（平方米）"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="regions.region",
                    ),
                ),
            ],
            options={
                "verbose_name": "指标变动",
                "indexes": [
                    models.Index(
                        fields=["measure_code", "on"],
                        include=("region", "m2"),
                        name="measure_change_on",
                    )
                ],
            },
        ),
        migrations.RunSQL(INSTALL, REMOVE),
    )
