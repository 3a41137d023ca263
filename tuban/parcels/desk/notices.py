"""A message when a job ends: the next page of whoever started it says what came of it.

The session remembers which uploads this person set going. A page asks for them only while there
are any.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from tuban.accounts.models import User
from tuban.parcels import access
from tuban.parcels.desk.pages import batches_of, state_tag, state_word
from tuban.parcels.desk.standing import standings
from tuban.parcels.models import Upload

_KEPT = "imports_watched"
_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """One finished piece of work. `look` is that of the state's tag."""

    name: str
    word: str
    look: str
    url: str


def watch(request: HttpRequest, upload: Upload) -> None:
    """Remembers that this person waits for the upload."""
    watched = [pk for pk in request.session.get(_KEPT, []) if pk != upload.pk]
    request.session[_KEPT] = [*watched, upload.pk][-_AT_MOST:]


def arrived(request: HttpRequest, user: User) -> tuple[Notice, ...]:
    """What has come to rest since the last page, each told once; the open page tells its own."""
    session = getattr(request, "session", {})
    watched = session.get(_KEPT)
    if not watched:
        return ()
    uploads = list(access.uploads_for(user).filter(pk__in=watched).order_by("pk"))
    stands = standings(uploads)
    resting = [upload for upload in uploads if not stands[upload.pk].goes_on]
    if not resting:
        return ()
    session[_KEPT] = [u.pk for u in uploads if u not in resting]
    batches = batches_of(resting)
    told = []
    for upload in resting:
        url = reverse("import-detail", args=[upload.pk])
        if request.path.startswith(url):
            continue
        seen = (stands[upload.pk], batches.get(upload.pk))
        told.append(Notice(upload.name, state_word(*seen), state_tag(*seen), url))
    return tuple(told)
