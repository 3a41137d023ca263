"""Small plans written for one rule each, and their findings by code."""

from __future__ import annotations

from tuban.documents import read
from tuban.documents.model import Finding, Reading

HEAD = """鄂尔多斯市示例工作方案
鄂示发〔2024〕{number}号
{issuer}
{issued}
"""

CAMPAIGN = """一、攻坚目标
利用{days}天时间推进整改。确保到2024年{stage}底前整改率达到{rate}%以上，2024年12月底前整改率达到100%以上。
二、攻坚任务
（一）关于采矿用地问题。现有{mines}个问题未完成整改。其中，东胜区30个、达拉特旗30个、准格尔旗40个。
责任单位：东胜区、达拉特旗、准格尔旗人民政府
完成时限：2024年{mines_due}底前完成整改。
（二）关于线性工程问题。现有100个问题未完成整改。其中，东胜区50个、达拉特旗26个、准格尔旗24个。
责任单位：东胜区、达拉特旗、{third}人民政府
完成时限：2024年12月底前{done}。
三、攻坚安排
（一）实施阶段（2024年{first}—{last}）：推进整改。
"""


def plan(
    body: str,
    *,
    number: str = "1",
    issuer: str = "鄂尔多斯市人民政府",
    issued: str = "2024年3月5日",
) -> Reading:
    """A plan with head and this body."""
    head = HEAD.format(number=number, issuer=issuer, issued=issued)
    return read((head + body).encode(), "plan.txt")


def campaign(**changes: str) -> Reading:
    """A campaign whose stages, classes and days fit each other unless changed."""
    words = {
        "days": "100",
        "stage": "9月",
        "rate": "50",
        "mines": "100",
        "mines_due": "9月",
        "third": "准格尔旗",
        "done": "完成整改",
        "first": "6月1日",
        "last": "9月9日",
    }
    return plan(CAMPAIGN.format(**{**words, **changes}))


def found(reading: Reading, code: str) -> list[Finding]:
    """Findings of one code."""
    return [finding for finding in reading.findings if finding.code == code]


def codes(reading: Reading) -> set[str]:
    """All codes of a reading."""
    return {finding.code for finding in reading.findings}
