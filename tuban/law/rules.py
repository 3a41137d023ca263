"""规则登记: every rule the law package applies, with its instrument, article and dates in force.

The ids are those of the office's rule book (IDL 闲置, APP 批而未供, CNV 约定). A rule is
`verified` when the text it takes was read in a copy of the instrument or in an official account of
it; what rests on memory, practice or our own reading is not, and is shown as 待核实.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

LAW_VERSION = "2026.11-1"
"""Changes with every change of rules, parameters or timeline; stored with each phase."""

MEASURES_53 = "闲置土地处置办法（国土资源部令第53号）"
REAL_ESTATE_LAW = "城市房地产管理法"
CIVIL_CODE = "民法典"
LINKAGE_2018 = "自然资规〔2018〕1号"

_MEASURES_FROM = date(2012, 7, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: Number in the rule book.
        title: What it settles, in Chinese.
        article: Article in Chinese; empty where the instrument has none or none was seen.
        in_force_from: None when the date was not established.
        note: What is still to be verified, or how the text is read here.
    """

    id: str
    title: str
    instrument: str
    article: str
    in_force_from: date | None
    in_force_to: date | None
    verified: bool
    note: str = ""


_ALL = (
    Rule(
        "IDL-01",
        "超过约定（规定）动工日期满一年未动工，可认定为闲置",
        MEASURES_53,
        "第二条第一款",
        _MEASURES_FROM,
        None,
        verified=True,
        note="满一年须足一年届满，自届满次日起算；状态的时点不因节假日顺延（TIM-11，可调）。",
    ),
    Rule(
        "IDL-02",
        "动工后又中止，开发面积或投资不足且中止满一年，可认定为闲置",
        MEASURES_53,
        "第二条第二款",
        _MEASURES_FROM,
        None,
        verified=True,
        note="比例和中止期间由认定人核算，这里只采认定结果。",
    ),
    Rule(
        "IDL-03",
        "动工须取得施工许可证，且基坑开挖完毕、桩基全部打入或基础完成三分之一",
        MEASURES_53,
        "第三十条",
        _MEASURES_FROM,
        None,
        verified=True,
    ),
    Rule(
        "IDL-06",
        "约定动工日期缺失或不明确的，自实际交地之日起一年为动工日期",
        MEASURES_53,
        "第二十二条",
        _MEASURES_FROM,
        None,
        verified=False,
        note="条文措辞未见原件。",
    ),
    Rule(
        "IDL-12",
        "政府及其有关部门的行为造成迟延的，不计入闲置期间",
        MEASURES_53,
        "第八条第一款",
        _MEASURES_FROM,
        None,
        verified=True,
        note="六项情形的清单未全部核对。",
    ),
    Rule(
        "IDL-13",
        "自然灾害等不可抗力造成迟延的，照此办理",
        MEASURES_53,
        "第八条第二款",
        _MEASURES_FROM,
        None,
        verified=True,
    ),
    Rule(
        "IDL-14",
        "动工开发必需的前期工作造成迟延的除外",
        REAL_ESTATE_LAW,
        "第二十六条",
        date(2020, 1, 1),
        None,
        verified=True,
    ),
    Rule(
        "IDL-15",
        "满二年后才发生的规划调整、不可抗力不妨碍无偿收回",
        "最高人民法院（2017）最高法行申5480号",
        "",
        None,
        None,
        verified=True,
    ),
    Rule(
        "IDL-16",
        "经核实的不计入期间取并集，只计动工日期之后的天数，顺延满一年、满二年的时点",
        REAL_ESTATE_LAW,
        "第二十六条",
        None,
        None,
        verified=False,
        note="《办法》无明文，系依法律和审判实践作出的理解。",
    ),
    Rule(
        "IDL-17",
        "符合条件的，下达《闲置土地认定书》",
        MEASURES_53,
        "第九条、第十条",
        _MEASURES_FROM,
        None,
        verified=True,
        note="下达认定书已见载；认定书应载事项未核对。",
    ),
    Rule(
        "IDL-19",
        "延长动工开发期限最长不超过一年",
        MEASURES_53,
        "第十二条第一款第一项",
        _MEASURES_FROM,
        None,
        verified=True,
        note="按“新约定动工日期不晚于协议日期后一年”核对；条文另有一种读法。",
    ),
    Rule(
        "IDL-22",
        "协议有偿收回",
        MEASURES_53,
        "第十二条第一款第四项",
        _MEASURES_FROM,
        None,
        verified=True,
    ),
    Rule(
        "IDL-25",
        "除协议有偿收回外，动工日期按新的约定重新起算",
        MEASURES_53,
        "第十二条第二款",
        _MEASURES_FROM,
        None,
        verified=False,
        note="条文措辞未见原件。",
    ),
    Rule(
        "IDL-26",
        "动工后中止形成的闲置只适用第十二条的处置方式，不征缴闲置费、不无偿收回",
        MEASURES_53,
        "第十二条第三款",
        _MEASURES_FROM,
        None,
        verified=False,
        note="条文措辞未见原件，使用前应首先核对。",
    ),
    Rule(
        "IDL-28",
        "企业原因未动工满一年的，按出让或划拨价款的百分之二十征缴土地闲置费",
        MEASURES_53,
        "第十四条第一项",
        _MEASURES_FROM,
        None,
        verified=True,
        note="百分之二十已见载；报批程序未核对。",
    ),
    Rule(
        "IDL-30",
        "企业原因未动工满二年的，无偿收回国有建设用地使用权",
        MEASURES_53,
        "第十四条第二项",
        _MEASURES_FROM,
        None,
        verified=True,
    ),
    Rule(
        "IDL-44",
        "动工、竣工应书面申报",
        "国土资发〔2010〕34号",
        "",
        date(2010, 3, 1),
        None,
        verified=True,
    ),
    Rule(
        "IDL-47",
        "司法查封不在政府原因之列，与法院协商，解除后处理",
        "旗区处置方案",
        "",
        None,
        None,
        verified=False,
        note="出自旗区方案，不是部门规章。",
    ),
    Rule(
        "APP-01",
        "供应手续依法办结的为已供；未办供应手续先行使用的，仍计为批而未供",
        LINKAGE_2018,
        "",
        date(2018, 7, 30),
        None,
        verified=True,
        note="文件名义期限五年，机制由年度计划通知延续。",
    ),
    Rule(
        "APP-02",
        "未供面积＝批准面积－撤回及失效面积－关联该批准的已供面积，合计不得超过批准面积",
        LINKAGE_2018,
        "",
        date(2018, 7, 30),
        None,
        verified=False,
        note="系工作口径。",
    ),
    Rule(
        "APP-03",
        "供地率＝已供÷批准；另列扣除撤回及失效面积后的净供地率",
        LINKAGE_2018,
        "",
        date(2018, 7, 30),
        None,
        verified=True,
        note="净供地率系设计口径。",
    ),
    Rule(
        "APP-07",
        "批准后满二年未用地或未实施征地补偿安置方案的，批准文件自动失效",
        LINKAGE_2018,
        "",
        date(2018, 7, 30),
        None,
        verified=True,
        note="系统只提示，不自行改动面积；失效须有登记的事实。",
    ),
    Rule(
        "APP-08",
        "补偿已实施而无法供地且地类未变的，可逐级申请撤回批准",
        LINKAGE_2018,
        "",
        date(2018, 7, 30),
        None,
        verified=True,
    ),
    Rule(
        "APP-15",
        "签订合同或核发划拨决定书并与批准文件关联的为供应；撤回、失效亦计为消化",
        LINKAGE_2018,
        "",
        date(2018, 7, 30),
        None,
        verified=True,
        note="依官方通报的统计口径。",
    ),
    Rule(
        "TIM-02",
        "按年计算的，以最后一年对应日届满；没有对应日的，为该月末日",
        CIVIL_CODE,
        "第二百零二条",
        date(2021, 1, 1),
        None,
        verified=True,
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _ALL})
"""Rule id → rule."""


def citation(rule_id: str) -> str:
    """Instrument and article as a sentence cites them: 《…》第二条第一款."""
    rule = RULES[rule_id]
    name = rule.instrument.split("（国土", 1)[0]
    quoted = f"《{name}》" if name in (REAL_ESTATE_LAW, CIVIL_CODE, "闲置土地处置办法") else name
    return f"{quoted}{rule.article}"
