"""表头记忆: what a sender's office has chosen for its headings, kept for its next file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from tuban.accounts.models import User
from tuban.core import clock
from tuban.parcels.imports import units
from tuban.parcels.imports.ledger import BY_KEY, LEDGER
from tuban.parcels.imports.mapping import Answer, Memory, Remembered
from tuban.parcels.models import HeadingChoice, Upload

_LONGEST = 120
"""A heading longer than this is not remembered: it is a sentence, not a heading."""


def recall(sender: User) -> Memory:
    """What the sender's office has chosen before, by the headings' names."""
    if sender.post is None:
        return {}
    chosen = HeadingChoice.objects.filter(organisation=sender.post.organisation, ledger=LEDGER)
    return {
        choice.heading: Remembered(choice.key, choice.unit, localtime(choice.chosen_at).date())
        for choice in chosen
    }


def remember(upload: Upload, answer: Answer, chosen_by: User) -> None:
    """Keeps the answer for the next file of the office that sent the upload.

    Only what differs from how the heading would be understood anyway is kept; what agrees with it
    again is forgotten. A heading that stands over two columns of the file is not kept.
    """
    post = upload.uploaded_by.post
    if post is None or upload.mapping.get("by_key_row"):
        return
    seen: list[dict[str, Any]] = upload.mapping["seen"]
    names = Counter(column["name"] for column in seen)
    office = HeadingChoice.objects.filter(organisation=post.organisation, ledger=LEDGER)
    with transaction.atomic():
        held = {choice.heading: (choice.key, choice.unit) for choice in office}
        for column in seen:
            name = column["name"]
            if names[name] > 1 or not 0 < len(name) <= _LONGEST:
                continue
            key, unit = _chosen(column, answer)
            if key == column["anyway"] and not unit:
                if name in held:
                    office.filter(heading=name).delete()
            elif held.get(name) != (key, unit):
                now = {"key": key, "unit": unit, "chosen_by": chosen_by, "chosen_at": clock.now()}
                HeadingChoice.objects.update_or_create(
                    organisation=post.organisation, ledger=LEDGER, heading=name, defaults=now
                )


def _chosen(column: dict[str, Any], answer: Answer) -> tuple[str, str]:
    """Field and unit to keep; a unit only where the file itself names none."""
    key, unit = answer.columns.get(column["index"], ("", ""))
    measured = key in BY_KEY and BY_KEY[key].type in units.MEASURED
    return key, unit if measured and column["said_from"] == units.DEFAULT else ""
