"""发文地区: the place an issuer speaks for."""

from __future__ import annotations

import re

from tuban.values.places import resolve_place

_OFFICE = re.compile(r"(?:人民)?政府.*$|自然资源局.*$|办公室$|委员会.*$")
_LAST_PLACE = re.compile(
    r"(?:.*[省市盟州](?=.))?(?P<name>[\u4e00-\u9fff]{2,8}[省市盟州区旗县镇乡])$"
)


def issuing_place(issuer: str | None) -> tuple[str | None, str | None]:
    """(name, code) of 鄂尔多斯市人民政府 → 鄂尔多斯市, 150600; code None outside our regions."""
    if not issuer:
        return None, None
    place = resolve_place(issuer)
    if place.kind == "region":
        return place.name, place.code
    match = _LAST_PLACE.search(_OFFICE.sub("", issuer))
    return (match["name"], None) if match else (None, None)
