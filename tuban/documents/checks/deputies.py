"""副组长: whether the roster lists as many deputies as the body names (X19). Posts, not persons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tuban.documents.layout import Layout
from tuban.documents.model import Finding

_NAMED = re.compile(r"(?:^|[，。；、：由])(?P<posts>[^，。；：由]{2,80}?)(?:担)?任副组长")
_UNCOUNTED = re.compile(r"[各等]|有关|相关|部分|若干|分管")
_PARTED = re.compile(r"、|以及|和|及")
_LABEL = re.compile(r"(?P<label>[\u4e00-\u9fff ]{2,8})：")
_ENTRY = re.compile(r"○{2,}")


def check_deputies(layout: Layout) -> Iterator[Finding]:
    """The body names so many posts as 副组长, the annex lists another number under that label.

    A body that names a number of them only by 各, 有关 or 等 is not counted.
    """
    start = layout.lines[layout.body[0]].start if layout.body else 0
    match = _NAMED.search(layout.slice(layout.body))
    if match is None or _UNCOUNTED.search(match["posts"]):
        return
    named = len([post for post in _PARTED.split(match["posts"]) if post])
    for zone in layout.annexes:
        listed = _sections(layout, zone)
        if listed and sum(listed) != named:
            line = layout.lines[zone.start]
            parts = "、".join(map(str, listed))
            split = (
                f"（名单有 {len(listed)} 处“副组长”，分别列 {parts} 个）" if len(listed) > 1 else ""
            )
            yield Finding(
                "deputy-count",
                "冲突",
                "note",
                f"正文写由“{match['posts']}”任副组长，是 {named} 个岗位；{line.text}名单的“副组长”下"
                f"列有 {sum(listed)} 个{split}。请发文机关明确。",
                (
                    (start + match.start("posts"), start + match.end("posts")),
                    (line.start, line.end),
                ),
                ref="X19",
            )


def _sections(layout: Layout, zone: Sequence[int]) -> list[int]:
    """How many posts stand under each label 副组长 of an annex."""
    counts: list[int] = []
    is_deputy = False
    for at in zone:
        line = layout.lines[at]
        if line.is_row:
            continue
        label = _LABEL.match(line.text)
        if label:
            is_deputy = "".join(label["label"].split()) == "副组长"
            if is_deputy:
                counts.append(0)
        entries = len(_ENTRY.findall(line.text))
        if not label and not line.text.startswith("○"):
            is_deputy = False  # words behind the list
        if is_deputy:
            counts[-1] += entries
    return counts
