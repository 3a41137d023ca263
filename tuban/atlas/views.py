"""一张图: the page, its tiles, and the questions it asks."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from tuban.accounts.access import require
from tuban.accounts.records import record
from tuban.accounts.requests import SignedInRequest
from tuban.atlas import asking, borders, pages, sheets, tiles
from tuban.atlas.deeds import SHEET_DRAWN
from tuban.core.errors import DomainError
from tuban.parcels.access import get_parcel
from tuban.parcels.filters import chips, form_for
from tuban.parcels.models import Parcel
from tuban.parcels.queries import ParcelFilter
from tuban.values.area import Unit, format_area
from tuban.web import context

MVT = "application/vnd.mapbox-vector-tile"
_OWN = ("box", "at", "reach", "points", "zone", "page", "on", "unit", "parcel", "sort", "desc")
"""Names of the map's questions; all others in an address are the list's filters."""


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """The map, opened around `?parcel=` or what the post may see, with the list's filters."""
    require(request.user, "read")
    number = request.GET.get("parcel", "")
    parcel = get_parcel(request.user, int(number)) if _is_number(number) else None
    unit = context.read(request).unit or Unit.MU
    form = form_for(request.user, request.GET)
    frame = pages.frame(request.user, form.wanted(unit), parcel)
    given = {
        "frame": ",".join(f"{edge:.6f}" for edge in frame),
        "shown": _inside(parcel),
        "chips": chips(form, request.GET, unit),
        "filters": _filters(request),
        "zones": pages.ZONES,
        "schematic": pages.any_schematic(),
        "unit": unit,
    }
    return render(request, "atlas/map.html", given)


@require_safe
def sheet(request: SignedInRequest) -> HttpResponse:
    """出图: `?at=lon,lat&scale=5000&paper=A4`, with the page's day and filters."""
    require(request.user, "export")
    asof = context.read(request)
    (at,) = _points(request.GET.get("at", ""), "at")
    scale = _whole(request.GET.get("scale", ""), sheets.SCALES[3])
    drawn = sheets.draw(
        request.user,
        _wanted(request),
        asof.on,
        at=at,
        scale=scale if "paper" in request.GET else sheets.nearest_scale(scale),
        paper=request.GET.get("paper", "A4"),
    )
    detail = {"中心": request.GET.get("at", "")[:40], "比例尺": f"1:{drawn.scale}", "截至": asof.on}
    record(request.user, SHEET_DRAWN, detail=detail)
    form = form_for(request.user, request.GET)
    form.wanted(asof.unit or Unit.MU)
    kept = [pair for pair in request.GET.lists() if pair[0] not in {"scale", "paper", "title"}]
    back = request.GET.copy()
    for name in ("at", "scale", "paper", "title"):
        back.pop(name, None)
    given = {
        "sheet": drawn,
        "scales": sheets.SCALES,
        "papers": sheets.PAPERS,
        "title": request.GET.get("title", "").strip()[:60] or "地块现状图",
        "kept": [(name, value) for name, values in kept for value in values],
        "chips": chips(form, request.GET, asof.unit or Unit.MU),
        "org": request.user.org_name or "—",
        "schematic": pages.any_schematic(),
        "back": f"{reverse('map')}?{back.urlencode()}#15/{at[0]}/{at[1]}",
    }
    return render(request, "atlas/print.html", given)


@require_safe
def window(request: SignedInRequest) -> HttpResponse:
    """The panel of what is to be seen: `?box=` and the filters of the page."""
    require(request.user, "read")
    asof = context.read(request)
    wanted = _wanted(request)
    if wanted.box is None:
        raise _Unasked("box", "西,南,东,北，单位度")
    panel = pages.window_panel(request.user, wanted, asof.on, wanted.box, request.GET.copy())
    return render(request, "atlas/_window.html", {"panel": panel, "unit": asof.unit or Unit.MU})


@require_safe
def hits(request: SignedInRequest) -> HttpResponse:
    """All parcels at `?at=lon,lat`, within `?reach=` degrees."""
    require(request.user, "read")
    asof = context.read(request)
    (at,) = _points(request.GET.get("at", ""), "at")
    try:
        reach = min(max(float(request.GET.get("reach", "0")), 0.0), 0.05)
    except ValueError:
        raise _Unasked("reach", "度数") from None
    found = asking.hits(request.user, _wanted(request), asof.on, at, reach)
    lines = [pages.hit_line(phase, asof.on) for phase in found]
    return render(request, "atlas/_hits.html", {"hits": lines, "unit": asof.unit or Unit.MU})


