"""People and a small plan for the tests of 督办; all invented."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tuban.accounts.models import Organisation, OrganisationKind, Post, Role, User
from tuban.instruments.models import Instrument, Task
from tuban.parcels.tests.cast import CITY, DONGSHENG
from tuban.supervision.evidence import Offered, Paper
from tuban.supervision.forming import form
from tuban.supervision.models import Duty

BUREAU = "鄂尔多斯市自然资源局（演示）"
INDUSTRY = "鄂尔多斯市工业和信息化局（演示）"
OFFICE = "鄂尔多斯市督查办公室（演示）"
PAPER = Offered(paper=Paper("演自然资发〔2024〕1号", "演示机关", date(2024, 9, 1)))


def make_post(role: Role, name: str, region: str = CITY) -> User:
    """An account of a post in the organisation of that name."""
    code = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:12]
    organisation, _ = Organisation.objects.get_or_create(
        name=name,
        defaults={"code": code, "kind": OrganisationKind.DEPARTMENT, "region_id": region},
    )
    number = User.objects.count()
    post = Post.objects.create(organisation=organisation, title=f"岗{number}", role=role)
    return User.objects.create_user(f"{role}-{number}", "cast-2024-pass", post=post)


@dataclass(frozen=True)
class Posts:
    """Everybody who has a part."""

    reviewer: User
    leader: User
    department: User
    supervisor: User
    clerk: User
    auditor: User
    system: User

    @property
    def all(self) -> tuple[User, ...]:
        """Each of them."""
        return tuple(vars(self).values())


def make_posts() -> Posts:
    """One post of each role, and a 监督单位."""
    return Posts(
        reviewer=make_post(Role.CITY_REVIEWER, BUREAU),
        leader=make_post(Role.CITY_LEADER, "鄂尔多斯市人民政府（演示）"),
        department=make_post(Role.DEPARTMENT, INDUSTRY),
        supervisor=make_post(Role.DEPARTMENT, OFFICE),
        clerk=make_post(Role.BANNER_CLERK, "东胜区自然资源局（演示）", DONGSHENG),
        auditor=make_post(Role.AUDITOR, "鄂尔多斯市审计局（演示）"),
        system=make_post(Role.SYSTEM_ADMIN, "鄂尔多斯市自然资源信息中心（演示）"),
    )


def due(norm: str | None, what: str = "完成演示工作", **more: Any) -> dict[str, Any]:
    """A printed deadline as the reader gives it; `fixed` unless told otherwise."""
    start = more.pop("start", 10)
    return {
        "raw": "演示时限",
        "kind": "fixed",
        "norm": norm,
        "span": [start, start + 4],
        "what": what,
        "where": "label",
        "flags": [],
        **more,
    }


def make_task(
    by: User,
    deadlines: Sequence[dict[str, Any]],
    lead: Sequence[str] = ("市工业和信息化局",),
    *,
    support: Sequence[str] = (),
    supervise: Sequence[str] = (),
    region: str = CITY,
    targets: Sequence[dict[str, Any]] = (),
) -> Task:
    """A plan of one task in force, with its milestones."""
    count = Instrument.objects.count()
    plan = Instrument.objects.create(
        region_id=region,
        title=f"演示方案{count}",
        doc_no=f"演政发〔2024〕{count + 1}号",
        source_name="方案.txt",
        source_sha256="0" * 64,
        text="演示",
        text_sha256=f"{count:064d}",
        confirmed_by=by,
        confirmed_at=datetime(2024, 1, 10, 4, tzinfo=UTC),
    )
    task = Task.objects.create(
        instrument=plan,
        no="三(一)1",
        title="演示任务",
        text="演示任务。",
        start=0,
        end=5,
        lead=list(lead),
        support=list(support),
        supervise=list(supervise),
        deadlines=list(deadlines),
        targets=list(targets),
    )
    form(plan)
    return task


def only_duty(task: Task) -> Duty:
    """The one duty of a task that has one."""
    return Duty.objects.select_related("unit", "milestone__task").get(milestone__task=task)
