"""章: which part of a plan a chapter is – goals, working measures, safeguards – by its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from tuban.documents.markers import LABEL, ROLE_LABELS
from tuban.documents.model import Clause

Part = Literal["principle", "goal", "work", "safeguard", "arrangement", "duties", "other"]

# 章 by the words of its title; the first that fits counts.
_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("safeguard", re.compile(r"保障|工作要求|有关要求|组织领导|组织实施|组织保障|加强领导")),
    ("duties", re.compile(r"职责|分工$|机构")),
    ("arrangement", re.compile(r"安排|步骤|阶段|进度")),
    (
        "work",
        re.compile(
            "(?:工作|重点|主要|攻坚|具体|整治)任务|措施|举措|重点工作|工作内容|任务分工"
            "|行动内容|重点行动|任务清单"
        ),
    ),
    ("goal", re.compile(r"目标")),
    ("principle", re.compile(r"思想|原则|要求|思路|意义")),
    ("work", re.compile(r"任务|工作|行动|整治")),
)


def part_of(title: str) -> Part:
    """Which part of a plan a chapter is, by its title."""
    return next((part for part, words in _PARTS if words.search(title)), "other")


def parts_of(clauses: Sequence[Clause], text: str) -> dict[str, Part]:
    """Part of each chapter, by clause id.

    If no title says 任务 or 措施, the chapters that name 责任单位 are the working part.
    """
    chapters = [clause for clause in clauses if clause.parent is None]
    parts = {chapter.id: part_of(chapter.title) for chapter in chapters}
    if "work" not in parts.values():
        for chapter in chapters:
            if any(match["name"] in ROLE_LABELS for match in LABEL.finditer(text, *chapter.span)):
                parts[chapter.id] = "work"
    return parts
