"""一张图: tiles."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from tuban.accounts.access import regions_for, require
from tuban.accounts.requests import SignedInRequest
from tuban.atlas import tiles
from tuban.parcels.filters import FilterForm
from tuban.values.area import Unit
from tuban.web import context

MVT = "application/vnd.mapbox-vector-tile"


@require_safe
def parcel_tile(request: SignedInRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the parcels the post may see, as of `?on=` and under the list's filters."""
    require(request.user, "read")
    tile = tiles.Tile(z, x, y)
    asof = context.read(request)
    regions = [region for region in regions_for(request.user) if region.level != "city"]
    wanted = FilterForm(request.GET, regions=regions).wanted(asof.unit or Unit.MU)
    tag = tiles.etag(request.user, wanted, asof.on, tile)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        body = tiles.parcel_tile(request.user, wanted, asof.on, tile)
        status = HTTPStatus.OK if body else HTTPStatus.NO_CONTENT
        response = HttpResponse(body, status=status, content_type=MVT)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
