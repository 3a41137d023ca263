"""节假日安排, as imported from the State Council's yearly notices."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tuban.core.append_only import append_only
from tuban.values.workdays import Notice

MAX_REASON = 300


class HolidayNotice(models.Model):
    """放假通知 of one year. Append-only; a later one supersedes the former with its reason.

    Attributes:
        off: 放假 days, also those around New Year that lie in a neighbouring year.
        worked: 调休上班 days.
        supersedes: The notice of the same year it takes the place of.
        reason: Why a year that was known already is imported again.
    """

    year = models.PositiveSmallIntegerField("年份")
    doc_no = models.CharField("发文字号", max_length=80)
    off = ArrayField(models.DateField(), verbose_name="放假")
    worked = ArrayField(models.DateField(), verbose_name="调休上班", default=list)
    imported_at = models.DateTimeField("导入时间")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="导入岗位"
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="superseded_by",
        verbose_name="更正",
    )
    reason = models.CharField("理由", max_length=MAX_REASON, blank=True)

    class Meta:
        verbose_name = "节假日安排"
        ordering = ("-year", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("year",),
                condition=models.Q(supersedes__isnull=True),
                name="notice_first_once_a_year",
            ),
        )
        triggers = (
            *append_only("notice_", "节假日安排"),
            pgtrigger.Trigger(
                name="notice_same_year",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__supersedes__isnull=False),
                func=(
                    "IF (SELECT year FROM workdays_holidaynotice WHERE id = NEW.supersedes_id)"
                    " IS DISTINCT FROM NEW.year THEN"
                    " RAISE EXCEPTION '更正须针对同一年份'; END IF; RETURN NEW;"
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} 年 {self.doc_no}"

    def as_notice(self) -> Notice:
        """The notice as the calendar takes it."""
        return Notice(self.year, frozenset(self.off), frozenset(self.worked), self.doc_no)
