"""文件头与版面: what must be printed at the head, and what a gazette printed around the plan."""

from __future__ import annotations

from collections.abc import Iterator

from tuban.documents.layout import Layout
from tuban.documents.model import Finding, Header


def check_header(header: Header) -> Iterator[Finding]:
    """Number, date and issuer must be printed; nothing is invented for them."""
    named = (
        ("doc_no", header.doc_no, "发文字号", "请在核对时补录，或注明“无文号”。"),
        ("date", header.date, "成文日期", "没有日期，时限中缺的年份不作推定，请补录。"),
        ("issuer", header.issuer, "发文机关", "请在核对时补录。"),
        ("title", header.title, "标题", "请在核对时补录。"),
    )
    for key, value, label, remedy in named:
        if value is None:
            yield Finding(
                f"no-{key.replace('_', '-')}", "缺失", "warning", f"文中没有{label}。{remedy}"
            )


def check_layout(layout: Layout) -> Iterator[Finding]:
    """Foreign matter of a gazette (X21)."""
    for stray in layout.strays:
        yield Finding(
            "stray-line",
            "冲突",
            "warning",
            f"“{stray}”是刊载时的页眉或另一文件的文号，已剔除，不作为本文件的文号。",
            ref="X21",
        )
    if layout.cut:
        words, length = layout.cut
        yield Finding(
            "foreign-tail",
            "冲突",
            "warning",
            f"附件之后从“{words}”起约 {length} 字与本方案无关，已截去，不进入条款。",
            ref="X21",
        )
