"""The app's name for Django."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """看板、通报: reads everything, owns frozen figures."""

    name = "tuban.bulletins"
    label = "bulletins"
    verbose_name = "看板与通报"