@require_safe
def measure(request: SignedInRequest) -> HttpResponse:
    """Length and area of `?points=lon,lat;…` in words."""
    require(request.user, "read")
    unit = context.read(request).unit or Unit.MU
    found = asking.measured(_points(request.GET.get("points", ""), "points"))
    words = {"length": f"{found.length_m:,.2f} 米"}
    if found.area_m2 is not None:
        words["area"] = f"{format_area(found.area_m2, unit)} {unit.label}"
    return JsonResponse(words)


@require_safe
def place(request: SignedInRequest) -> HttpResponse:
    """Where typed coordinates lie: `?at=`, with `?zone=` for eastings without zone number."""
    require(request.user, "read")
    zone = request.GET.get("zone", "")
    try:
        found = asking.located(request.GET.get("at", ""), int(zone) if zone.isdigit() else None)
    except DomainError as error:
        words = f"{error.message}{error.cause or ''}{error.remedy or ''}"
        return JsonResponse({"error": words}, status=HTTPStatus.BAD_REQUEST)
    return JsonResponse(
        {
            "lon": found.longitude,
            "lat": found.latitude,
            "words": found.words,
            "zone": found.zone,
        }
    )


@require_safe
def parcel_tile(request: SignedInRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the parcels the post may see, as of `?on=` and under the list's filters."""
    require(request.user, "read")
    tile = tiles.Tile(z, x, y)
    on = context.read(request).on
    wanted = _wanted(request)
    return _tile(
        request,
        tiles.etag(request.user, wanted, on, tile),
        lambda: tiles.parcel_tile(request.user, wanted, on, tile),
    )


@require_safe
def region_tile(request: SignedInRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the 旗区: boundaries and names."""
    require(request.user, "read")
    tile = tiles.Tile(z, x, y)
    return _tile(request, borders.etag(tile), lambda: borders.region_tile(tile))


def _tile(request: SignedInRequest, tag: str, draw: Callable[[], bytes]) -> HttpResponse:
    """The tile, or that the browser's own still holds."""
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        body = draw()
        status = HTTPStatus.OK if body else HTTPStatus.NO_CONTENT
        response = HttpResponse(body, status=status, content_type=MVT)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


class _Unasked(DomainError):
    """问法不对: the address asks nothing that can be answered."""

    def __init__(self, name: str, form: str) -> None:
        super().__init__(
            f"地址中的 {name} 无法识别。",
            code=f"map.{name}",
            kind="invalid",
            place=f"地址中的 {name}",
            remedy=f"应写成：{form}。",
        )


def _inside(parcel: Parcel | None) -> str:
    """A place inside the parcel as `lon,lat`, to be asked at once; empty without a boundary."""
    if parcel is None or parcel.geometry is None:
        return ""
    spot = parcel.geometry.point_on_surface
    return f"{spot.x:.8f},{spot.y:.8f}"


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 10


def _whole(written: str, otherwise: int) -> int:
    return int(written) if _is_number(written) else otherwise


def _wanted(request: SignedInRequest) -> ParcelFilter:
    unit = context.read(request).unit or Unit.MU
    return form_for(request.user, request.GET).wanted(unit)


def _filters(request: SignedInRequest) -> str:
    """The list's filters of the address, to be asked with every tile and panel."""
    query = request.GET.copy()
    for name in _OWN:
        query.pop(name, None)
    return query.urlencode()


def _points(written: str, name: str) -> list[tuple[float, float]]:
    try:
        points = [tuple(float(part) for part in pair.split(",")) for pair in written.split(";")]
        found = [(longitude, latitude) for longitude, latitude in points]
    except ValueError:
        raise _Unasked(name, "经度,纬度；多点用分号隔开") from None
    if any(not (abs(lon) <= 180 and abs(lat) <= 90) for lon, lat in found):
        raise _Unasked(name, "经度,纬度；多点用分号隔开")
    return found
