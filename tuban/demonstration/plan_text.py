"""演示方案 in words: a fictional plan, written for this demonstration, around the real figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tuban.demonstration import figures
from tuban.demonstration.figures import Row

DOC_NO = "演府发〔2022〕8号"
ISSUER = "鄂尔多斯市人民政府"
ISSUED = "2022年3月18日"
NOTICE_TITLE = "鄂尔多斯市人民政府关于印发存量建设用地清理盘活工作方案的通知（演示）"
PLAN_TITLE = "鄂尔多斯市存量建设用地清理盘活工作方案（演示）"
BANNER = "演示文件：正文为虚构，不是任何机关的公文；附件目标数字引自公开文件。"


class Kind(StrEnum):
    """What a paragraph is, which decides how it is set."""

    DOC_NO = "doc_no"
    TITLE = "title"
    RECIPIENTS = "recipients"
    BODY = "body"
    CHAPTER = "chapter"
    SECTION = "section"
    SIGNED = "signed"
    ANNEX = "annex"
    CAPTION = "caption"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """One annex table, cells as printed."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Measure:
    """任务: one numbered measure with its units and its time."""

    text: str
    lead: str
    support: str = ""
    supervise: str = ""
    due: str = ""


CITY = "市自然资源局"
BANNERS = "各旗区人民政府"
BOTH = f"{CITY}，{BANNERS}"

SECTIONS: tuple[tuple[str, tuple[Measure, ...]], ...] = (
    (
        "摸清家底，一地一档。",
        (
            Measure(
                "逐批次核对批准文件。对2009年以来批准的农用地转用和土地征收，"
                "逐件核对批准面积、已供面积和剩余面积，剩余部分落到具体地块，查明未供的原因。",
                BOTH,
                "市财政局、农牧局、林业和草原局",
                due="2022年5月31日前完成核对；2022年6月底前形成地块台账。",
            ),
            Measure(
                "逐宗核对供后履约。把合同或划拨决定书载明的交地、动工、竣工日期，"
                "与现场和施工许可逐宗比对，到期未动工的列入疑似闲置清单。",
                BANNERS,
                "市住房和城乡建设局、行政审批和政务服务局",
                due="2022年6月30日前完成首轮比对。",
            ),
        ),
    ),
    (
        "以用为先，消化批而未供土地。",
        (
            Measure(
                "有条件的尽快供应。“十四五”期间全市消化批而未供土地8.68万亩，"
                "其中2022年消化1.45万亩，各旗区年度任务见附件4。"
                "已有意向项目的限期完成供地手续，暂无项目的平整后纳入储备，择机公开出让。",
                BOTH,
                "市发展和改革委员会、工业和信息化局",
                due="长期坚持。2022年12月31日前，完成本年度任务。",
            ),
            Measure(
                "确实用不上的依法退出。规划已经调整、现状地类没有改变、"
                "补偿已经了结的批次，由旗区提出撤回批准申请，逐级报原批准机关。",
                BOTH,
                due="2022年10月底前报送首批申请。",
            ),
        ),
    ),
    (
        "分清原因，处置闲置土地。",
        (
            Measure(
                "先认定、后处置。“十四五”期间全市处置闲置土地4.97万亩，"
                "其中2022年处置0.99万亩，各旗区年度任务见附件5。"
                "每宗闲置土地都要有调查、认定和公示的完整材料。",
                BOTH,
                "市司法局、财政局",
                due="长期坚持。2022年12月31日前，完成本年度任务。",
            ),
            Measure(
                "一宗一策。属于政府原因的，可以重新约定动工日期、协议有偿收回；"
                "属于企业原因的，满一年的依法征缴闲置费，满二年的依法无偿收回；"
                "涉及司法查封的，与人民法院协商推进。",
                BANNERS,
                f"{CITY}、市司法局",
                supervise="市人民政府督查室",
                due="2023年6月底前完成全部一宗一策方案。",
            ),
        ),
    ),
    (
        "增减并举，保障耕地和指标。",
        (
            Measure(
                "补充耕地。“十四五”期间建设补充耕地5万亩，其中2022年1.5万亩，"
                "承担任务的旗区见附件2。",
                BOTH,
                "市农牧局、财政局、水利局",
                due="2022年12月31日前完成本年度任务。",
            ),
            Measure(
                "城乡建设用地增减挂钩。“十四五”期间完成自治区下达的3575亩拆旧复垦任务，"
                "其中2022年1000亩；各旗区建设任务见附件3。",
                BOTH,
                "市农牧局、住房和城乡建设局",
                due="2022年12月31日前完成本年度任务。",
            ),
        ),
    ),
    (
        "管住增量，提高用地效率。",
        (
            Measure(
                "以存量定增量。新增建设用地计划与各旗区上年度实际供地率、"
                "存量消化进度挂钩，进度滞后的相应核减。",
                CITY,
                "市发展和改革委员会",
                due="2022年9月底前出台办法；办法印发之日起30日内，报送配套措施。",
            ),
            Measure(
                "推行工业用地“标准地”。各开发区先定指标、后出让，"
                "2023年标准地出让占新增工业用地的30%以上，2024年50%以上，2025年起全部实行。",
                "市工业和信息化局、自然资源局，各旗区人民政府",
                "市公共资源交易中心",
                due="长期坚持。2022年底前，每个开发区至少完成1宗。",
            ),
            Measure(
                "建好台账系统。批次、地块、合同、动工和处置的记录统一入库，"
                "数字由地块逐宗相加得出，不得手工填报完成率。",
                CITY,
                "市大数据中心",
                due="2022年11月底前建成；2023年3月31日前各旗区接入。",
            ),
        ),
    ),
)


