"""演示账号: fictional offices, one post and one account each; posts, no names."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tuban.accounts.models import Organisation, OrganisationKind, Post, Role, User
from tuban.values.places import CITY_CODE, REGIONS

PASSWORD = "Yanshi-Tuban-2024"
"""Of every account of the demonstration, for everybody to see."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demonstration."""

    username: str
    role: Role
    org: str
    kind: OrganisationKind
    post: str
    region_code: str

    def to_json(self) -> dict[str, str]:
        """As `demo-accounts --json` prints it."""
        return {
            "username": self.username,
            "password": PASSWORD,
            "role": self.role.value,
            "org": self.org,
            "region_code": self.region_code,
        }


def _city(username: str, role: Role, org: str, kind: OrganisationKind, post: str) -> Account:
    return Account(username, role, f"{org}（演示）", kind, post, CITY_CODE)


_BANNERS = {
    "150602": "dongsheng",
    "150603": "kangbashi",
    "150621": "dalate",
    "150622": "zhungeer",
    "150623": "eqianqi",
    "150624": "eqi",
    "150625": "hangjin",
    "150626": "wushen",
    "150627": "yijinhuoluo",
}

ACCOUNTS = (
    _city(
        "leader", Role.CITY_LEADER, "鄂尔多斯市人民政府", OrganisationKind.GOVERNMENT, "分管领导岗"
    ),
    _city(
        "reviewer",
        Role.CITY_REVIEWER,
        "鄂尔多斯市自然资源局",
        OrganisationKind.LAND_BUREAU,
        "利用科审核岗",
    ),
    _city(
        "drafter",
        Role.CITY_REVIEWER,
        "鄂尔多斯市自然资源局",
        OrganisationKind.LAND_BUREAU,
        "利用科经办岗",
    ),
    _city(
        "department",
        Role.DEPARTMENT,
        "鄂尔多斯市工业和信息化局",
        OrganisationKind.DEPARTMENT,
        "园区科经办岗",
    ),
    _city(
        "supervisor",
        Role.DEPARTMENT,
        "鄂尔多斯市人民政府督查室",
        OrganisationKind.SUPERVISOR,
        "督查一科经办岗",
    ),
    _city("auditor", Role.AUDITOR, "鄂尔多斯市审计局", OrganisationKind.SUPERVISOR, "资源审计岗"),
    _city(
        "sysadmin",
        Role.SYSTEM_ADMIN,
        "鄂尔多斯市自然资源信息中心",
        OrganisationKind.LAND_BUREAU,
        "系统管理岗",
    ),
    *(
        Account(
            username,
            Role.BANNER_CLERK,
            f"{REGIONS[code]}自然资源局（演示）",
            OrganisationKind.LAND_BUREAU,
            "利用股经办岗",
            code,
        )
        for code, username in _BANNERS.items()
    ),
)
"""One account of each city role, a second one of the bureau, a 监督单位, a clerk of each 旗区."""


@transaction.atomic
def create() -> None:
    """Makes organisations, posts and accounts that are not there yet."""
    password = make_password(PASSWORD)  # hashed once: hashing is slow on purpose
    for account in ACCOUNTS:
        organisation, _ = Organisation.objects.get_or_create(
            name=account.org,
            defaults={
                "code": f"demo-{account.username}",
                "kind": account.kind,
                "region_id": account.region_code,
            },
        )
        post, _ = Post.objects.get_or_create(
            organisation=organisation, title=account.post, defaults={"role": account.role}
        )
        if not User.objects.filter(username=account.username).exists():
            User.objects.create(username=account.username, password=password, post=post)


def reviewer() -> User:
    """The city's reviewer: confirms the plan, reviews facts."""
    return _of(Role.CITY_REVIEWER, CITY_CODE)


def drafter() -> User:
    """The post that drafts the city's bulletins."""
    return User.objects.get(username="drafter")


def leader() -> User:
    """The city's leader: issues bulletins."""
    return _of(Role.CITY_LEADER, CITY_CODE)


def supervisor() -> User:
    """The 监督单位 that the plan names for one task."""
    return User.objects.get(username="supervisor")


def clerk(region: str) -> User:
    """The clerk of a 旗区."""
    return _of(Role.BANNER_CLERK, region)


def _of(role: Role, region: str) -> User:
    account = next(a for a in ACCOUNTS if a.role is role and a.region_code == region)
    return User.objects.get(username=account.username)
