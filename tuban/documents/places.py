"""发文地区: the place an issuer speaks for."""

from __future__ import annotations

import re

from tuban.values.places import resolve_place

_OFFICE = re.compile(
    r"(?:人民)?政府.*$|自然资源(?:和规划)?局.*$|办公室$"
    r"|(?<=[市旗区县])[^市旗区县]{2,14}(?:局|厅|委|委员会)$|委员会.*$"
)
_LAST_PLACE = re.compile(
    r"(?:.*[省市盟州](?=.))?(?P<name>[\u4e00-\u9fff]{2,8}[省市盟州区旗县镇乡])$"
)

_NAMED = re.compile(
    r"^(?:其中|力争|确保|由|在|对|和|及)?(?P<name>[\u4e00-\u9fff]{2,5}?[市盟州区旗县镇乡])"
    r"(?=$|\d|完成|处置|消化|盘活|新增|实现|不少于|不低于|至少|力争|确保|为|达到|有|共|分别|约)"
)
_TIME_BEFORE = re.compile(r"^(?:(?:19|20)\d{2}年|\d{1,2}月|\d{1,2}日|年?底|末|之?前|内)+")
_NO_NAME = re.compile(
    r"[各全我本每该所的等个]|(?:自治|园|开发|城|辖|牧|农|山|矿|库|社|小|景|护|郊|地|片|市|县|旗|示范"
    r"|高新|经开)[区]$|[城都上超门]市$|[县旗区]市$|[乡村城]镇$"
)


def place_named(words: str) -> str | None:
    """The place a phrase begins with by its form (海勃湾区12宗), known to us or not; None if none."""
    match = _NAMED.match(_TIME_BEFORE.sub("", words.strip()))
    return None if match is None or _NO_NAME.search(match["name"]) else match["name"]


def issuing_place(issuer: str | None) -> tuple[str | None, str | None]:
    """(name, code) of 鄂尔多斯市人民政府 → 鄂尔多斯市, 150600; code None outside our regions."""
    if not issuer:
        return None, None
    place = resolve_place(issuer)
    if place.kind == "region":
        return place.name, place.code
    match = _LAST_PLACE.search(_OFFICE.sub("", issuer))
    return (match["name"], None) if match else (None, None)
