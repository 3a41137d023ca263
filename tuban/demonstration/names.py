"""虚构的名称: townships are real places; all that stands on them is invented and says 演示."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from types import MappingProxyType

TOWNSHIPS = MappingProxyType(
    {
        "150602": ("罕台镇", "铜川镇", "泊尔江海子镇", "巴音门克街道", "幸福街道"),
        "150603": ("哈巴格希街道", "青春山街道", "滨河街道", "康新街道"),
        "150621": ("树林召镇", "白泥井镇", "王爱召镇", "昭君镇", "恩格贝镇", "展旦召苏木"),
        "150622": ("薛家湾镇", "沙圪堵镇", "大路镇", "龙口镇", "纳日松镇", "布尔陶亥苏木"),
        "150623": ("敖勒召其镇", "上海庙镇", "城川镇", "昂素镇"),
        "150624": ("乌兰镇", "棋盘井镇", "蒙西镇", "木凯淖尔镇", "阿尔巴斯苏木"),
        "150625": ("锡尼镇", "独贵塔拉镇", "吉日嘎朗图镇", "巴拉贡镇", "伊和乌素苏木"),
        "150626": ("嘎鲁图镇", "图克镇", "乌审召镇", "无定河镇", "苏力德苏木"),
        "150627": ("阿勒腾席热镇", "乌兰木伦镇", "札萨克镇", "红庆河镇", "苏布尔嘎镇"),
    }
)

_ROADS = ("演示大道", "演示一路", "演示二路", "演示三街", "演示环路")
_SIDES = ("以东", "以南", "以西", "以北")


@dataclass(frozen=True, slots=True)
class Use:
    """规划用途 and what goes with it.

    Attributes:
        noun: What the project calls itself.
        public: Allocated (划拨) rather than granted.
        price: Lowest and highest price in 万元 per 亩; None for allocated land.
    """

    name: str
    noun: str
    public: bool = False
    price: tuple[int, int] | None = None


USES = (
    Use("工业用地", "产业园", price=(9, 21)),
    Use("物流仓储用地", "物流园", price=(10, 24)),
    Use("商业服务业用地", "商业中心", price=(45, 130)),
    Use("城镇住宅用地", "住宅小区", price=(55, 160)),
    Use("机关团体新闻出版用地", "办公用房", public=True),
    Use("教育用地", "学校", public=True),
    Use("医疗卫生用地", "卫生院", public=True),
    Use("城镇村道路用地", "道路", public=True),
    Use("供热用地", "供热站", public=True),
    Use("公园与绿地", "公园", public=True),
)
_USE_WEIGHTS = (44, 9, 10, 12, 3, 4, 3, 8, 3, 4)


def use(rng: Random) -> Use:
    """A planned use, industry most often."""
    return rng.choices(USES, _USE_WEIGHTS)[0]


def location(rng: Random, region: str) -> str:
    """坐落: a township and two sides of invented roads."""
    first, second = rng.sample(_ROADS, 2)
    sides = rng.sample(_SIDES, 2)
    return f"{rng.choice(TOWNSHIPS[region])}{first}{sides[0]}、{second}{sides[1]}"


def holder(rng: Random, chosen: Use) -> str:
    """土地使用权人: an invented firm or office."""
    if chosen.public:
        return f"演示单位{rng.randint(1, 60):02d}"
    return f"演示企业{rng.randint(1, 480):03d}"
