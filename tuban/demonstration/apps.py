"""The app's name for Django."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """演示: a fictional city, loaded through the public actions only."""

    name = "tuban.demonstration"
    label = "demonstration"
    verbose_name = "演示"
