"""The app's name for Django."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """备份与恢复."""

    name = "tuban.operations"
    label = "operations"
    verbose_name = "运行维护"
