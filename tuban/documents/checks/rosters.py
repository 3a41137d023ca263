"""名单: the leading group as its annex and its body name it. Posts are looked at, never persons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tuban.documents.layout import Layout
from tuban.documents.model import Finding, Task

_BODY = r"领导小组|工作小组|工作组|协调小组|指挥部|专班|委员会"
_SET_UP = re.compile(rf"成立(?P<words>[^。；]{{0,120}}?)(?P<body>{_BODY})")
_ROSTER_TITLE = re.compile(rf"(?P<body>{_BODY})(?:办公室)?(?:组成)?(?:人员|成员)?名单")
_ENTRY = re.compile(r"○{2,} ?(?P<post>[^。；：，]{2,40})")
_COUNTY_HEAD = re.compile(
    r"[\u4e00-\u9fff]{1,6}[区旗县](?:委|政府|人民政府|党委)?(?:常务)?副?(?:书记|[区旗县]长)"
)
_COUNTIES = re.compile(r"[各\u4e00-\u9fff]{1,6}[区旗县](?:人民)?政府")
_LEAST_POSTS = 5


def check_rosters(layout: Layout, tasks: Sequence[Task]) -> Iterator[Finding]:
    """Labels (X19), the group's own name (X19), stale posts (X21), first-line owners (X25)."""
    yield from _labels(layout)
    yield from _group_name(layout)
    yield from _stale(layout)
    yield from _without_owners(layout, tasks)


def _labels(layout: Layout) -> Iterator[Finding]:
    """A roster with two 副组长 labels and no 成员 (X19)."""
    for zone in layout.annexes:
        labels = [
            "".join(match.group().split())
            for at in zone
            if (match := re.match(r"(?:副 ?)?组 ?长：|成 ?员：", layout.lines[at].text))
        ]
        if labels.count("副组长：") > 1 and "成员：" not in labels:
            line = layout.lines[zone.start]
            yield Finding(
                "roster-labels",
                "笔误",
                "note",
                f"{line.text}名单两次出现“副组长”而没有“成员”，后一处疑应为“成员”。",
                ((line.start, line.end),),
                ref="X19",
            )


def _group_name(layout: Layout) -> Iterator[Finding]:
    """The body sets up a 领导小组, the annex lists a 工作小组."""
    body = layout.slice(layout.body)
    start = layout.lines[layout.body[0]].start if layout.body else 0
    named = list(_SET_UP.finditer(body))
    kinds = {match["body"] for match in named}
    for zone in layout.annexes:
        for at in zone[:3]:
            line = layout.lines[at]
            title = _ROSTER_TITLE.search(line.text)
            if title and kinds and title["body"] not in kinds:
                first = named[0]
                yield Finding(
                    "group-name",
                    "笔误",
                    "note",
                    f"正文成立的是“{first['body']}”，附件名单写的是“{title['body']}”，名称不一致。",
                    (
                        (start + first.start("body"), start + first.end("body")),
                        (line.start + title.start("body"), line.start + title.end("body")),
                    ),
                    ref="X19",
                )


def _stale(layout: Layout) -> Iterator[Finding]:
    """Someone in the roster is removed from that very post in pages printed with the plan."""
    for at in layout.stale:
        line = layout.lines[at]
        entry = _ENTRY.search(line.text)
        if entry:
            yield Finding(
                "stale-roster",
                "冲突",
                "warning",
                f"名单中的“{entry['post']}”一职，同时刊载的任免页已将其免去；"
                "责任应落实到岗位，不落实到个人。",
                ((line.start + entry.start("post"), line.start + entry.end("post")),),
                ref="X21",
            )


def _without_owners(layout: Layout, tasks: Sequence[Task]) -> Iterator[Finding]:
    """Counties answer for the tasks, yet no head of a county sits in the leading group."""
    owed = [task for task in tasks if any(map(_COUNTIES.search, task.units("lead")))]
    entries = [
        (line, entry)
        for line in layout.lines
        if not line.is_row and (entry := _ENTRY.search(line.text))
    ]
    if len(owed) * 2 < len(tasks) or not owed or len(entries) < _LEAST_POSTS:
        return
    if any(_COUNTY_HEAD.search(entry["post"]) for _, entry in entries):
        return
    yield Finding(
        "roster-without-owners",
        "缺失",
        "note",
        f"{len(owed)} 项任务由旗县区人民政府负责，而名单所列 {len(entries)} 个岗位中没有旗县区负责人。",
        ((entries[0][0].start, entries[-1][0].end),),
        ref="X25",
    )
