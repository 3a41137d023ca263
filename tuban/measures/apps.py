"""The app's name for Django."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """指标: measures defined once, with the records they are made of."""

    name = "tuban.measures"
    label = "measures"
    verbose_name = "指标"
