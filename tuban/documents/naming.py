"""指标名称: what a figure in running words counts.

The noun stands after it (5万亩占补平衡), before it (新增占补平衡指标1.5万亩), or was said before
(2022年分别盘活1.45万亩和0.99万亩).
"""

from __future__ import annotations

import re

from tuban.documents.places import place_named
from tuban.values.places import resolve_place

UNITS = (
    "万平方米|平方公里|平方米|万亩|亩|公顷|个百分点|%|亿元|万元|元|个|宗|项|件|处|家|户|座|批|公里"
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
QUANTITY = re.compile(
    rf"(?P<before>至少|不少于|不低于|不超过|不高于|力争达到|超过|约)?"
    rf"(?<![\d.+〕—–-])(?P<value>{_NUMBER})(?:[—–~～至-](?P<upper>{_NUMBER}))?(?P<unit>{UNITS})"
    rf"(?!工作日|[月代])(?P<after>以上|以下|以内|左右)?"
)
EVERYONE = re.compile(r"(?:每个|各)(?:旗区|区|开发区|园区|县区|县|镇|旗|部门|苏木镇)")

_PERCENT = ("%", "个百分点")
_STOP_AFTER = re.compile(r"[，。；：、（）和及并的]")
_STOP_BEFORE = re.compile(r"[，。；：、（）]")
_COMPARED = re.compile(r"(?:时)?(?:可)?(?:按)?(?:不低于|不超过|不少于|不高于)")
_TIME = re.compile(
    r"“?十[三四五]五”?(?:期间|末)|(?:(?:19|20)\d{2}年)?\d{0,2}月?[底末]?(?:之前|以前|前)"
    r"|(?:19|20)\d{2}年[底末]?|近[一二三四五\d]+年|每年|年底前?"
)
_HEAD_VERBS = re.compile(
    r"^(?:其中|以来|力争|确保|全年|完成|实现|[一二三四]是|要|新建|将|和|及|到|在|于|使|的|现有|分别"
    r"|自治区下达|下达|我[市旗区县省]|全[市旗区县省]|处置盘活|盘活|处置|消化|出台|各地|确定|，|、)+(?!率)"
)
_TAIL_VERBS = re.compile(
    r"(?:要|应|须|力争|确保|的)?(?:达到|达|为|完成|控制在|不低于|不少于|不超过|至少|提高到|新增到"
    r"|降至|实现|有|共|彻底)$"
)
_TASK_WORDS = re.compile(r"的(?:目标任务|处置目标任务|处置任务|目标)$|(?:处置目标任务|标准的)$|的$")
_DONE_WORDS = re.compile(r"(?:未完成整改|建设任务|的整改)$")
_MOST = 40
_REACH = 80


def name_of(text: str, begin: int, stop: int, match: re.Match[str]) -> str:
    """The noun of a QUANTITY match in the sentence text[begin:stop]; empty if it has none."""
    begin, stop = max(begin, match.start() - _REACH), min(stop, match.end() + _REACH)
    after = _STOP_AFTER.split(text[match.end() : stop], maxsplit=1)[0]
    if match["after"] and text[match.end() : match.end() + 1] == "的":
        return re.split("[，。；：、（）和及并]", text[match.end() + 1 : stop], maxsplit=1)[0][
            :_MOST
        ]
    if after and not match["after"] and match["unit"] not in _PERCENT:
        return _DONE_WORDS.sub("", after)[:_MOST]
    before = _STOP_BEFORE.split(text[begin : match.start()])[-1]
    place = resolve_place(before)
    alone = place.name if place.kind == "region" else place_named(before)
    if alone and alone == before.strip().removeprefix("其中"):
        return ""  # 其中，东胜区35个: what is counted was said before
    compared = _COMPARED.search(before)
    return bare(before[: compared.start()] if compared else before)


def bare(words: str) -> str:
    """A noun phrase without its date, verbs and particles."""
    words = _TIME.sub("", words)
    previous = None
    while previous != words:
        previous = words
        words = _TAIL_VERBS.sub("", _HEAD_VERBS.sub("", words.strip(" “”")))
    words = re.split("任务为|目标为|为", words)[-1]
    return _TASK_WORDS.sub("", words)[-_MOST:]


def without_region(name: str, region: str | None) -> str:
    """各开发区标准地出让 → 标准地出让, once the region is known."""
    if region is None:
        return name
    words = EVERYONE.sub("", name)
    if words.startswith(region) and len(words) > len(region):
        words = bare(words.removeprefix(region))
    return re.sub(r"^(?:至少|完成)+", "", words) or name