def blocks() -> Iterator[Block]:
    """The whole document in order."""
    yield Paragraph(Kind.DOC_NO, DOC_NO)
    yield Paragraph(Kind.TITLE, NOTICE_TITLE)
    yield Paragraph(Kind.RECIPIENTS, "各旗区人民政府，市直各有关部门：")
    yield _body(
        "现将《鄂尔多斯市存量建设用地清理盘活工作方案（演示）》印发给你们，请结合实际抓好落实。"
    )
    yield Paragraph(Kind.SIGNED, ISSUER)
    yield Paragraph(Kind.SIGNED, ISSUED)
    yield Paragraph(Kind.TITLE, PLAN_TITLE)
    yield _body(
        "为演示一份方案怎样变成任务、目标和每天更新的数字，编写本方案。"
        "正文为虚构，附件的目标数字引自公开文件，分项与合计因各自取整略有出入，照原样保留。"
    )
    yield Paragraph(Kind.CHAPTER, "一、总体目标")
    yield _body(
        "用四年时间，把多年积累的批而未供和闲置土地清理到位：每一亩都查得清来路，"
        "每一宗都有处置办法，每一年都完成下达的任务，到“十四五”末存量基本归零。"
    )
    yield Paragraph(Kind.CHAPTER, "二、工作原则")
    yield _body("——先存量、后增量。能用存量落地的项目，不再新增建设用地。")
    yield _body("——分类施策。批准、供应、动工、闲置各有成因，对症处理，不搞一刀切。")
    yield _body("——数字可查。上报的每个数都能打开到地块和文书，谁填报、谁负责。")
    yield Paragraph(Kind.CHAPTER, "三、工作任务")
    yield from _working_part()
    yield Paragraph(Kind.CHAPTER, "四、保障措施")
    yield Paragraph(Kind.SECTION, "（一）加强协调。")
    yield _body("建立市级会商机制，办公室设在市自然资源局，每月核对一次台账，每季度通报一次进度。")
    yield Paragraph(Kind.SECTION, "（二）落实经费。")
    yield _body("市、旗区财政安排调查、测绘、评估等必要经费，专款专用。")
    yield Paragraph(Kind.SECTION, "（三）严格核查。")
    yield _body("报送数据与地块不一致的，退回重报；弄虚作假的，依规处理。")
    yield from _list_of_annexes()
    yield from _annexes()


