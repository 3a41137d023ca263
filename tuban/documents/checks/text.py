"""文字: brackets, titles, the plan's own name, figures without unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuban.documents.layout import Layout
from tuban.documents.model import Finding, Header
from tuban.documents.targets import unmeasured_figures

_BRACKETS = (("（", "）"), ("《", "》"), ("〔", "〕"))
_TITLE_MARK = re.compile(r"《[^《》]{4,80}方案的通知》(?=印发)")
_OWN_NAME = re.compile(r"本(?P<kind>办法|方案|意见|规定|细则|计划)")


def check_text(layout: Layout, header: Header) -> Iterator[Finding]:
    """Slips of the text itself (X22), and figures without unit."""
    yield from _brackets(layout)
    for match in _TITLE_MARK.finditer(layout.text):
        yield Finding(
            "title-mark",
            "笔误",
            "note",
            "书名号把“的通知”括在方案名称之内，应在“方案”之后收尾。",
            (match.span(),),
            ref="X22",
        )
    yield from _own_name(layout, header)
    if layout.body:
        start, end = layout.lines[layout.body[0]].start, layout.lines[layout.body[-1]].end
        for span in unmeasured_figures(layout.text, start, end):
            number = layout.text[span[0] : span[1]]
            yield Finding(
                "unit-missing",
                "缺失",
                "error",
                f"正文中的数“{number}”没有单位，不作推定。",
                (span,),
            )


def _brackets(layout: Layout) -> Iterator[Finding]:
    for line in layout.lines:
        for opening, closing in _BRACKETS:
            count = line.text.count(opening) - line.text.count(closing)
            if count and not re.match(r"\d{1,2}）", line.text):
                missing = closing if count > 0 else opening
                yield Finding(
                    "bracket",
                    "笔误",
                    "note",
                    f"括号不成对，少 {abs(count)} 个“{missing}”：{line.text[:20]}……",
                    ((line.start, line.end),),
                    ref="X22",
                )


def _own_name(layout: Layout, header: Header) -> Iterator[Finding]:
    """A 方案 that calls itself 本办法."""
    title = header.plan_title or header.title or ""
    if not title.removesuffix("的通知").endswith("方案"):
        return
    for match in _OWN_NAME.finditer(layout.text):
        if match["kind"] != "方案":
            yield Finding(
                "own-name",
                "笔误",
                "note",
                f"文件是方案，文中却自称“{match.group()}”。",
                (match.span(),),
                ref="X22",
            )
