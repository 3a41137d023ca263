"""Fixtures of all tests of parcels."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tuban.parcels.imports import reading
from tuban.parcels.imports.boundaries.model import Delivered
from tuban.parcels.imports.boundaries.wire import Receiver
from tuban.parcels.imports.wire import line


@pytest.fixture
def without_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads files in the test's own process: the child takes a second to start."""
    from tuban.parcels.imports import workbook
    from tuban.parcels.imports.boundaries import child

    def read_table(content: bytes, name: str, **_: Any) -> workbook.Book:
        return workbook.open_book(content, name)

    def read(content: bytes, name: str, choices: dict[str, Any], **_: Any) -> Delivered:
        receiver = Receiver()
        for message in child.answer(content, name, json.dumps(choices)):
            receiver.take(line(message))
        assert receiver.file is not None
        return receiver.file

    monkeypatch.setattr(reading, "read", read_table)
    monkeypatch.setattr(reading, "read_boundaries", read)
