"""通报的一生: drafted, submitted, reviewed by another post, issued with a number, perhaps void.

Each verb is one function and one transaction that holds the bulletin's row. Three posts take part:
who drafted does not review, who drafted or reviewed does not issue (岗位分离).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tuban.accounts.access import region_codes, require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.bulletins import deeds, paper
from tuban.bulletins.access import own_bulletin
from tuban.bulletins.composing import previous_of, write_body
from tuban.bulletins.freeze import take_figures
from tuban.bulletins.models import Bulletin, BulletinState, NumberSeries, Step, StepKind
from tuban.bulletins.periods import Kind, period_first
from tuban.bulletins.refusals import (
    Changed,
    DraftRefused,
    NotOpen,
    NumberRefused,
    RemarkMissing,
    SamePost,
)
from tuban.bulletins.topics import topics
from tuban.core import clock
from tuban.parcels.access import Absent
from tuban.regions.models import Level, Region
from tuban.values.area import Unit
from tuban.values.docnos import is_doc_no

MAX_REMARK = 300
DRAFTING = (StepKind.DRAFTED, StepKind.EDITED, StepKind.REFRESHED, StepKind.SUBMITTED)
_TO_CITY, _TO_COUNTY = "各旗区人民政府", "各有关单位"


@transaction.atomic
def draft(
    *,
    actor: User,
    kind: Kind,
    on: date,
    region_code: str,
    subjects: list[str],
    unit: Unit = Unit.WAN_MU,
) -> Bulletin:
    """起草: takes the figures as of the day and writes the text from them.

    Args:
        actor: The post that drafts.
        kind: 周, 旬 or 月.
        on: 截至; not after today.
        region_code: The city or a 旗区 in the post's scope.
        subjects: Keys of `tuban.bulletins.topics.TOPICS`.
        unit: Unit of every area in the text.

    Raises:
        Forbidden: The post may not draft.
        Absent: The region is not in its scope.
        DraftRefused: The day lies ahead, or no subject is chosen.
    """
    require(actor, "draft_bulletin")
    region = Region.objects.filter(code=region_code, code__in=region_codes(actor)).first()
    if region is None:
        raise Absent("个地区")
    chosen = topics(subjects)
    if not chosen:
        raise DraftRefused.no_subject()
    if on > clock.today():
        raise DraftRefused.ahead(on)
    is_city = region.level == Level.CITY
    first = period_first(kind, on)
    bulletin = Bulletin(
        region=region,
        kind=kind,
        on=on,
        first=first,
        subjects=[topic.key for topic in chosen],
        unit=unit,
        known_at=clock.now(),
        last_fact_id=0,
        title=paper.title(kind, first, on, "" if is_city else region.name, chosen),
        addressee=_TO_CITY if is_city else _TO_COUNTY,
        opening=paper.opening(on, "全市" if is_city else region.name, chosen),
        demands=paper.demands(is_city=is_city),
        signer=actor.org_name,
    )
    bulletin.save()
    _fill(bulletin)
    _step(bulletin, StepKind.DRAFTED, actor)
    return bulletin


def _fill(bulletin: Bulletin) -> None:
    """Takes the figures and writes the text anew."""
    bulletin.previous = previous_of(bulletin)
    take_figures(bulletin)
    write_body(bulletin)
    bulletin.save()


@transaction.atomic
def refresh(*, actor: User, bulletin_id: int) -> Bulletin:
    """重新取数: the figures of a draft as the record stands now; the drafter's words stay.

    Raises:
        Forbidden, Absent: As everywhere.
        NotOpen: It is no longer a draft.
    """
    bulletin = _open(actor, "draft_bulletin", bulletin_id, BulletinState.DRAFT)
    bulletin.version += 1
    _fill(bulletin)
    _step(bulletin, StepKind.REFRESHED, actor)
    return bulletin


@transaction.atomic
def edit(
    *, actor: User, bulletin_id: int, version: int, addressee: str, opening: str, demands: str
) -> Bulletin:
    """修改文字: 主送, 开头 and 工作要求 of a draft; what is written from figures is not edited.

    Raises:
        Forbidden, Absent: As everywhere.
        NotOpen: It is no longer a draft.
        Changed: Another post has edited it since the page was opened.
    """
    bulletin = _open(actor, "draft_bulletin", bulletin_id, BulletinState.DRAFT)
    if bulletin.version != version:
        raise Changed
    bulletin.version += 1
    bulletin.addressee = addressee.strip().rstrip("：:")
    bulletin.opening, bulletin.demands = opening.strip(), demands.strip()
    bulletin.save()
    _step(bulletin, StepKind.EDITED, actor)
    return bulletin


@transaction.atomic
def submit(*, actor: User, bulletin_id: int) -> Bulletin:
    """送审: the draft goes to another post.

    Raises:
        Forbidden, Absent, NotOpen: As everywhere.
    """
    bulletin = _open(actor, "draft_bulletin", bulletin_id, BulletinState.DRAFT)
    return _to(bulletin, BulletinState.SUBMITTED, StepKind.SUBMITTED, actor)


@transaction.atomic
def review(*, actor: User, bulletin_id: int, remark: str = "") -> Bulletin:
    """审核通过, by a post that did not draft it.

    Raises:
        Forbidden, Absent, NotOpen: As everywhere.
        SamePost: The post drafted it.
    """
    bulletin = _open(actor, "review_bulletin", bulletin_id, BulletinState.SUBMITTED)
    _require_another_post(bulletin, actor, "审核", DRAFTING)
    return _to(bulletin, BulletinState.REVIEWED, StepKind.REVIEWED, actor, remark)


@transaction.atomic
def hand_back(*, actor: User, bulletin_id: int, remark: str) -> Bulletin:
    """退回 to the drafter with a reason.

    By a reviewer while it waits for review, by whoever may issue it while it waits for that.

    Raises:
        Forbidden, Absent, NotOpen: As everywhere.
        RemarkMissing: No reason is given.
    """
    bulletin = own_bulletin(actor, bulletin_id, lock=True)
    waits_for_issue = bulletin.state == BulletinState.REVIEWED
    require(actor, "issue_bulletin" if waits_for_issue else "review_bulletin")
    if bulletin.state not in {BulletinState.SUBMITTED, BulletinState.REVIEWED}:
        raise NotOpen(bulletin)
    if not remark.strip():
        raise RemarkMissing("退回")
    return _to(bulletin, BulletinState.DRAFT, StepKind.RETURNED, actor, remark)


@transaction.atomic
def issue(*, actor: User, bulletin_id: int, prefix: str) -> Bulletin:
    """签发: gives the next number of the year; from then on nothing can change.

    The number is taken in the same transaction under a lock of its series, so that no number is
    given twice and none is left out.

    Args:
        actor: A post that neither drafted nor reviewed it.
        bulletin_id: A reviewed bulletin.
        prefix: 发文机关代字, which only this region's bulletins use.

    Raises:
        Forbidden, Absent, NotOpen: As everywhere.
        SamePost: The post drafted or reviewed it.
        NumberRefused: The 代字 is not of the official form, or another region uses it.
    """
    bulletin = _open(actor, "issue_bulletin", bulletin_id, BulletinState.REVIEWED)
    _require_another_post(bulletin, actor, "签发", (*DRAFTING, StepKind.REVIEWED))
    bulletin.issued_on = clock.today()
    bulletin.doc_no = _next_number(bulletin, prefix.strip(), bulletin.issued_on.year)
    return _to(bulletin, BulletinState.ISSUED, StepKind.ISSUED, actor)


@transaction.atomic
def void(*, actor: User, bulletin_id: int, remark: str) -> Bulletin:
    """作废 an issued bulletin: recorded with its reason; text, figures and number stay.

    Raises:
        Forbidden, Absent: As everywhere.
        NotOpen: It is not issued, or is void already.
        RemarkMissing: No reason is given.
    """
    bulletin = _open(actor, "issue_bulletin", bulletin_id, BulletinState.ISSUED)
    if bulletin.steps.filter(kind=StepKind.VOIDED).exists():
        raise NotOpen(bulletin)
    if not remark.strip():
        raise RemarkMissing("作废")
    _step(bulletin, StepKind.VOIDED, actor, remark)
    return bulletin


@transaction.atomic
def discard(*, actor: User, bulletin_id: int) -> None:
    """删除草稿 that was never submitted: nobody else has seen to it.

    Raises:
        Forbidden, Absent, NotOpen: As everywhere.
    """
    bulletin = _open(actor, "draft_bulletin", bulletin_id, BulletinState.DRAFT)
    if bulletin.steps.filter(kind=StepKind.SUBMITTED).exists():
        raise NotOpen(bulletin)
    record(actor, deeds.DISCARDED, about=bulletin, subject=bulletin.title)
    bulletin.delete()


def last_prefix(bulletin: Bulletin) -> str:
    """The 代字 this region's bulletins used last; empty when there was none."""
    series = NumberSeries.objects.filter(region=bulletin.region).order_by("-year", "-pk")
    return series.values_list("prefix", flat=True).first() or ""


