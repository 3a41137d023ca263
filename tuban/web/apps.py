"""The app's name for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """How things look: base page, components, css, js, template tags."""

    name = "tuban.web"
    label = "web"
    verbose_name = "界面"
