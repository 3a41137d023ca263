"""认定: a reading with the corrections of its reviewers applied. Pure; a reading is never changed.

A correction names a place by a path, e.g. `tasks/3/deadlines/0/norm`. Numbers count in the reading
as it was read, so that paths stay the same whatever is corrected: an item struck out keeps its
place, an added one stands behind the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

Json = dict[str, Any]
Change = tuple[str, Any]
"""Path and new value."""

STRUCK = "struck"
CORRECTED = "corrected"
"""Set by `apply` on every item that a correction touched."""
FINDINGS = "findings"


class NoSuchPlace(LookupError):
    """The path leads nowhere in the reading."""


def look_up(reading: Mapping[str, Any], path: str) -> Any:
    """The value at a path; None where nothing stands yet.

    Raises:
        NoSuchPlace: A part of the path before the last does not exist.
    """
    holder, last = _holder(reading, path)
    if isinstance(holder, list):
        at = _index(last, path)
        if at > len(holder):
            raise NoSuchPlace(path)
        return holder[at] if at < len(holder) else None
    return holder.get(last)


def apply(reading: Mapping[str, Any], changes: Iterable[Change]) -> Json:
    """The reading with the changes made in their order.

    A place whose region was named in the table's `places` passes it to the figures of its row; a
    unit given to a table passes to its figures without one.

    Raises:
        NoSuchPlace: A path leads nowhere.
    """
    made: Json = deepcopy(dict(reading))
    for path, new in changes:
        if path.startswith(f"{FINDINGS}/"):
            continue  # an acknowledgement changes no reading
        holder, last = _holder(made, path)
        if isinstance(holder, list):
            at = _index(last, path)
            if at > len(holder):
                raise NoSuchPlace(path)
            holder[at : at + 1] = [{**new, CORRECTED: True}]
        else:
            holder[last] = new
            holder[CORRECTED] = True
    for figure in made["figures"]:
        _pass_down(figure, made["tables"][figure["table"]])
    return made


def standing(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The items that were not struck out (划去)."""
    return [item for item in items if not item.get(STRUCK)]


def _pass_down(figure: Json, table: Mapping[str, Any]) -> None:
    code = table.get("places", {}).get(str(figure["row"]))
    if code and figure["region_code"] is None:
        figure["region_code"] = code
    if figure["unit"] is None:
        figure["unit"] = table["unit"]


def _holder(reading: Any, path: str) -> tuple[Any, str]:
    """What holds the last part of the path, and that part."""
    *parts, last = path.split("/")
    holder = reading
    for part in parts:
        if isinstance(holder, list):
            at = _index(part, path)
            if at >= len(holder):
                raise NoSuchPlace(path)
            holder = holder[at]
        elif isinstance(holder, dict) and part in holder:
            holder = holder[part]
        elif isinstance(holder, dict) and part == "places":
            holder = holder.setdefault(part, {})
        else:
            raise NoSuchPlace(path)
    if not isinstance(holder, list | dict):
        raise NoSuchPlace(path)
    return holder, last


def _index(part: str, path: str) -> int:
    if not (part.isascii() and part.isdigit() and len(part) <= 6):
        raise NoSuchPlace(path)
    return int(part)
