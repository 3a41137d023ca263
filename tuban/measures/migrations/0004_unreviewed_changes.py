"""指标变动: what of each change rests on unreviewed facts is added up beside it.

The measures' scopes stand here in SQL once more (see 0003); a test compares the sums with the
Python definitions, so that changing a definition without a new migration fails.
"""

from django.db import migrations, models

# What a set of phases contributes, + where it begins, - where it ends: (code, region, day, m², and
# m² of unreviewed phases).
CONTRIBUTIONS = """
    SELECT code, region_id, day, sum(m2) AS m2,
           coalesce(sum(m2) FILTER (WHERE unreviewed), 0) AS unreviewed_m2 FROM (
        SELECT s.code, p.region_id, e.day, e.sign * s.m2 AS m2, p.unreviewed
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
        SELECT f.code, p.region_id, p.starts_on, f.m2, p.unreviewed
          FROM {phases} p
         CROSS JOIN LATERAL (VALUES
             ('unsupplied_disposed', p.unsupplied_disposed_m2,
              p.approved_on BETWEEN '2009-01-01' AND '2019-12-31'),
             ('idle_disposed', p.idle_disposed_m2, true)
         ) AS f (code, m2, counts)
         WHERE f.counts AND f.m2 > 0
    ) AS each_phase
    GROUP BY code, region_id, day
    HAVING sum(m2) <> 0 OR sum(m2) FILTER (WHERE unreviewed) <> 0
"""


def function(name: str, phases: str, sign: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO measures_measurechange (measure_code, region_id, "on", m2, unreviewed_m2)
    SELECT code, region_id, day, {sign} m2, {sign} unreviewed_m2
      FROM ({CONTRIBUTIONS.format(phases=phases)}) AS c;
    RETURN NULL;
END $$;
"""


INSTALL = (
    function("measures_phases_added", "added", "")
    + function("measures_phases_removed", "removed", "-")
    + """
DELETE FROM measures_measurechange;
INSERT INTO measures_measurechange (measure_code, region_id, "on", m2, unreviewed_m2)
"""
    + "SELECT code, region_id, day, m2, unreviewed_m2"
    + f" FROM ({CONTRIBUTIONS.format(phases='parcels_parcelphase')}) c;"
)


class Migration(migrations.Migration):
    """A column of the log, and its triggers once more."""

    dependencies = (
        ("measures", "0003_changes"),
        ("parcels", "0004_record_marks_and_unreviewed"),
    )
    operations = (
        migrations.AddField(
            model_name="measurechange",
            name="unreviewed_m2",
            field=models.DecimalField(
                decimal_places=6,
                default=0,
                max_digits=20,
                verbose_name="其中未复核（平方米）",
            ),
        ),
        migrations.RemoveIndex(model_name="measurechange", name="measure_change_on"),
        migrations.AddIndex(
            model_name="measurechange",
            index=models.Index(
                fields=["measure_code", "on"],
                include=("region", "m2", "unreviewed_m2"),
                name="measure_change_on",
            ),
        ),
        migrations.RunSQL(INSTALL, migrations.RunSQL.noop),
    )
