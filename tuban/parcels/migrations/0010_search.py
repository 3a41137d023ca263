"""查找: one index of characters and pairs of characters for the four searched columns.

It takes the place of four indexes of trigrams, which cannot find two Chinese characters.
"""

import django.contrib.postgres.indexes
from django.db import migrations

import tuban.parcels.search

FUNCTION = """
CREATE FUNCTION parcels_grams(VARIADIC texts text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT chars || ARRAY(SELECT one || next FROM unnest(chars, chars[2:]) AS pair (one, next)
                           WHERE next IS NOT NULL)
      FROM string_to_array(upper(array_to_string(texts, E'\\n') COLLATE "C"), NULL) AS chars
$$;
"""


class Migration(migrations.Migration):
    dependencies = (("parcels", "0009_rebuild_slices"),)
    operations = (
        migrations.RunSQL(FUNCTION, "DROP FUNCTION parcels_grams(text[])"),
        migrations.RemoveIndex("parcel", "parcel_no_trgm"),
        migrations.RemoveIndex("parcel", "parcel_holder_trgm"),
        migrations.RemoveIndex("parcel", "parcel_place_trgm"),
        migrations.RemoveIndex("parcel", "parcel_name_trgm"),
        migrations.AddIndex(
            "parcel",
            django.contrib.postgres.indexes.GinIndex(
                tuban.parcels.search.Grams("parcel_no", "name", "location", "holder"),
                name="parcel_grams",
            ),
        ),
    )
