"""Tags and filters of every page: figures, dates, lights, stages, links that keep day and unit.

Numbers are rounded here, once, half up, and nowhere before. Missing is —, zero is 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django import template
from django.http import HttpRequest
from django.template.context import Context as TemplateContext
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from tuban.core.errors import DomainError
from tuban.law.period import FLAG_LABELS, NEXT_LABELS, Stage
from tuban.values.area import MINUS, MISSING, Unit, format_area
from tuban.web.context import WEEKDAYS, read

register = template.Library()

Number = Fraction | Decimal | int
# Carried by every link: the page that follows stands on the same day, in the same unit.
KEPT = ("on", "unit")

LIGHTS = {"green": "ok", "yellow": "warn", "red": "bad", "grey": "off", "blue": "info"}
STAGE_LOOKS = {
    Stage.UNSUPPLIED: "approved",
    Stage.SUPPLIED: "supplied",
    Stage.OVERDUE_START: "late",
    Stage.SUSPECTED_IDLE: "suspect",
    Stage.IDLE: "idle",
    Stage.STARTED: "started",
    Stage.COMPLETED: "done",
    Stage.RECOVERED: "back",
    Stage.WITHDRAWN: "back",
    Stage.UNDETERMINED: "unknown",
}
TWO_YEARS = "two_years"


def decimal_text(value: Number | None, decimals: int) -> str:
    """A number as people read it: half up, thousands separators from 10,000 up, − not -."""
    if value is None:
        return MISSING
    return format_area(Fraction(value), Unit.M2, decimals)


@register.simple_tag(takes_context=True)
def area(
    context: TemplateContext, m2: Number | Literal[""] | None, decimals: int | None = None
) -> str:
    """An area in m² in the page's unit; the unit itself stands in the heading.

    The template language turns a look-up through None into an empty text; it is missing as well.
    """
    known = None if m2 in {None, ""} else Fraction(m2)
    return format_area(known, context["unit"], decimals)


@register.simple_tag(takes_context=True)
def plain(context: TemplateContext, m2: Number | None) -> str:
    """An area in the page's unit as a bare number for scripts; empty when unknown."""
    if m2 is None:
        return ""
    return f"{float(Fraction(m2) / context['unit'].m2):.6f}"


@register.simple_tag
def pace(rate: Number | None, elapsed: Number) -> SafeString:
    """完成率 as a bar, 序时进度 as a tick: drawn, since style attributes are not allowed.

    Over 100 % the bar stops; the number beside it goes on.
    """
    if rate is None:
        return SafeString("")
    return format_html(
        '<svg class="tb-pace-bar" viewBox="0 0 100 18" preserveAspectRatio="none"'
        ' aria-hidden="true">'
        '<rect class="is-track" x="0" y="5" width="100" height="8"/>'
        '<rect class="is-done" x="0" y="5" width="{}" height="8"/>'
        '<path class="is-due" d="M{} 0V18"/></svg>',
        f"{float(min(max(Fraction(rate), Fraction(0)), Fraction(1))) * 100:.1f}",
        f"{float(elapsed) * 100:.1f}",
    )


@register.filter
def num(value: Number | None, decimals: int = 0) -> str:
    """A number with so many decimals."""
    return decimal_text(value, decimals)


@register.filter
def percent(value: Number | None, decimals: int = 1) -> str:
    """A share as a percentage without the sign %."""
    return decimal_text(None if value is None else Fraction(value) * 100, decimals)


@register.filter
def rate_words(value: Number | None) -> str:
    """A rate as a light's hover says it; empty when there is none."""
    return "" if value is None else f"完成率 {percent(value)}%"


@register.filter
def points(value: Number | None, decimals: int = 1) -> str:
    """A difference of shares in percentage points, with its sign."""
    text = percent(value, decimals)
    return text if value is None or text.startswith(MINUS) else f"+{text}"


@register.filter
def day(value: date | datetime | str | None) -> str:
    """2024-10-08, as tables write dates."""
    if isinstance(value, datetime):
        value = localtime(value).date()
    return MISSING if not value else str(value)


@register.filter
def day_cn(value: date | None) -> str:
    """2024年10月8日, as sentences write dates."""
    return MISSING if value is None else f"{value.year}年{value.month}月{value.day}日"


@register.filter
def weekday(value: date) -> str:
    """周几."""
    return f"周{WEEKDAYS[value.weekday()]}"


@register.filter
def stamp(value: datetime | None) -> str:
    """2024-10-08 14:30 in Asia/Shanghai."""
    return MISSING if value is None else f"{localtime(value):%Y-%m-%d %H:%M}"


@register.filter
def exact(value: Number | None) -> str:
    """An exact number for machines, as a decimal with six places; empty when unknown."""
    if value is None:
        return ""
    return decimal_text(value, 6).replace(",", "").replace(MINUS, "-")


@register.filter
def xy(value: float, shift: float = 0) -> str:
    """A coordinate of a drawing, shifted; never localised."""
    return f"{float(value) + float(shift):g}"


@register.filter
def due_words(kind: str) -> str:
    """What falls due, in words."""
    return NEXT_LABELS.get(kind, kind)


