"""The parcel ledger (地块台账) as data: its columns, their headings, codes, units and choices.

One more ledger is one more tuple of columns; nothing else in this package knows a column by
position. Headings met in practice and their pinyin codes: data-standards.md 5.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEDGER = "parcels"
LEDGER_LABEL = "地块台账"
TEMPLATE_VERSION = "2024.2"


class Type(StrEnum):
    """What a cell of the column holds."""

    TEXT = "text"
    REGION = "region"
    DOC_NO = "doc_no"
    AREA = "area"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    USCC = "uscc"


@dataclass(frozen=True, slots=True)
class Choice:
    """One accepted value: what is stored, what the template lists, what else is understood."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the ledger.

    Attributes:
        heading: Without unit and mark; `printed` adds the unit.
        aliases: Other headings met, without unit.
        codes: Pinyin field codes met.
        unit: Unit of the template and of files that name none: 公顷, 万元.
        fills_down: A value merged over several rows holds for each of them (批次 and 旗区 stand
            once for a group); a merged cell anywhere else belongs to no single row.
        in_template: False for columns that are only read to check others.
        max_length: Of the stored text, in characters.
    """

    key: str
    heading: str
    type: Type
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    fills_down: bool = False
    in_template: bool = True
    max_length: int = 200
    note: str = ""

    @property
    def printed(self) -> str:
        """The heading as the template prints it: 批准面积（公顷）, 旗区*."""
        unit = f"（{self.unit}）" if self.unit else ""
        return f"{self.heading}{unit}{'*' if self.required else ''}"


SUPPLY_MODES = (
    Choice(
        "grant",
        "出让",
        ("招拍挂", "招标出让", "拍卖出让", "挂牌出让", "协议出让", "招标", "拍卖", "挂牌"),
    ),
    Choice("allocation", "划拨", ("行政划拨", "划拨供应")),
    Choice("lease", "租赁", ("国有土地租赁", "长期租赁", "先租后让")),
    Choice("contribution", "作价出资（入股）", ("作价出资", "作价入股", "作价出资或入股")),
)
START_TESTS = (
    Choice("pit", "基坑开挖完毕", ("深基坑开挖完毕", "基坑开挖完成")),
    Choice("piles", "桩基完成", ("打入所有基础桩", "桩基全部完成")),
    Choice("foundation_third", "基础完成三分之一", ("基础施工完成三分之一", "基础完成1/3")),
)
IDLE_CAUSES = (
    Choice("government", "政府原因", ("政府", "政府及有关部门行为")),
    Choice("force_majeure", "不可抗力", ("自然灾害",)),
    Choice("preparatory", "必需前期工作", ("动工开发必需的前期工作", "前期工作")),
    Choice("enterprise", "企业原因", ("企业", "企业自身原因")),
    Choice("seizure", "司法查封", ("查封", "法院查封")),
)
DISPOSALS = (
    Choice("start_reagreed", "重新约定动工", ("延长动工开发期限", "延期动工", "重新约定动工日期")),
    Choice("recovered_paid", "有偿收回", ("协议有偿收回", "收购收回")),
    Choice("recovered_free", "无偿收回", ()),
    Choice("withdrawn", "撤回批准", ("撤回", "撤回批文", "核销批文", "撤回（核销）批文")),
    Choice("lapsed", "批准失效", ("批文失效", "批准文件自动失效")),
)

COLUMNS: tuple[Column, ...] = (
    Column(
        "region",
        "旗区",
        Type.REGION,
        required=True,
        fills_down=True,
        aliases=(
            "旗县",
            "旗县区",
            "所属旗区",
            "行政区",
            "行政区名称",
            "县(市、区)",
            "县区",
            "所在旗区",
        ),
        codes=("XZQMC", "XZQ", "XZQDM"),
        note="九个旗区之一，写全称、常用简称或六位代码均可。",
    ),
    Column(
        "parcel_no",
        "地块编号",
        Type.TEXT,
        required=True,
        max_length=60,
        aliases=("宗地编号", "宗地号", "地块号", "宗地代码", "图斑编号"),
        codes=("DKBH", "ZDBH", "ZDDM"),
        note="同一旗区内不重复；再次导入凭旗区和编号对应同一地块。",
    ),
    Column(
        "name",
        "地块名称",
        Type.TEXT,
        aliases=("宗地名称", "地块"),
        codes=("DKMC", "ZDMC"),
    ),
    Column(
        "location",
        "坐落",
        Type.TEXT,
        max_length=300,
        aliases=("位置", "四至", "地块位置", "土地坐落", "宗地坐落", "项目位置"),
        codes=("ZL", "DKWZ", "TDZL", "ZDZL"),
    ),
    Column(
        "batch_name",
        "批次名称",
        Type.TEXT,
        fills_down=True,
        aliases=("项目名称", "建设用地批次", "报批项目名称", "批次", "批次(项目)名称"),
        codes=("PCMC", "XMMC", "BPXMMC"),
    ),
    Column(
        "approval_no",
        "批准文号",
        Type.DOC_NO,
        fills_down=True,
        max_length=80,
        aliases=("批复文号", "用地批文号", "文号", "用地批准文号", "批文号"),
        codes=("PZWH", "BPPFWH"),
        note="形如 内政土发〔2016〕12号；方括号、圆括号会改写为六角括号。",
    ),
    Column(
        "approved_on",
        "批准日期",
        Type.DATE,
        fills_down=True,
        aliases=("批准时间", "批复时间", "批复日期", "批准年度", "用地批准时间"),
        codes=("PZRQ", "BPPFRQ", "PZSJ"),
        note="与批准面积同填或同空。只有年、月的按该年、该月最后一天计，并作标记。",
    ),
    Column(
        "approved_area",
        "批准面积",
        Type.AREA,
        unit="公顷",
        aliases=("批准总面积", "批准用地面积", "批复面积"),
        codes=("PZMJ", "BPPZMJ"),
        note="本地块在该批次中的批准面积。",
    ),
    Column(
        "use",
        "规划用途",
        Type.TEXT,
        max_length=60,
        aliases=("土地用途", "用途", "地块规划用途", "规划土地用途"),
        codes=("GHYT", "DKGHYT", "TDYT"),
    ),
    Column(
        "supplied_area",
        "已供面积",
        Type.AREA,
        unit="公顷",
        aliases=("供地面积", "供应面积", "地块已供面积", "已供应面积"),
        codes=("YGMJ", "DKYGMJ", "GDMJ"),
        note="未供的填 0 或留空；大于 0 时须填合同签订日期。",
    ),
    Column(
        "supply_mode",
        "供地方式",
        Type.CHOICE,
        choices=SUPPLY_MODES,
        aliases=("供应方式", "出让方式", "供应类型"),
        codes=("GDFS", "GYFS"),
    ),
    Column(
        "contract_no",
        "合同编号",
        Type.TEXT,
        max_length=80,
        aliases=("出让合同号", "划拨决定书号", "出让合同编号", "合同号", "合同(划拨决定书)编号"),
        codes=("HTBH",),
    ),
    Column(
        "supplied_on",
        "合同签订日期",
        Type.DATE,
        aliases=("签订日期", "供地日期", "供应日期", "合同签订时间", "供地时间"),
        codes=("QDRQ", "QD_RQ", "GDRQ"),
    ),
    Column(
        "price",
        "成交价款",
        Type.MONEY,
        unit="万元",
        aliases=("出让价款", "成交价格", "成交价", "土地价款", "出让金"),
        codes=("CJJG", "CRJK", "CR_JK"),
    ),
    Column(
        "holder",
        "土地使用权人",
        Type.TEXT,
        aliases=("受让人", "竞得人", "权利人", "用地单位", "建设单位", "使用权人"),
        codes=("QLRMC", "SYQR", "TDSYQR", "SRDW"),
    ),
    Column(
        "holder_uscc",
        "统一社会信用代码",
        Type.USCC,
        aliases=("社会信用代码", "信用代码", "使用权人统一社会信用代码", "受让人统一社会信用代码"),
        codes=("TYSHXYDM",),
        note="土地使用权人的 18 位代码，核对校验码；15 位旧注册号不登记。",
    ),
    Column(
        "delivered_on",
        "交地日期",
        Type.DATE,
        aliases=("实际交地日期", "交地时间", "交付日期"),
        codes=("JD_RQ", "SJJDRQ"),
        note="交地确认书上的日期。",
    ),
    Column(
        "start_due",
        "约定动工日期",
        Type.DATE,
        aliases=(
            "约定开工日期",
            "约定动工时间",
            "约定开工时间",
            "约定开工",
            "约定动工",
            "动工开发日期",
        ),
        codes=("YDKGRQ", "DG_SJ", "YDDGRQ"),
    ),
    Column(
        "complete_due",
        "约定竣工日期",
        Type.DATE,
        aliases=("约定竣工时间", "约定竣工"),
        codes=("YDJGRQ", "JG_SJ"),
    ),
    Column(
        "permit_no",
        "施工许可证号",
        Type.TEXT,
        max_length=80,
        aliases=("建筑工程施工许可证号", "施工许可证", "施工许可证编号"),
        codes=("SGXKZH",),
    ),
    Column(
        "start_test",
        "动工认定情形",
        Type.CHOICE,
        choices=START_TESTS,
        aliases=("动工认定标准", "动工情形"),
        codes=("DGRDQX",),
        note="与施工许可证号、实际动工日期同填，才算动工核实；否则按申报动工登记。",
    ),
    Column(
        "started_on",
        "实际动工日期",
        Type.DATE,
        aliases=("实际开工日期", "实际动工时间", "实际开工时间", "实际开工", "实际动工"),
        codes=("SJKGRQ", "SJDGRQ", "SJ_DG"),
    ),
    Column(
        "completed_on",
        "实际竣工日期",
        Type.DATE,
        aliases=("实际竣工时间", "实际竣工"),
        codes=("SJJGRQ", "SJ_JG"),
    ),
    Column(
        "recognised_on",
        "闲置认定日期",
        Type.DATE,
        aliases=("认定日期", "认定时间", "闲置认定时间"),
        codes=("RDRQ",),
        note="《闲置土地认定书》的日期；疑似闲置由系统按约定动工日期推出，不要填在这里。",
    ),
    Column(
        "idle_cause",
        "闲置原因",
        Type.CHOICE,
        choices=IDLE_CAUSES,
        aliases=("闲置原因类型",),
        codes=("XZYYLX", "XZYY"),
    ),
    Column(
        "excluded_from",
        "不计入期间起",
        Type.DATE,
        aliases=("不计入起", "不计入期间开始"),
        codes=("BJRQ",),
        note="因政府原因、不可抗力等经核实不计入闲置的期间，首日。",
    ),
    Column(
        "excluded_to",
        "不计入期间止",
        Type.DATE,
        aliases=("不计入止", "不计入期间结束"),
        codes=("BJRZ",),
        note="末日；尚未结束的留空。",
    ),
    Column(
        "disposal",
        "处置方式",
        Type.CHOICE,
        choices=DISPOSALS,
        aliases=("处置措施", "处置类型"),
        codes=("CZFS", "CZLX"),
    ),
    Column(
        "disposed_on",
        "处置日期",
        Type.DATE,
        aliases=("处置时间", "处置完成日期", "处置完成时间", "完成时间"),
        codes=("CZWCRQ",),
    ),
    Column(
        "disposed_area",
        "处置面积",
        Type.AREA,
        unit="公顷",
        codes=("CZMJ",),
        note="撤回批准必填；收回整宗、批准失效全部剩余时留空。",
    ),
    Column(
        "new_start_due",
        "重新约定动工日期",
        Type.DATE,
        aliases=("重新约定开工日期", "变更后约定动工日期"),
        codes=("BG_DG_SJ",),
        note="处置方式为“重新约定动工”时必填。",
    ),
    Column(
        "unsupplied_area",
        "未供面积",
        Type.AREA,
        unit="公顷",
        in_template=False,
        aliases=("批而未供面积", "剩余面积", "地块未供面积"),
        codes=("WGMJ", "DKWGMJ"),
    ),
    Column(
        "approval_total",
        "批文总面积",
        Type.AREA,
        unit="公顷",
        in_template=False,
        fills_down=True,
        aliases=("批文面积", "批次总面积", "批次批准面积", "批次批准总面积", "批文批准面积"),
        note="整份批文的批准面积，只用来核对各地块之和，不登记。",
    ),
)

BY_KEY = {column.key: column for column in COLUMNS}
TEMPLATE_COLUMNS = tuple(column for column in COLUMNS if column.in_template)
REQUIRED_KEYS = frozenset(column.key for column in COLUMNS if column.required)

SUBJECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("地块", ("region", "parcel_no", "name", "location", "use", "holder", "holder_uscc")),
    (
        "批准",
        (
            "batch_name",
            "approval_no",
            "approved_on",
            "approved_area",
            "approval_total",
            "unsupplied_area",
        ),
    ),
    (
        "供应",
        ("supplied_area", "supply_mode", "contract_no", "supplied_on", "price", "delivered_on"),
    ),
    (
        "动工竣工",
        ("start_due", "complete_due", "permit_no", "start_test", "started_on", "completed_on"),
    ),
    ("闲置", ("recognised_on", "idle_cause", "excluded_from", "excluded_to")),
    ("处置", ("disposal", "disposed_on", "disposed_area", "new_start_due")),
)
"""The fields by subject, as a person looks for them."""

VAGUE_AREAS = frozenset(
    {"面积", "宗地面积", "用地面积", "地块面积", "土地面积", "mj", "zdmj", "dkmj", "ydmj", "tdmj"}
)
"""Headings of an area that do not say whose: approved, supplied or disposed of."""

NOT_RECORDED = frozenset(
    {"序号", "编号", "顺序号", "备注", "说明", "xh", "bz", "bsm", "ysdm", "标识码", "要素代码"}
)
"""Headings that mean nothing to the record: left out without a remark."""

UNRECORDED: dict[str, tuple[str, ...]] = {
    "新增建设用地": ("新增面积", "新增建设用地面积", "XZJSYDMJ", "XZJSYD"),
    "农用地": ("农用地面积", "农用地转用", "NYD", "YYDZY"),
    "耕地": ("其中耕地", "耕地面积", "GD", "QZGD"),
    "未利用地": ("其中未利用地", "未利用地面积", "WLYD", "QZWLYD"),
    "征收总面积": ("征收面积", "ZSTD"),
    "电子监管号": ("监管号", "DZJGH", "DZ_BA_BH"),
    "闲置类型": ("认定类型", "RDLX"),
    "是否政府原因": ("SFZFYY",),
    "责任单位": ("ZRDW",),
    "责任人": ("包联领导", "ZRR"),
    "完成时限": ("计划完成日期", "JHWCRQ"),
    "完成情况": (),
    "销号日期": ("是否销号", "XHRQ"),
}
"""Headings that are understood and not recorded: what they are → other spellings."""

DERIVED_HEADINGS = frozenset(
    {"阶段", "状态", "当前状态", "地块状态", "供地率", "是否闲置", "闲置时间"}
)
"""Headings of figures that follow from facts: read by nobody, and the sender is told so."""
