"""What the reader's role may do, for templates: a button it may not press is not shown."""

from __future__ import annotations

from django import template

from tuban.accounts import access
from tuban.accounts.models import User

register = template.Library()


@register.filter
def may(user: User, act: str) -> bool:
    """Whether the post may do the act: {% if user|may:"export" %}."""
    return isinstance(user, User) and access.may(user, act)
