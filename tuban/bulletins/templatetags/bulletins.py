"""Tags of a bulletin's page: its runs, each figure a door to its passport."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tuban.bulletins.blocks import Run, head_lines
from tuban.bulletins.models import Bulletin
from tuban.measures.progress import Light
from tuban.web.templatetags.tuban import light

register = template.Library()
register.filter("head_lines", head_lines)
_LIGHTS = frozenset(item.value for item in Light)


@register.simple_tag
def run(piece: Run, page: Any) -> SafeString | str:
    """A run of the text as HTML; `page` is the BulletinPage, which knows the frozen figures."""
    if piece.look in _LIGHTS:
        return light(piece.look, piece.text)
    if piece.look == "lead":
        return format_html('<span class="p-lead">{}</span>', piece.text)
    figure = page.figures.get(piece.figure)
    if figure is None:
        return piece.text
    return format_html(
        '<a class="tb-fig" href="{}" data-measure="{}" data-region="{}" data-on="{}"'
        ' data-period="{}" data-show="{}">{}</a>',
        reverse("bulletin-figure", args=[page.bulletin.pk, figure.pk]),
        figure.measure_code,
        figure.region_id,
        page.bulletin.on.isoformat(),
        figure.period,
        piece.show,
        piece.text,
    )


@register.simple_tag
def definition(bulletin: Bulletin, code: str) -> str:
    """The measure's name as frozen with the bulletin."""
    name: str = bulletin.definitions[code]["name"]
    return name


@register.filter
def is_word(head: str) -> bool:
    """Whether a column holds words, not figures."""
    return head in {"旗区", "亮灯"}
