"""The app's name for Django; how it looks at what an upload would change."""

from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    """批次、地块、事实、时间线: the ledger of land and what is known of it."""

    name = "tuban.parcels"
    label = "parcels"
    verbose_name = "地块"

    def ready(self) -> None:
        """Previews of uploads show the facts to be recorded and what becomes of the stages."""
        from tuban.parcels.imports import factsums, preview, sums

        preview.register(factsums.LENS, factsums.FactSums)
        preview.register(sums.LENS, sums.StageSums)
