"""The app's name for Django."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """行政区划: regions and their codes."""

    name = "tuban.regions"
    label = "regions"
    verbose_name = "行政区划"
