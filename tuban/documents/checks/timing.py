"""时间: deadlines and target years against the date of issue, and campaigns named after their days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tuban.documents.model import Deadline, Finding, Target

_SHORT_NOTICE = timedelta(days=10)
_NAMED_DAYS = re.compile(
    r"(?P<hundred>百日|百天)|(?<!\d)(?P<days>\d{2,3})天(?=时间|攻坚|行动|会战|专项)"
)
_DAYS_ALIKE = 3
_BEFORE_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})年前")


def check_timing(
    where: str, deadlines: Iterable[Deadline], issued: date | None
) -> Iterator[Finding]:
    """Due before the document was issued, or within days of it (X8, X10)."""
    for deadline in deadlines:
        if issued is None or deadline.due is None:
            continue
        left = date.fromisoformat(deadline.due) - issued
        if left < timedelta(0):
            yield Finding(
                "due-before-issue",
                "时间",
                "warning",
                f"{where}的时限“{deadline.raw}”（{deadline.due}）早于成文日期 {issued}。",
                (deadline.span,),
                ref="X8",
            )
        elif left <= _SHORT_NOTICE:
            yield Finding(
                "short-notice",
                "时间",
                "note",
                f"{where}的时限“{deadline.raw}”距成文日期 {issued} 只有 {left.days} 天。",
                (deadline.span,),
                ref="X10",
            )


def check_past_years(targets: Sequence[Target], issued: date | None) -> Iterator[Finding]:
    """A target for the time before a year that had all but begun when the plan was issued (X9)."""
    for target in targets:
        match = _BEFORE_YEAR.match(target.period or "")
        if match and issued and date(int(match["year"]) - 1, 12, 31) <= issued:
            yield Finding(
                "target-past",
                "时间",
                "warning",
                f"“{target.name}”的期限“{match.group()}”在成文日期 {issued.isoformat()} 时已届满。",
                (target.span,),
                ref="X9",
            )


def check_named_days(
    text: str, deadlines: Sequence[Deadline], issued: date | None
) -> Iterator[Finding]:
    """A campaign called 百日 whose stages last otherwise (X7): its name sets no deadline."""
    mention = _NAMED_DAYS.search(text)
    stages = [
        (date.fromisoformat(deadline.norm[0]), date.fromisoformat(deadline.norm[1]), deadline)
        for deadline in deadlines
        if deadline.kind == "range"
        and isinstance(deadline.norm, tuple)
        and deadline.norm[0]
        and deadline.norm[1]
        and "月" in deadline.raw
    ]
    if mention is None or not stages:
        return
    named = 100 if mention["hundred"] else int(mention["days"])
    lengths = {(end - start).days for start, end, _ in stages}
    lengths |= {(end - issued).days for _, end, _ in stages if issued and end > issued}
    if any(abs(length - named) <= _DAYS_ALIKE for length in lengths):
        return
    start, end, stage = stages[0]
    since = f"，自成文之日起 {(end - issued).days} 天" if issued and end > issued else ""
    yield Finding(
        "named-days",
        "时间",
        "note",
        f"名为“{mention.group()}”，而“{stage.raw}”是 {(end - start).days} 天{since}；"
        f"自 {start} 起的第 {named} 天是 {start + timedelta(days=named - 1)}。"
        "名称不作时限，以写明的日期为准。",
        (mention.span(), stage.span),
        ref="X7",
    )
