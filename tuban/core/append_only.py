"""只增不改, kept by the database: what is recorded is neither changed nor taken away."""

from __future__ import annotations

import pgtrigger


def append_only(name: str, what: str) -> tuple[pgtrigger.Trigger, ...]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE.

    Args:
        name: Begins the triggers' names; empty for a table that needs no telling apart.
        what: 什么只增不改, for the refusal.
    """
    protect = pgtrigger.Protect(
        name=f"{name}append_only", operation=pgtrigger.Update | pgtrigger.Delete
    )
    return protect, no_truncate(name, f"{what}只增不改")


def no_truncate(name: str, words: str) -> pgtrigger.Trigger:
    """A trigger that refuses TRUNCATE, which row triggers do not see."""
    return pgtrigger.Trigger(
        name=f"{name}no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{words}';",
    )
