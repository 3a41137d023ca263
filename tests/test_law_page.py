"""The page of rules says what the law package does."""

from __future__ import annotations

from dev.law_page import PAGE, page
from tuban.law.rules import RULES


def test_the_page_is_what_rules_and_golden_cases_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m dev.law_page"


def test_every_rule_a_ground_can_cite_is_on_the_page() -> None:
    shown = page()
    assert all(f"| {rule_id} |" in shown for rule_id in RULES)
