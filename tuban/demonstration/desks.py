"""演示待办: on 2024-09-30 something of each urgency waits for the reviewer, a department, a clerk.

Two files of the clerk of 东胜区 wait, one for answers, one for confirmation; two typed tables wait
for review; each of them has asked for an export and owes something late and something soon. Then
everybody is reminded, also by e-mail, as the daily job does.
"""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils.timezone import localtime

from tuban.accounts.models import Post, User
from tuban.core import clock
from tuban.demonstration import accounts
from tuban.inbox import actions as inbox
from tuban.inbox import digests
from tuban.inbox.jobs import enqueue
from tuban.instruments.desk.actions import type_in
from tuban.instruments.desk.typed import Source, reading_of
from tuban.parcels.exports import delivery
from tuban.parcels.exports.catalogue import OF_PARCELS
from tuban.parcels.exports.order import Order
from tuban.parcels.imports.staging import stage_upload
from tuban.supervision import arranging, reminders
from tuban.supervision.models import TaskUnit, UnitRole
from tuban.supervision.waiting import owed
from tuban.values.area import Unit
from tuban.values.places import CITY_CODE, REGIONS

ON = date(2024, 9, 30)
DEMANDS = (
    (date(2024, 9, 2), date(2024, 9, 24), "演示：报送八月进展"),
    (date(2024, 9, 27), date(2024, 10, 11), "演示：报送三季度进展"),
)
"""Added on, due on, what; 10-11 is four working days ahead."""
DONGSHENG = "150602"
MAILBOXES = {"reviewer": "liyongke", "department": "yuanquke", "dongsheng": "dongsheng-liyonggu"}
STAGED = "旗区,地块编号,地块名称,坐落,用途,批准文号,批准日期,批准面积（公顷）\n" + "".join(
    f"东胜区,YS-BB-{number:02},演示补报地块{number},演示镇,工业用地,演政土发〔2023〕{number}号,"
    f"2023-06-{number:02},{number}.5000\n"
    for number in (11, 12, 13)
)
ASKING = "单位,编号,说明,数\n东胜区,YS-CX-01,演示,1.2000\n东胜区,YS-CX-02,演示,0.8000\n"


def lay_out() -> None:
    """Puts the desks in order; the clock stands on the day shown."""
    reviewer, clerk = accounts.reviewer(), accounts.clerk(DONGSHENG)
    department = User.objects.get(username="department")
    for name, content in (("东胜区补报台账.csv", STAGED), ("东胜区查询表.csv", ASKING)):
        stage_upload(actor=clerk, source=content.encode(), name=name)
    _type_in(accounts.drafter(), CITY_CODE, REGIONS[CITY_CODE])
    _type_in(clerk, DONGSHENG, REGIONS[DONGSHENG])
    for user in (reviewer, clerk, department):
        _ask_for_export(user)
        _demand(user)
    _set_mailboxes()
    reminders.remind(ON)
    enqueue(digests.prepare(ON))


def _type_in(actor: User, code: str, place: str) -> None:
    """A table of targets as a post types it in; it waits for review."""
    source = Source(f"{place}演示分解表", None, "2024-09-25", place, code)
    rows = [["旗区", "2025年", "合计"], [REGIONS[DONGSHENG], "120", "120"]]
    type_in(actor=actor, reading=reading_of(rows, "批而未供消化目标表", "亩", "decomposed", source))


def _ask_for_export(user: User) -> None:
    order = Order(user, QueryDict("stage=idle"), ON, Unit.MU, localtime(clock.now()))
    delivery.start(OF_PARCELS["xlsx"], order)


def _demand(user: User) -> None:
    """What the user's unit owes late and soon, where nothing is yet, added by the reviewer."""
    assert user.post is not None  # the accounts of the demonstration have posts
    own = TaskUnit.objects.filter(role=UnitRole.LEAD, organisation=user.post.organisation)
    task_id = own.order_by("task").values_list("task", flat=True).first()
    for added_on, due_on, words in DEMANDS:
        is_late = due_on < ON
        days = {"lt": ON} if is_late else {"gte": ON, "lte": due_on}
        near = {f"milestone__due_on__{word}": day for word, day in days.items()}
        if task_id is None or owed(user, ON).filter(**near).exists():
            continue
        with clock.standing_on(added_on):
            arranging.add_milestone(
                actor=accounts.reviewer(),
                task_id=task_id,
                words=words,
                due_on=due_on,
                reason="演示：市局调度会要求报送进展",
            )


def _set_mailboxes() -> None:
    admin = User.objects.get(username="sysadmin")
    posts = Post.objects.filter(users__username__in=MAILBOXES).values_list("users__username", "pk")
    for username, post_id in posts:
        address = f"{MAILBOXES[username]}@yanshi.example"
        inbox.set_mailbox(actor=admin, post_id=post_id, address=address)
