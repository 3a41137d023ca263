"""The app's name for Django."""

from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    """文件、条款、任务、目标: official documents as data."""

    name = "tuban.instruments"
    label = "instruments"
    verbose_name = "文件"
