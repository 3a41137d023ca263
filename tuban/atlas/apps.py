"""App configuration."""

from django.apps import AppConfig


class AtlasConfig(AppConfig):
    """一张图."""

    name = "tuban.atlas"
    verbose_name = "一张图"
    default_auto_field = "django.db.models.BigAutoField"
