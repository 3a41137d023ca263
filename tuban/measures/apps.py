"""The app's name for Django; how measures look at what an upload would change."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """指标: measures defined once, with the records they are made of."""

    name = "tuban.measures"
    label = "measures"
    verbose_name = "指标"

    def ready(self) -> None:
        """Previews of uploads show what becomes of the measures."""
        from tuban.measures.effects import LENS, MeasureEffects
        from tuban.parcels.imports import preview

        preview.register(LENS, MeasureEffects)
