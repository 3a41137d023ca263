"""Requests as views get them."""

from __future__ import annotations

from django.http import HttpRequest

from tuban.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request of somebody signed in: LoginRequiredMiddleware lets no other reach a view."""

    user: User
