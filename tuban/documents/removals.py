"""任免: posts of a roster from which the pages printed behind the plan remove their holder.

Names are compared here, before they are masked, and go no further: what is handed on is a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tuban.documents.masking import ROSTER, is_roster_entry
from tuban.documents.normalise import clean

_SECTION = re.compile(r"(?P<kind>任命|提名|免去|因机构改革)[：:]")
_PERSON = re.compile(
    r"(?P<name>[\u4e00-\u9fff·]{2,7}|[\u4e00-\u9fff] [\u4e00-\u9fff]) "
    r"(?P<post>[^；。，]{3,40}?)(?:职务)?(?:自然免去)?[；。，]?"
)


def removed_posts(tail: Sequence[str]) -> frozenset[tuple[str, str]]:
    """(name, post) of everyone removed in the lines of the tail."""
    removed: set[tuple[str, str]] = set()
    removing = False
    for line in map(clean, tail):
        if section := _SECTION.match(line):
            removing = section["kind"] == "免去"
            continue
        match = _PERSON.fullmatch(line) if removing else None
        if match:
            removed.add((_plain(match["name"]), _plain(match["post"])))
    return frozenset(removed)


def is_removed(line: str, removed: frozenset[tuple[str, str]]) -> bool:
    """Whether a line of a roster names a person in the very post they were removed from."""
    if not removed or not is_roster_entry(line):
        return False
    entry = ROSTER.fullmatch(line)
    return bool(entry and (_plain(entry["name"]), _plain(entry["post"])) in removed)


def _plain(words: str) -> str:
    return "".join(words.split())
