"""Writes who may do what into docs/handbook/security.md, from `accounts.access`.

python -m dev.acts_page
"""

from __future__ import annotations

import os
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/handbook/security.md"
BEGINS, ENDS = "<!-- acts: written by dev/acts_page.py -->\n", "<!-- /acts -->"


def table() -> str:
    """One row an act, one column a role."""
    from tuban.accounts.access import PERMISSIONS, Act
    from tuban.accounts.models import Role

    head = "| 事项 | " + " | ".join(role.label for role in Role) + " |"
    rule = "|---|" + ":-:|" * len(Role)
    rows = (
        f"| {act.label} | "
        + " | ".join("✓" if act in PERMISSIONS[role] else "" for role in Role)
        + " |"
        for act in Act
    )
    return "\n".join((head, rule, *rows)) + "\n"


def written(page: str) -> str:
    """The page with the table as the code has it."""
    before, rest = page.split(BEGINS)
    _, after = rest.split(ENDS)
    return f"{before}{BEGINS}\n{table()}\n{ENDS}{after}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuban.config.settings")
    import django

    django.setup()
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
