"""Delivered files, kept as they came, outside the web root, named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def keep(content: bytes) -> str:
    """Keeps the file and returns its SHA-256; the same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    return digest


def path_of(digest: str) -> Path:
    """Where the file of this SHA-256 is kept, without an extension: nothing may open it by one."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest
