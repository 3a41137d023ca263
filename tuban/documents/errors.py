"""What stops a document from being read."""

from __future__ import annotations

from tuban.values.errors import UnusableFile


class DocumentError(UnusableFile):
    """A file that could not be read as a plan; its codes begin with `document.`."""
