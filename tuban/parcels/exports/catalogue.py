"""What can be exported from the parcels' pages, by the format's name in the address."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tuban.parcels.exports import parcels, spatial, text, uploads
from tuban.parcels.exports.order import Kind

OF_PARCELS: Mapping[str, Kind] = MappingProxyType(
    {
        "xlsx": parcels.LIST,
        "ledger": parcels.LEDGER,
        "txt": text.TXT,
        "geojson": spatial.GEOJSON,
        "gpkg": spatial.GPKG,
    }
)
OF_UPLOADS: Mapping[str, Kind] = MappingProxyType({"list": uploads.LIST, "rows": uploads.ROWS})