def _body(text: str) -> Paragraph:
    return Paragraph(Kind.BODY, text)


def _working_part() -> Iterator[Paragraph]:
    for place, (heading, measures) in enumerate(SECTIONS):
        yield Paragraph(Kind.SECTION, f"（{'一二三四五'[place]}）{heading}")
        for number, measure in enumerate(measures, start=1):
            yield _body(f"{number}.{measure.text}")
            for label, words in (
                ("责任单位", measure.lead),
                ("配合单位", measure.support),
                ("监督单位", measure.supervise),
                ("完成时限", measure.due),
            ):
                if words:
                    yield _body(f"{label}：{words}")


ANNEXES = (
    ("2", "全市“十四五”期间补充耕地建设任务分解表"),
    ("3", "全市“十四五”期间城乡建设用地增减挂钩拆旧复垦任务分解表"),
    ("4", "全市“十四五”期间批而未供土地消化目标任务分解表"),
    ("5", "全市“十四五”期间闲置土地处置目标任务分解表"),
)
"""Numbered from 2, as in the plan that the figures come from; 附件1 is its list of members."""


def _list_of_annexes() -> Iterator[Paragraph]:
    yield _body("附件：1.工作专班组成单位")
    for number, caption in ANNEXES:
        yield _body(f"{number}.{caption}")


def _annexes() -> Iterator[Block]:
    yield Paragraph(Kind.ANNEX, "附件1")
    yield Paragraph(Kind.CAPTION, "工作专班组成单位")
    yield _body("市自然资源局、发展和改革委员会、工业和信息化局、财政局、农牧局，各旗区人民政府。")
    years = [f"{year}年" for year in figures.YEARS]
    yield from _annex(
        0,
        "万亩",
        ("旗区", *(f"{year}建设任务" for year in years), "“十四五”建设任务总量"),
        figures.FARMLAND,
        "注：表中未列的旗区可结合实际自愿开展补充耕地建设。",
    )
    yield from _annex(
        1,
        "亩",
        ("旗区", "“十四五”建设任务", *(f"{year}建设任务" for year in years)),
        figures.LINKED,
        f"备注：自治区下达我市“十四五”期间建设任务{figures.DELEGATED_LINKED_MU[1]}亩，"
        "2022年建设任务1000亩。",
    )
    yield from _annex(
        2,
        "万亩",
        (
            "旗区",
            "2009—2019年审批土地批而未供面积",
            *(f"{year}消化目标" for year in years),
            "“十四五”末期剩余批而未供面积",
        ),
        _stock_rows((*figures.UNSUPPLIED, figures.UNSUPPLIED_CITY)),
        "备注：2022年目标按上级预分解数确定，其余年度按总量比例分解，待正式任务下达后更新。",
    )
    yield from _annex(
        3,
        "万亩",
        (
            "旗区",
            "目前闲置土地面积",
            *(f"{year}处置目标" for year in years),
            "“十四五”末期剩余闲置土地面积",
        ),
        _stock_rows((*figures.IDLE, figures.IDLE_CITY)),
        "备注：四个年度的处置目标分别为闲置土地总量的20%、24%、27%、29%，待正式任务下达后更新。",
    )


def _stock_rows(rows: tuple[Row, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((row.place, row.base, *row.targets, row.rest) for row in rows)


def _annex(
    place: int,
    unit: str,
    columns: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    note: str,
) -> Iterator[Block]:
    number, caption = ANNEXES[place]
    yield Paragraph(Kind.ANNEX, f"附件{number}")
    yield Paragraph(Kind.CAPTION, caption)
    yield Paragraph(Kind.UNIT, f"单位：{unit}")
    yield Table(columns, rows)
    yield _body(note)