def _open(actor: User, act: str, bulletin_id: int, state: BulletinState) -> Bulletin:
    """The bulletin, locked, if the post may do the act and it stands where the act begins."""
    require(actor, act)
    bulletin = own_bulletin(actor, bulletin_id, lock=True)
    if bulletin.state != state:
        raise NotOpen(bulletin)
    return bulletin


def _to(
    bulletin: Bulletin, state: BulletinState, kind: StepKind, actor: User, remark: str = ""
) -> Bulletin:
    bulletin.state = state
    bulletin.save()
    _step(bulletin, kind, actor, remark)
    return bulletin


def _step(bulletin: Bulletin, kind: StepKind, actor: User, remark: str = "") -> None:
    if len(remark.strip()) > MAX_REMARK:
        raise RemarkMissing("填写意见")
    Step.objects.create(
        bulletin=bulletin, kind=kind, by=actor, at=clock.now(), remark=remark.strip()
    )
    detail = {"截至": bulletin.on, "文号": bulletin.doc_no, "意见": remark.strip()}
    record(actor, deeds.OF_STEP[kind], about=bulletin, subject=bulletin.title, detail=detail)


def _require_another_post(
    bulletin: Bulletin, actor: User, act: str, done: tuple[StepKind, ...]
) -> None:
    """Refuses a post that has done any of these steps of the bulletin."""
    if bulletin.steps.filter(kind__in=done, by__post=actor.post).exists():
        raise SamePost(act)


def _next_number(bulletin: Bulletin, prefix: str, year: int) -> str:
    """发文字号: 代字〔年份〕序号号, the next of its series."""
    if not is_doc_no(f"{prefix}〔{year}〕1号"):
        raise NumberRefused.form(prefix)
    series, _ = NumberSeries.objects.select_for_update().get_or_create(
        prefix=prefix, year=year, defaults={"region": bulletin.region}
    )
    if series.region_id != bulletin.region_id:
        raise NumberRefused.taken(prefix)
    series.last += 1
    series.save()
    return f"{prefix}〔{year}〕{series.last}号"
