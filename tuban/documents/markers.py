"""序号与标签: the signs by which an official text shows its structure (GB/T 9704-2012 7.3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tuban.documents.model import Role

CHINESE = "一二三四五六七八九十"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
CJK = r"\u3400-\u9fff"

# Kind → rank; a marker closes every open clause of the same or a lower rank.
RANKS = {
    "part": 0,
    "chapter": 1,
    "section": 2,
    "item": 3,
    "sub": 4,
    "circle": 5,
    "principle": 6,
    "point": 7,
}
NUMBERED = frozenset({"chapter", "section", "item", "sub", "circle"})

_KINDS = (
    ("part", re.compile(rf"第([{CHINESE}]{{1,3}})(?:部分|章|编|篇) ?")),
    ("chapter", re.compile(rf"([{CHINESE}]{{1,3}}) ?、")),
    ("section", re.compile(rf"（([{CHINESE}]{{1,3}})）、?")),
    ("item", re.compile(r"(\d{1,2}) ?[.、](?!\d)")),
    ("sub", re.compile(r"（(\d{1,2})）|(\d{1,2})）")),
    ("circle", re.compile(rf"([{CIRCLED}])")),
    ("principle", re.compile("——()")),
)
POINT = re.compile(rf"([{CHINESE}]{{1,2}})(?:是|要)(?=[{CJK}“《])")


@dataclass(frozen=True, slots=True)
class Marker:
    """A sign at the beginning of a line: `printed` 三、, `number` 3, `length` in characters."""

    kind: str
    number: int
    printed: str


def chinese_number(text: str) -> int:
    """一 … 九十九 → 1 … 99; circled figures and digits as well; 0 for an empty text."""
    if not text:
        return 0
    if text.isdecimal():
        return int(text)
    if text in CIRCLED:
        return CIRCLED.index(text) + 1
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return CHINESE.index(text[0]) + 1
    value = (CHINESE.index(tens[0]) + 1 if tens else 1) * 10
    return value + (CHINESE.index(ones[0]) + 1 if ones else 0)


def marker_of(line: str) -> Marker | None:
    """The marker a line begins with, None for plain text."""
    for kind, pattern in _KINDS:
        match = pattern.match(line)
        if match:
            digits = next((group for group in match.groups() if group), "")
            return Marker(kind, chinese_number(digits), match.group().strip())
    return None


# 标签 → role of the units named after it. Longest first: 牵头责任单位 before 责任单位.
ROLE_LABELS: dict[str, Role] = {
    "牵头责任单位": "lead",
    "责任牵头单位": "lead",
    "第一责任单位": "lead",
    "牵头单位": "lead",
    "牵头部门": "lead",
    "责任单位": "lead",
    "责任部门": "lead",
    "责任主体": "lead",
    "主责单位": "lead",
    "实施主体": "lead",
    "承办单位": "lead",
    "落实单位": "lead",
    "配合单位": "support",
    "配合部门": "support",
    "协办单位": "support",
    "协同单位": "support",
    "参与单位": "support",
    "参加单位": "support",
    "监督单位": "supervise",
    "监督部门": "supervise",
    "监管单位": "supervise",
    "督导单位": "supervise",
    "督办单位": "supervise",
}
DEADLINE_LABELS = (
    "完成时限",
    "完成时间",
    "完成期限",
    "整改时限",
    "整改期限",
    "办理时限",
    "时限要求",
    "时间要求",
    "时间节点",
    "时间安排",
)
OTHER_LABELS = ("整改措施", "工作措施", "具体措施", "责任人", "责任领导", "包联领导", "工作目标")

LABEL = re.compile(
    "(?P<name>" + "|".join([*ROLE_LABELS, *DEADLINE_LABELS, *OTHER_LABELS]) + ")[：:]"
)
LABEL_LINE = re.compile(r"(?:\d{1,2}[.、])?(?:" + LABEL.pattern + ")")

ANNEX = re.compile(r"附 ?件(?P<no> ?\d{1,2})?[：:]?")
ATTACHMENTS = re.compile(r"附 ?件[：:](?=.)")
NOTE = re.compile(r"(?:备 ?注|注|说明)[：:]")
UNIT_LINE = re.compile(r"[（(]?(?:计量|面积|金额)?单位[：:] ?(?P<unit>[^，。；（）]{1,12}?)[）)]?")
DATE_LINE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|二[〇○０零一二三四五六七八九]{3}年.{1,6}月.{1,4}日"
)
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
DOC_NO = re.compile(
    rf"(?P<no>[{CJK}]{{2,14}}〔(?:19|20)\d{{2}}〕\d{{1,5}}号)(?: ?(?P<date>{_DAY}))?"
)
CONTACT = re.compile(r"联 ?系 ?(?:人|电话|方式)|电 ?话[：:]|传 ?真[：:]|邮 ?箱[：:]")
IMPRINT = re.compile(
    r"(?:政府)?信息公开(?:选项|形式|属性)|（此件[^）]{0,12}公开[^）]{0,6}）|抄 ?[送报][：:]"
    r"|.{2,30}\d{4}年\d{1,2}月\d{1,2}日印发"
)
ARTICLE = re.compile(rf"第[{CHINESE}百零〇\d]{{1,5}}条")
SENTENCE = re.compile("《|现将|根据|按照|依据|为了?|经")
TITLE_END = re.compile(
    r"(?:通知|通报|决定|意见|方案|办法|规定|细则|计划|要点|规划|名单|纲要|制度|措施|[^代发]表|清单|台账)"
    r"(?:》的通知|（[^（）]{1,10}）|》)?"
)
