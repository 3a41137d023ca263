"""The app's name for Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """消息、岗位邮箱、每日邮件."""

    name = "tuban.inbox"
    label = "inbox"
    verbose_name = "消息"
