"""The app's name for Django."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """变更记录."""

    name = "tuban.history"
    label = "history"
    verbose_name = "变更记录"
