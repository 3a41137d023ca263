"""演示督办: two years of reports and decisions, and how things stand on the demonstration's day.

What was due by the end of 2023 is reported and accepted, most of it in time; a few units were late
and one never reported. What was added in September 2024 shows every state that is still open.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO

import xlsxwriter

from tuban.accounts.models import Role, User
from tuban.core import clock
from tuban.demonstration import accounts
from tuban.instruments.models import Task
from tuban.supervision import actions, arranging
from tuban.supervision.attachments import Delivered
from tuban.supervision.evidence import Offered, Paper
from tuban.supervision.forming import keep_up
from tuban.supervision.models import Duty, Milestone
from tuban.supervision.parting import may_decide
from tuban.supervision.refusals import SameUnit

NEW_YEARS = (date(2023, 1, 3), date(2024, 1, 2))
UNTIL = date(2023, 12, 31)
LATE_EVERY, NEVER_EVERY = 9, 31
_STANDARD_LAND, _LEDGER, _DELIVERY = "推行工业用地", "建好台账系统", "逐宗核对供后履约"


def play() -> None:
    """Everything up to the demonstration's day."""
    for day in NEW_YEARS:
        with clock.standing_on(day):
            keep_up()
    _past()
    _september()


def _past() -> None:
    """Reports and acceptances of what was due by the end of 2023, in the order of their days."""
    owed = Duty.objects.filter(milestone__due_on__lte=UNTIL, unit__organisation__isnull=False)
    rows = owed.select_related("unit", "milestone__task").order_by("milestone__due_on", "pk")
    deciding: dict[tuple[int, int | None], User] = {}
    for number, duty in enumerate(rows, 1):
        due_on = duty.milestone.due_on
        if number % NEVER_EVERY == 0 or due_on is None:
            continue
        late = number % LATE_EVERY == 0
        reported_on = due_on + timedelta(days=12 if late else -(number % 5) - 3)
        with clock.standing_on(reported_on):
            _report(duty, f"{duty.milestone.title}，已办结。", reported_on)
        with clock.standing_on(reported_on + timedelta(days=3)):
            key = (duty.milestone.task_id, duty.unit.organisation_id)
            if key not in deciding:
                deciding[key] = _decider(duty)
            actions.accept(actor=deciding[key], duty_id=duty.pk)


def _report(duty: Duty, words: str, dated_on: date) -> None:
    number = duty.pk % 90 + 1
    paper = Paper(f"演示发〔{dated_on.year}〕{number}号", duty.unit.name, dated_on)
    actions.report(actor=_owner(duty), duty_id=duty.pk, words=words, offered=Offered(paper=paper))


def _owner(duty: Duty) -> User:
    """A post of the unit that may report."""
    reporting = (Role.DEPARTMENT, Role.BANNER_CLERK, Role.CITY_REVIEWER)
    posts = User.objects.filter(post__organisation=duty.unit.organisation, post__role__in=reporting)
    return posts.order_by("pk").first() or accounts.drafter()


def _decider(duty: Duty) -> User:
    """Who may decide: the supervising unit, the reviewer, or the leader."""
    possible = (accounts.supervisor(), accounts.reviewer(), accounts.leader())
    return next(user for user in possible if may_decide(user, duty))


def _september() -> None:
    """Milestones the reviewer added in September, in every state that is still open."""
    with clock.standing_on(date(2024, 9, 2)):
        progress = _add(_STANDARD_LAND, "报送三季度标准地出让进展", date(2024, 10, 15))
        check = _add(_DELIVERY, "完成三季度供后履约比对", date(2024, 9, 20))
    with clock.standing_on(date(2024, 9, 18)):
        in_time = _duties(check)[:5]
        for duty in in_time:
            _report(duty, "三季度应比对的合同已逐宗比对，清单见附文。", date(2024, 9, 18))
        for duty in in_time[:3]:
            actions.accept(actor=_decider(duty), duty_id=duty.pk)
        actions.hand_back(
            actor=_decider(in_time[3]), duty_id=in_time[3].pk, words="比对清单缺合同编号，请补齐。"
        )
    with clock.standing_on(date(2024, 9, 25)):
        late = _duties(check)[5:7]
        for duty in late:
            _report(duty, "三季度比对已完成。", date(2024, 9, 25))
        actions.accept(actor=_decider(late[0]), duty_id=late[0].pk)
    with clock.standing_on(date(2024, 9, 26)):
        _progress(progress)
    with clock.standing_on(date(2024, 9, 27)):
        _support()


def _progress(milestone: Milestone) -> None:
    """Some report with a file; one unit is released; the bureau tries to accept its own report."""
    duties = _duties(milestone)
    industry = next(d for d in duties if d.unit.name == "市工业和信息化局")
    bureau = next(d for d in duties if d.unit.name == "市自然资源局")
    banners = [duty for duty in duties if duty.unit.region.parent_id]
    offered = Offered(files=[Delivered("三季度标准地出让清单.xlsx", _sheet())])
    actions.report(
        actor=_owner(industry),
        duty_id=industry.pk,
        words="各开发区控制性指标已全部公布，三季度出让的均为标准地。",
        offered=offered,
    )
    _report(bureau, "市本级三季度没有工业用地出让。", date(2024, 9, 26))
    with suppress(SameUnit):  # refused, and on the log for everybody to see
        actions.accept(actor=accounts.drafter(), duty_id=bureau.pk)
    arranging.release(
        actor=accounts.reviewer(), duty_id=banners[1].pk, reason="辖区内没有开发区，三季度不报。"
    )


def _sheet() -> bytes:
    """An invented list, as a unit would attach it."""
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet("演示")
        page.write_row(0, 0, ("开发区", "三季度出让宗数", "其中标准地"))
        page.write_row(1, 0, ("演示开发区", 2, 2))
    return made.getvalue()


def _support() -> None:
    """A supporting unit answers."""
    task = _task("有条件的尽快供应")
    unit = task.units.get(role="support", organisation__isnull=False)
    actions.respond(
        actor=User.objects.filter(post__organisation=unit.organisation).order_by("pk")[0],
        unit_id=unit.pk,
        words="已提供在谈项目用地需求清单，每月更新。",
    )


def _task(title: str) -> Task:
    return Task.objects.get(title__startswith=title)


def _add(title: str, words: str, due_on: date) -> Milestone:
    return arranging.add_milestone(
        actor=accounts.reviewer(),
        task_id=_task(title).pk,
        words=words,
        due_on=due_on,
        reason="8 月调度会议定，按季度调度。",
    )


def _duties(milestone: Milestone) -> list[Duty]:
    return list(milestone.duties.select_related("unit__region", "milestone__task").order_by("pk"))
