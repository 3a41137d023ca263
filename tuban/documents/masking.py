"""个人信息: names and numbers of persons are masked before anything leaves the reader.

Duties belong to posts. A name is replaced by as many ○ as it has characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tuban.documents.markers import CJK

MASK = "○"
_BEFORE_A_NAME = frozenset("长任记席")
_TITLE = r"(?:长|主任|书记|主席|委员|成员|总?督察|负责人|经理|董事|专员|秘书|政委|理事|会计|工程师)"
_ORGANISATION = re.compile(r"[局委会院中心队所站厅部处科室]|政府|公司|集团|[市旗区县镇乡]")
_ROLE = r"组 ?长|副 ?组 ?长|成 ?员|总指挥|副总指挥|召集人|主 ?任|副 ?主 ?任|联系人|联 ?络 ?员"
ROSTER = re.compile(
    rf"(?:(?P<role>{_ROLE})：)?(?P<name>[{CJK}·]{{2,7}}|[{CJK}] [{CJK}]) "
    rf"(?P<post>[^。；：，]{{1,40}}{_TITLE}"
    r"(?:（[^（）]{1,8}）)?)"
)
_LABELLED = re.compile(
    rf"(?P<head>(?:联 ?系 ?人|联 ?络 ?员|责任人|责任领导|牵头领导|分管领导|包联领导|经办人|承办人|审核人)：)"
    rf"(?P<name>[{CJK}·、 ]{{2,30}}?)(?=[，。；（）\d]| ?联系| ?电话|$)"
)
_SERVING = re.compile(
    rf"(?:长|主任|书记|主席|由)(?!主要|分管|有关|相关|其他|党政)"
    rf"(?P<name>(?:(?![由局委院室厅处市旗区县任长])[{CJK}·]){{2,9}}?)(?=同志|担任|兼任)"
)
_NUMBERS = (
    re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
    re.compile(r"(?<!\d)(?:0\d{2,3}[ —-]{0,2})\d{7,8}(?!\d)"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,64}){1,4}"),
    re.compile(r"(?<=电话：)[\d\s()（）—-]{7,}"),
)


def is_roster_entry(line: str) -> bool:
    """组长：某某 市长 — a name, a gap, a post."""
    match = ROSTER.fullmatch(line)
    return bool(match and not _ORGANISATION.search(match["name"][1:]))


def mask(lines: Iterable[str]) -> list[str]:
    """The lines without persons' names and numbers, each as long as it was.

    Names found in rosters and beside 联系人 are masked wherever else they stand (three characters
    and more; shorter ones only beside a title).
    """
    names: set[str] = set()
    first = [_masked(line, names) for line in lines]
    lengths = sorted({len(name) for name in names}, reverse=True)
    return [_known(line, names, lengths) for line in first]


def _masked(line: str, names: set[str]) -> str:
    if is_roster_entry(line):
        match = ROSTER.fullmatch(line)
        if match:
            names.add(match["name"].replace(" ", ""))
            line = _hide(line, *match.span("name"))
    for pattern in (_LABELLED, _SERVING):
        for match in pattern.finditer(line):
            names.update(part for part in re.split("[、 ]", match["name"]) if len(part) > 1)
            line = _hide(line, *match.span("name"))
    for pattern in _NUMBERS:
        line = pattern.sub(lambda match: MASK * len(match.group()), line)
    return line


def _known(line: str, names: set[str], lengths: Sequence[int]) -> str:
    """The line without names found elsewhere; two characters count only beside a title."""
    at = 0
    while at < len(line):
        for length in lengths:
            beside_a_title = line[at - 1 : at] in _BEFORE_A_NAME
            if line[at : at + length] in names and (length > 2 or beside_a_title):
                line = _hide(line, at, at + length)
                break
        at += 1
    return line


def _hide(line: str, start: int, end: int) -> str:
    return line[:start] + MASK * (end - start) + line[end:]
