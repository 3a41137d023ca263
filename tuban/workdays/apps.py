"""The app's name for Django."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """工作日历: imported 节假日安排."""

    name = "tuban.workdays"
    label = "workdays"
    verbose_name = "工作日历"
