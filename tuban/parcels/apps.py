"""The app's name for Django."""

from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    """批次、地块、事实、时间线: the ledger of land and what is known of it."""

    name = "tuban.parcels"
    label = "parcels"
    verbose_name = "地块"
