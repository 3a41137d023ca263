"""Static files with content hashes in their names, compressed once."""

from __future__ import annotations

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Gzip only: Brotli at its highest level takes a minute for a few kilobytes' gain."""

    def create_compressor(self, **options: Any) -> Compressor:
        """The compressor of `collectstatic`, without Brotli even where the library is present."""
        return super().create_compressor(use_brotli=False, **options)
