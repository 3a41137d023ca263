"""排序: an index for each way the list is sorted, so that a page is read and not the whole list."""

from datetime import date
from decimal import Decimal

from django.db import migrations, models
from django.db.models.functions import Coalesce

LARGEST, NONE = models.Value(Decimal(10**14)), models.Value(Decimal(-1))
LAST, FIRST = models.Value(date.max), models.Value(date.min)


class Migration(migrations.Migration):
    dependencies = (("parcels", "0010_search"),)
    operations = (
        migrations.AddIndex(
            "parcelphase",
            models.Index(Coalesce("approved_m2", LARGEST), "parcel", name="phase_area_up"),
        ),
        migrations.AddIndex(
            "parcelphase",
            models.Index(Coalesce("approved_m2", NONE), "parcel", name="phase_area_down"),
        ),
        migrations.AddIndex(
            "parcelphase", models.Index(fields=("stage_since", "parcel"), name="phase_since")
        ),
        migrations.AddIndex(
            "parcelphase", models.Index(Coalesce("next_on", LAST), "parcel", name="phase_next_up")
        ),
        migrations.AddIndex(
            "parcelphase",
            models.Index(Coalesce("next_on", FIRST), "parcel", name="phase_next_down"),
        ),
    )