@register.filter
def flag_words(flag: str) -> str:
    """A mark the law puts on a period, in words."""
    return FLAG_LABELS.get(flag, flag)


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """An outline icon, always beside a word or inside something with an aria-label."""
    return format_html(
        '<svg class="tb-i{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " tb-i-14" if size == 14 else "",
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def mark(name: str) -> SafeString:
    """The shape of a light (ok warn bad off info) or the brand."""
    return format_html(
        '<svg aria-hidden="true"><use href="{}#{}"></use></svg>', static("tuban/marks.svg"), name
    )


@register.simple_tag
def light(colour: str, word: str, rule: str = "", hidden: bool = False) -> SafeString:
    """亮灯: colour, shape, word. `rule` shows on hover; `hidden` hides the word from sight only."""
    look = LIGHTS[str(colour)]
    return format_html(
        '<span class="tb-light tb-light-{}"{}>{}{}</span>',
        look,
        format_html(' title="{}"', rule) if rule else "",
        mark(look),
        format_html('<span class="visually-hidden">{}</span>', word) if hidden else word,
    )


def stage_look(stage: Stage | str, flags: Any = ()) -> str:
    """The look of a stage, without its prefix: 满二年 has its own."""
    known = Stage(stage)
    if TWO_YEARS in flags and known in {Stage.IDLE, Stage.SUSPECTED_IDLE}:
        return "idle2"
    return STAGE_LOOKS[known]


def stage_words(stage: Stage | str, flags: Any = ()) -> str:
    """The stage in words, 满二年 added where the flag stands."""
    known = Stage(stage)
    if TWO_YEARS in flags and known in {Stage.IDLE, Stage.SUSPECTED_IDLE}:
        return "闲置满二年" if known is Stage.IDLE else "疑似闲置满二年"
    return known.label


@register.simple_tag
def stage(value: Stage | str, flags: Any = (), note: str = "", large: bool = False) -> SafeString:
    """阶段 chip: pale ground, strong edge, the words."""
    words = stage_words(value, flags)
    return format_html(
        '<span class="tb-stage s-{}{}">{}</span>',
        stage_look(value, flags),
        " tb-stage-lg" if large else "",
        f"{words} · {note}" if note else words,
    )


def kept_query(request: HttpRequest, given: dict[str, Any]) -> str:
    """The query string of a link: what was given, and the page's own day and unit."""
    query: dict[str, Any] = _kept(request)
    query.update(given)
    filled = {name: value for name, value in query.items() if value not in {None, ""}}
    return f"?{urlencode(filled, doseq=True)}" if filled else ""


def _kept(request: HttpRequest) -> dict[str, str]:
    """The address's day and unit; nothing where they cannot be read, or errors would follow on."""
    try:
        read(request)
    except DomainError:
        return {}
    return {name: request.GET[name] for name in KEPT if request.GET.get(name)}


@register.simple_tag(takes_context=True)
def go(context: TemplateContext, view: str, *path: Any, **query: Any) -> str:
    """The address of a page that keeps `?on=` and `unit=`: {% go "parcel-detail" row.pk %}."""
    return reverse(view, args=path) + kept_query(context["request"], query)


@register.simple_tag(takes_context=True)
def kept(context: TemplateContext) -> str:
    """The page's own day and unit as a query string, to put behind a ready-made address."""
    return kept_query(context["request"], {})


@register.simple_tag(takes_context=True)
def here(context: TemplateContext, **changes: Any) -> str:
    """This page's address with some of its query changed; None drops a name."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            values = value if isinstance(value, list) else [value]
            query.setlist(name, [str(item) for item in values])
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else context["request"].path


@register.simple_tag(takes_context=True)
def hidden_query(context: TemplateContext, *without: str) -> SafeString:
    """Hidden inputs that keep this page's query in a GET form, some names left out."""
    return _hidden(
        (name, value)
        for name, values in context["request"].GET.lists()
        if name not in without
        for value in values
    )


@register.simple_tag(takes_context=True)
def hidden_kept(context: TemplateContext) -> SafeString:
    """Hidden inputs that keep the page's day and unit in a GET form that leads elsewhere."""
    return _hidden(_kept(context["request"]).items())


def _hidden(pairs: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def fig(
    context: TemplateContext,
    text: str,
    measure: str,
    region: str,
    period: int | str = "",
    unreviewed: Number | None = None,
) -> SafeString:
    """A figure that opens what it is made of (数字护照).

    Values of regions outside the page's `scope` (region codes; absent means all) are shown
    without a link: their rows are not the reader's to see.

    Args:
        text: The figure as shown.
        measure: Code of the measure.
        region: 行政区划代码.
        period: Year of a flow; empty for a stock.
        unreviewed: Share of it that rests on facts nobody has reviewed; above zero it is marked.
    """
    on = context["asof"].on.isoformat()
    scope = context.get("scope")
    data = format_html('data-measure="{}" data-region="{}" data-on="{}"', measure, region, on)
    if period:
        data = format_html('{} data-period="{}"', data, period)
    if scope is not None and region not in scope:
        closed = '<span {} title="明细限本地区岗位查看">{}</span>{}'
        return format_html(closed, data, text, _unreviewed(unreviewed))
    query = kept_query(context["request"], {"region": region, "period": period})
    return format_html(
        '<a class="tb-fig" href="{}" {}>{}</a>{}',
        reverse("measure-detail", args=[measure]) + query,
        data,
        text,
        _unreviewed(unreviewed),
    )


def _unreviewed(share: Number | None) -> SafeString:
    """The small ring beside a figure, with the share in words; nothing where all is reviewed."""
    if not share:
        return SafeString("")
    words = f"未复核 {percent(share)}%"
    return format_html(
        '<span class="tb-unreviewed" title="{}"><span class="visually-hidden">，{}</span></span>',
        words,
        words,
    )
