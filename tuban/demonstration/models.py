"""载入进度: which parts of the demonstration stand, so that a killed load goes on from there."""

from __future__ import annotations

from django.db import models


class LoadedPart(models.Model):
    """已载入的部分.

    Attributes:
        key: accounts, plan, a ledger's file name, later, reviews.
        edition: Edition of the generated data; another edition is never mixed in.
    """

    key = models.CharField("部分", max_length=120, unique=True)
    edition = models.CharField("版本", max_length=40)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = "演示载入进度"
