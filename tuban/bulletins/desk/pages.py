"""What the pages of the bulletin desk show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.http import QueryDict

from tuban.accounts.access import may, region_codes
from tuban.accounts.models import User
from tuban.bulletins import actions
from tuban.bulletins.access import bulletins_for
from tuban.bulletins.blocks import figure_key
from tuban.bulletins.models import Bulletin, BulletinState, Figure, FigurePart, Step, StepKind
from tuban.bulletins.sheet import Sheet, sheet_of
from tuban.bulletins.since import (
    Changes,
    changes_since,
    key_of,
)
from tuban.regions.models import Level
from tuban.values.area import Unit
from tuban.web.paging import Pager, pager

_BESIDE = 12
_QUANTITY = re.compile(r"\d[\d,.]*\s*(?:万亩|亩|公顷|平方米|%|％|个?百分点)")
TAGS = {
    BulletinState.DRAFT: "",
    BulletinState.SUBMITTED: "blue",
    BulletinState.REVIEWED: "blue",
    BulletinState.ISSUED: "ok",
}


def with_void(bulletins: QuerySet[Bulletin]) -> QuerySet[Bulletin]:
    """The bulletins with `is_void`: declared void after they were issued."""
    voided = Step.objects.filter(bulletin=OuterRef("pk"), kind=StepKind.VOIDED)
    return bulletins.annotate(is_void=Exists(voided))


@dataclass(frozen=True, slots=True)
class Line:
    """A bulletin in a list."""

    bulletin: Bulletin
    is_void: bool

    @property
    def word(self) -> str:
        """Its state in words."""
        return "已作废" if self.is_void else BulletinState(self.bulletin.state).label

    @property
    def tag(self) -> str:
        """The look of the word."""
        return "bad" if self.is_void else TAGS[BulletinState(self.bulletin.state)]


@dataclass(frozen=True, slots=True)
class ListPage:
    """通报清单."""

    lines: tuple[Line, ...]
    pager: Pager
    may_draft: bool


def list_page(user: User, query: QueryDict) -> ListPage:
    """Bulletins this post may read, newest day first."""
    pages = pager(query, bulletins_for(user).count())
    return ListPage(_lines(_newest_first(user)[pages.window]), pages, may(user, "draft_bulletin"))


def listed_bulletins(user: User) -> tuple[Line, ...]:
    """All bulletins this post may read, in the order of the list."""
    return _lines(_newest_first(user))


def _newest_first(user: User) -> QuerySet[Bulletin]:
    return with_void(bulletins_for(user)).select_related("region").order_by("-on", "-pk")


def _lines(rows: QuerySet[Bulletin]) -> tuple[Line, ...]:
    return tuple(Line(row, row.is_void) for row in rows.defer("body"))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Check:
    """核对: one line of what a signer looks at; `light` as the product's lights."""

    light: str
    words: str


@dataclass(frozen=True, slots=True)
class Acts:
    """What this post may do with the bulletin as it stands."""

    edit: bool = False
    submit: bool = False
    discard: bool = False
    review: bool = False
    hand_back: bool = False
    issue: bool = False
    void: bool = False


@dataclass(frozen=True, slots=True)
class BulletinPage:
    """One bulletin: the paper, others beside it, checks, what changed, what may be done.

    Attributes:
        figures: Frozen figures by the key runs name them with.
        scope: Regions whose rows this post may open.
        prefix: 代字 proposed for the number.
        may_export: Whether this post may take the DOCX away.
    """

    bulletin: Bulletin
    sheet: Sheet
    line: Line
    beside: tuple[Line, ...]
    figures: Mapping[str, Figure]
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    changes: Changes
    acts: Acts
    unit: Unit
    scope: frozenset[str]
    prefix: str
    may_export: bool


