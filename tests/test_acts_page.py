"""The handbook's table of who may do what is the one the product goes by."""

from __future__ import annotations

from dev.acts_page import PAGE, written


def test_the_table_is_that_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page), "run python -m dev.acts_page and look at the change"
