"""地名: an issuer and places of targets that the table of regions does not know are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuban.documents.model import Finding, Header, Span, Target


def check_places(
    header: Header, issuer: tuple[str | None, str | None], targets: Sequence[Target]
) -> Iterator[Finding]:
    """A plan of elsewhere is read like any other, but nothing of it is booked on our regions.

    Args:
        header: head of the document, for the span of the issuer.
        issuer: name and code of the issuing place; code None outside our regions.
        targets: all targets in running words.
    """
    name, code = issuer
    if header.issuer and code is None:
        span = header.spans.get("issuer")
        shown = name or header.issuer
        yield Finding(
            "issuer-elsewhere",
            "缺失",
            "warning",
            f"发文地区“{shown}”不在区划表中，没有区划代码；所列任务、目标不归入任何旗区，"
            "也不作推定。确要在本地执行的，请在核对时指定适用地区；只作参考的不必生效。",
            (span,) if span else (),
        )
    unknown: dict[str, Span] = {}
    for target in targets:
        if "unknown_place" in target.flags and target.region:
            unknown.setdefault(target.region, target.span)
    if unknown:
        yield Finding(
            "unknown-place",
            "缺失",
            "warning",
            f"正文目标中的地名没有区划代码：{'、'.join(unknown)}。请在核对时指定，不作推定。",
            tuple(unknown.values()),
        )