def bulletin_page(user: User, bulletin: Bulletin) -> BulletinPage:
    """The page of one bulletin."""
    figures = list(bulletin.figures.select_related("region"))
    steps = tuple(bulletin.steps.select_related("by__post__organisation"))
    is_void = any(step.kind == StepKind.VOIDED for step in steps)
    changes = changes_since(bulletin)
    others = bulletins_for(user).filter(region=bulletin.region, kind=bulletin.kind)
    acts = _acts(user, bulletin, steps, is_void=is_void)
    return BulletinPage(
        bulletin=bulletin,
        sheet=sheet_of(bulletin),
        line=Line(bulletin, is_void),
        beside=_lines(with_void(others).select_related("region").order_by("-on", "-pk")[:_BESIDE]),
        figures={figure_key(*key_of(figure)): figure for figure in figures},
        steps=steps,
        checks=tuple(_checks(bulletin, figures, changes)),
        changes=changes,
        acts=acts,
        unit=Unit(bulletin.unit),
        scope=region_codes(user),
        prefix=actions.last_prefix(bulletin) if acts.issue else "",
        may_export=may(user, "export"),
    )


def _acts(user: User, bulletin: Bulletin, steps: tuple[Step, ...], *, is_void: bool) -> Acts:
    if bulletin.region_id not in region_codes(user):
        return Acts()
    state = bulletin.state
    drafts, reviews, issues = (
        may(user, act) for act in ("draft_bulletin", "review_bulletin", "issue_bulletin")
    )
    had_part = {step.kind for step in steps if step.by.post_id == user.post_id}
    drafted = bool(had_part & set(actions.DRAFTING))
    seen = any(step.kind == StepKind.SUBMITTED for step in steps)
    is_draft, waits, is_reviewed = (
        state == wanted
        for wanted in (BulletinState.DRAFT, BulletinState.SUBMITTED, BulletinState.REVIEWED)
    )
    return Acts(
        edit=drafts and is_draft,
        submit=drafts and is_draft,
        discard=drafts and is_draft and not seen,
        review=reviews and waits and not drafted,
        hand_back=(reviews and waits) or (issues and is_reviewed),
        issue=issues and is_reviewed and not drafted and StepKind.REVIEWED not in had_part,
        void=issues and state == BulletinState.ISSUED and not is_void,
    )


def _checks(bulletin: Bulletin, figures: list[Figure], changes: Changes) -> list[Check]:
    """What a signer looks at before the paper goes out."""
    checks = [_adds_up(bulletin, figures)]
    if changes.figures:
        words = f"按今天的登记重算，有 {len(changes.figures)} 个数字不同"
        checks.append(Check("yellow", words))
    else:
        checks.append(Check("green", "按今天的登记重算，全部一致"))
    written = written_quantities(bulletin)
    if written:
        words = f"起草文字写有 {'、'.join(written)}，不是冻结数，请逐个核对"
        checks.append(Check("yellow", words))
    else:
        checks.append(Check("green", "起草文字里没有手写的面积和比例"))
    if any(figure.provisional for figure in figures):
        checks.append(Check("yellow", "年度目标有暂行数"))
    if any(not item["verified"] for item in bulletin.definitions.values()):
        checks.append(Check("yellow", "有口径待核实，已写入说明"))
    if any(f.yellow_points is not None and f.yellow_is_default for f in figures):
        checks.append(Check("blue", "亮灯幅度为系统默认，已写入说明"))
    return checks


def _adds_up(bulletin: Bulletin, figures: list[Figure]) -> Check:
    """Every figure beside the sum of its parts, added up anew."""
    sums: dict[int, Decimal] = dict(
        FigurePart.objects.filter(figure__bulletin=bulletin)
        .values_list("figure_id")
        .annotate(Sum("m2"))
        .order_by()
    )
    counties = [figure for figure in figures if figure.region.level != Level.CITY]
    wrong = [figure for figure in counties if figure.m2 != sums.get(figure.pk, 0)]
    if wrong:
        return Check("red", f"{len(wrong)} 个数字与明细合计不符，请重新取数")
    parts = sum(figure.parts_count for figure in counties)
    return Check("green", f"{len(figures)} 个数字与 {parts} 项明细的合计一致")


def written_quantities(bulletin: Bulletin) -> tuple[str, ...]:
    """Areas and shares typed by hand into 开头 and 工作要求: they are tied to no figure."""
    text = f"{bulletin.opening}\n{bulletin.demands}"
    return tuple(dict.fromkeys(_QUANTITY.findall(text)))
