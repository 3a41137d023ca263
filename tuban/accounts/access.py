"""Who may do what, and over which regions. Pages, commands and tests read the same table."""

from __future__ import annotations

from enum import StrEnum

from tuban.accounts.models import Role, User
from tuban.core.errors import DomainError
from tuban.regions.models import Region


class Act(StrEnum):
    """What a post may do. Reading is bounded by `region_codes`, as is every other act."""

    READ = "read"
    EXPORT = "export"
    RECORD_FACT = "record_fact"
    REVIEW_FACT = "review_fact"
    IMPORT_LEDGER = "import_ledger"
    CONFIRM_PLAN = "confirm_plan"
    DRAFT_BULLETIN = "draft_bulletin"
    REVIEW_BULLETIN = "review_bulletin"
    ISSUE_BULLETIN = "issue_bulletin"
    REPORT_TASK = "report_task"
    ACCEPT_TASK = "accept_task"
    ASSIGN_TASK = "assign_task"
    READ_HISTORY = "read_history"
    READ_SECURITY = "read_security"
    MANAGE_ACCOUNTS = "manage_accounts"
    IMPORT_WORKDAYS = "import_workdays"
    IMPORT_REGIONS = "import_regions"

    @property
    def label(self) -> str:
        """The act in Chinese, as messages name it."""
        return _LABELS[self]


_LABELS = {
    Act.READ: "查看",
    Act.EXPORT: "导出",
    Act.RECORD_FACT: "登记和更正事实",
    Act.REVIEW_FACT: "复核事实",
    Act.IMPORT_LEDGER: "导入台账",
    Act.CONFIRM_PLAN: "确认方案生效",
    Act.DRAFT_BULLETIN: "起草通报",
    Act.REVIEW_BULLETIN: "审核通报",
    Act.ISSUE_BULLETIN: "签发和作废通报",
    Act.REPORT_TASK: "上报任务",
    Act.ACCEPT_TASK: "核验任务",
    Act.ASSIGN_TASK: "调整任务的节点和承办单位",
    Act.READ_HISTORY: "查看变更记录",
    Act.READ_SECURITY: "查看他人的登录与被拒记录",
    Act.MANAGE_ACCOUNTS: "管理账号",
    Act.IMPORT_WORKDAYS: "导入节假日安排",
    Act.IMPORT_REGIONS: "导入行政区界线",
}

# Who reports does not review (登记与复核分离): no role holds both record_fact and review_fact. A
# bulletin passes three posts: whoever drafted it does not review it, whoever did either does not
# issue it (`tuban.bulletins.actions`). Of a task, a role may report and accept, but never the same
# duty: whose duty it is decides (`tuban.supervision.parting`).
PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.CITY_LEADER: frozenset(
        {Act.READ, Act.EXPORT, Act.READ_HISTORY, Act.ISSUE_BULLETIN, Act.ACCEPT_TASK}
    ),
    Role.CITY_REVIEWER: frozenset(
        {
            Act.READ,
            Act.EXPORT,
            Act.REVIEW_FACT,
            Act.IMPORT_LEDGER,
            Act.CONFIRM_PLAN,
            Act.DRAFT_BULLETIN,
            Act.REVIEW_BULLETIN,
            Act.REPORT_TASK,
            Act.ACCEPT_TASK,
            Act.ASSIGN_TASK,
            Act.READ_HISTORY,
        }
    ),
    Role.BANNER_CLERK: frozenset(
        {
            Act.READ,
            Act.EXPORT,
            Act.RECORD_FACT,
            Act.IMPORT_LEDGER,
            Act.CONFIRM_PLAN,
            Act.DRAFT_BULLETIN,
            Act.REPORT_TASK,
            Act.READ_HISTORY,
        }
    ),
    Role.DEPARTMENT: frozenset({Act.READ, Act.EXPORT, Act.REPORT_TASK, Act.ACCEPT_TASK}),
    Role.AUDITOR: frozenset({Act.READ, Act.EXPORT, Act.READ_HISTORY, Act.READ_SECURITY}),
    Role.SYSTEM_ADMIN: frozenset(
        {Act.READ, Act.MANAGE_ACCOUNTS, Act.IMPORT_WORKDAYS, Act.IMPORT_REGIONS}
    ),
}


class Forbidden(DomainError):
    """无权办理: the post's role does not include the act."""

    def __init__(self, user: User, act: Act) -> None:
        self.act = act
        holders = "、".join(role.label for role in Role if act in PERMISSIONS[role])
        super().__init__(
            f"本岗位不能{act.label}。",
            code="forbidden",
            kind="forbidden",
            cause=f"本岗位的角色是“{user.role_label or '未定岗'}”，{act.label}由{holders}办理。",
            remedy="请联系上述岗位办理，或请系统管理员调整岗位的角色。",
        )


def may(user: User, act: str) -> bool:
    """Whether the post may do the act in its own scope.

    Raises:
        ValueError: There is no such act (a slip of the programmer, not of the user).
    """
    wanted = Act(act)
    return user.is_active and user.role is not None and wanted in PERMISSIONS[user.role]


def require(user: User, act: str) -> None:
    """Refuses unless the post may do the act.

    Raises:
        Forbidden: The role does not include it.
    """
    if not may(user, act):
        raise Forbidden(user, Act(act))


def region_codes(user: User) -> frozenset[str]:
    """管辖地区: the post's own region and everything below it; empty without a post.

    Read once per user object, that is once per request.
    """
    known: frozenset[str] | None = user.__dict__.get("_region_codes")
    if known is None:
        known = frozenset(region.code for region in regions_for(user))
        user.__dict__["_region_codes"] = known
    return known


def regions_for(user: User) -> list[Region]:
    """The regions of the post's scope, city first, then by code; without their boundaries.

    Read once per user object, that is once per request.
    """
    known: list[Region] | None = user.__dict__.get("_regions")
    if known is None:
        known = user.__dict__["_regions"] = _own_and_below(user.region_code)
    return list(known)


def _own_and_below(code: str | None) -> list[Region]:
    """The region and all its descendants; one query, since the table holds tens of rows."""
    below: dict[str | None, list[str]] = {}
    regions = list(Region.objects.defer("boundary").order_by("sort", "code")) if code else []
    for region in regions:
        below.setdefault(region.parent_id, []).append(region.code)
    found: set[str] = set()
    edge = [code] if code else []
    while edge:
        found.update(edge)
        edge = [child for parent in edge for child in below.get(parent, []) if child not in found]
    return [region for region in regions if region.code in found]
