"""待办: the page of all that waits for the post that is signed in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tuban.accounts.access import require
from tuban.accounts.requests import SignedInRequest
from tuban.todo.pages import todo_page


@require_safe
def todo(request: SignedInRequest) -> HttpResponse:
    """What waits today, most urgent first; never another post's."""
    require(request.user, "read")
    return render(request, "todo/list.html", {"page": todo_page(request.user)})
