"""What the road test drives on: a small plan and a small ledger of an invented place in time."""

from __future__ import annotations

from io import BytesIO
from math import cos, log, pi, radians, tan
from pathlib import Path

import pyogrio.raw
import xlsxwriter

REGIONS = (
    "东胜区",
    "康巴什区",
    "达拉特旗",
    "准格尔旗",
    "鄂托克前旗",
    "鄂托克旗",
    "杭锦旗",
    "乌审旗",
    "伊金霍洛旗",
)

_HEAD = """
演府发〔2022〕1号

鄂尔多斯市人民政府关于印发演示用地

清理工作方案的通知

各旗区人民政府：

现将演示方案印发给你们，请遵照执行。

鄂尔多斯市人民政府

2022年1月10日
鄂尔多斯市演示用地清理工作方案
为说明一份方案怎样变成台账上的数字，制定本方案。
一、工作目标
逐年减少存量。
二、工作任务
（一）清理存量。
1.消化批而未供土地。逐宗查明未供原因，能供则供。2024年消化批而未供土地30亩。
责任单位：市自然资源局，各旗区人民政府
配合单位：市财政局
完成时限：2024年12月31日前。
2.处置闲置土地。逐宗查明闲置原因，依法处置。
责任单位：各旗区人民政府
完成时限：2025年底前。
三、保障措施
（一）加强协作。各单位每月核对一次台账。
附件1
全市演示批而未供土地消化目标任务分解表
单位：亩
"""


def plan_text() -> str:
    """The plan: in 2024 东胜区 is to bring 30 亩 of 批而未供 down, the others nothing."""
    cells = ["旗区", "2009—2019年审批土地批而未供面积", "2023年\n消化目标", "2024年\n消化目标"]
    rows = [["东胜区", "90", "15", "30"], *([name, "0", "0", "0"] for name in REGIONS[1:])]
    rows.append(["全市", "90", "15", "30"])
    lines = [_HEAD.strip("\n")]
    for row in [cells, *rows]:
        lines.append("".join(f"\t{cell}\n" for cell in row))
    return "\n".join(lines) + "\n"


def ledger_file(rows: list[dict[str, object]]) -> bytes:
    """An xlsx with the template's headings and the given cells, keyed by heading."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("填报")
    for position, heading in enumerate(headings):
        sheet.write(0, position, heading)
        for line, row in enumerate(rows, start=1):
            if heading in row:
                sheet.write(line, position, row[heading])
    book.close()
    return target.getvalue()


def boundary_file(no: str) -> bytes:
    """A boundary TXT of one parcel of 45 亩, 200 by 150 metres, in 三度带 37 带 of CGCS2000."""
    north, east = 4_407_000, 37_412_000
    corners = ((200, 0), (200, 150), (0, 150), (0, 0), (200, 0))
    lines = [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=37",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        f"5,3.0000,{no},演示地块,面,,工业用地,,@",
        *(
            f"J{at % 4 + 1},1,{north + up:.3f},{east + right:.3f}"
            for at, (up, right) in enumerate(corners)
        ),
    ]
    return "\r\n".join([*lines, ""]).encode("gb18030")


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int, int]:
    """Zoom, column and row of the tile a place lies in."""
    side, angle = 2**zoom, radians(latitude)
    row = (1 - log(tan(angle) + 1 / cos(angle)) / pi) / 2 * side
    return zoom, int((longitude + 180) / 360 * side), int(row)


def stages_of(tile: bytes, file: Path) -> dict[str, str]:
    """Parcel number → stage, as another program reads the tile."""
    file.write_bytes(tile)
    meta, _, _, columns = pyogrio.raw.read(file, layer="parcels")
    fields = dict(zip(meta["fields"], columns, strict=True))
    return dict(zip(fields["no"], fields["stage"], strict=True))
