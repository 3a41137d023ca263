"""The app's name for Django; finds the sources of every app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TodoConfig(AppConfig):
    """待办."""

    name = "tuban.todo"
    label = "todo"
    verbose_name = "待办"

    def ready(self) -> None:
        """Each app names what may wait for a post in its `todo.py`."""
        autodiscover_modules("todo")
