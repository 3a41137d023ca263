"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    """单位、岗位、人员."""

    name = "tuban.accounts"
    label = "accounts"
    verbose_name = "单位与人员"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Has every app name its deeds, and listens to sign-ins."""
        from tuban.accounts import signing

        autodiscover_modules("deeds")
        signing.connect()
