"""A city with a plan and a few parcels in two 旗区, for tests of bulletins."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tuban.accounts.models import Role, User
from tuban.bulletins import actions
from tuban.bulletins.models import Bulletin
from tuban.bulletins.periods import Kind
from tuban.instruments.models import Instrument, Target
from tuban.parcels.models import Parcel
from tuban.parcels.tests.cast import CITY, EJIN_HORO, make_parcel, make_user, mu
from tuban.values.area import Unit
from tuban.values.places import COUNTY_CODES

ON = date(2024, 9, 30)
BOTH = ["unsupplied", "idle"]


class Posts(NamedTuple):
    """The three posts a city's bulletin passes."""

    drafter: User
    reviewer: User
    leader: User


def make_posts() -> Posts:
    return Posts(
        make_user(Role.CITY_REVIEWER, CITY, "drafter"),
        make_user(Role.CITY_REVIEWER, CITY, "reviewer"),
        make_user(Role.CITY_LEADER, CITY, "leader"),
    )


def make_ledger(clerk: User) -> Parcel:
    """东胜区: 40.11 亩 unsupplied, 15 亩 of 25 done on 2024-09-03, 9 亩 idle; 伊金霍洛旗: 5 of 7."""
    for number, area in enumerate(("10.005", "20.005", "0.1")):
        make_parcel(clerk, no=f"YS-{number}", approved=("2012-05-01", mu(area)))
    make_parcel(
        clerk,
        no="YS-E",
        region=EJIN_HORO,
        approved=("2013-05-01", mu("7")),
        supplied=("2024-03-01", mu("5")),
    )
    make_parcel(
        clerk,
        no="YS-I",
        approved=("2012-05-01", mu("9")),
        supplied=("2013-01-01", mu("9")),
        start_agreed=("2013-01-01", {"start_on": "2014-01-01"}),
        recognised_idle=("2016-01-01", {"cause": "enterprise"}),
    )
    return make_parcel(
        clerk, no="YS-S", approved=("2012-05-01", mu("25")), supplied=("2024-09-03", mu("15"))
    )


def make_plan(actor: User, targets_mu: dict[str, str], printed_total: str = "") -> Instrument:
    """A plan whose 2024 targets of 消化 are those given, by region; 0 for the other 旗区."""
    made = Instrument.objects.create(
        region_id=CITY,
        title="演示方案",
        doc_no="演府发〔2022〕1号",
        source_name="方案.txt",
        source_sha256="0" * 64,
        text="",
        text_sha256="0" * 64,
        confirmed_by=actor,
        confirmed_at=datetime(2022, 3, 1, tzinfo=UTC),
    )
    wanted = dict.fromkeys(COUNTY_CODES, "0") | targets_mu
    for region, value in wanted.items():
        _target(made, region, "cell", value)
    _target(made, CITY, "total", printed_total or str(sum(map(Decimal, wanted.values()))))
    return made


def _target(made: Instrument, region: str, role: str, value: str) -> None:
    area = Fraction(value) * Unit.MU.m2
    Target.objects.create(
        instrument=made,
        measure_code="unsupplied_disposed",
        metric="演示",
        region_id=region,
        year=2024,
        role=role,
        value=value,
        unit="亩",
        printed=value,
        area_m2=round(Decimal(area.numerator) / area.denominator, 6),
        start=0,
        end=1,
    )


def make_draft(actor: User, *, region: str = CITY, on: date = ON, **given: object) -> Bulletin:
    """A draft in 亩 on both subjects."""
    wanted: dict[str, object] = {"kind": Kind.MONTH, "subjects": BOTH, "unit": Unit.MU, **given}
    return actions.draft(actor=actor, on=on, region_code=region, **wanted)  # type: ignore[arg-type]


def make_issued(posts: Posts, *, on: date = ON, **given: object) -> Bulletin:
    """An issued bulletin, passed through all three posts."""
    bulletin = make_draft(posts.drafter, on=on, **given)
    actions.submit(actor=posts.drafter, bulletin_id=bulletin.pk)
    actions.review(actor=posts.reviewer, bulletin_id=bulletin.pk)
    return actions.issue(actor=posts.leader, bulletin_id=bulletin.pk, prefix="演自然资通")
