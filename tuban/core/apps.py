"""The app's name for Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Errors, clock, requests, jobs, health: nothing here is a noun of the trade."""

    name = "tuban.core"
    label = "core"
    verbose_name = "系统"
