"""导入节假日安排: one verb, one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.values.workdays import published
from tuban.workdays.checks import check
from tuban.workdays.deeds import NOTICE_IMPORTED
from tuban.workdays.models import MAX_REASON, HolidayNotice
from tuban.workdays.problems import NoticeUnnamed, Overtaken, ReasonMissing, WithProblems
from tuban.workdays.rows import Row

MAX_DOC_NO = 80


def import_notice(
    *,
    actor: User,
    year: int,
    doc_no: str,
    rows: Sequence[Row],
    reason: str = "",
    supersedes: int | None = None,
) -> HolidayNotice:
    """Takes a year's notice into the calendar.

    Args:
        actor: The post that answers for it.
        year: Of the notice.
        doc_no: 发文字号 of the notice.
        rows: Its days.
        reason: Why a year that is known already is replaced.
        supersedes: The imported notice of the year that the preview showed; None for none.

    Raises:
        Forbidden: The post may not import.
        WithProblems: A row is wrong.
        NoticeUnnamed: No 发文字号.
        ReasonMissing: The year is known already and no reason is given.
        Overtaken: The notice of the year has changed since the preview.
    """
    require(actor, "import_workdays")
    checked = check(rows, year, doc_no)
    if checked.problems:
        raise WithProblems(checked.problems)
    if not 0 < len(checked.notice.doc_no) <= MAX_DOC_NO:
        raise NoticeUnnamed
    reason = reason.strip()
    is_known = supersedes is not None or year in published().years
    if (is_known and not reason) or len(reason) > MAX_REASON:
        raise ReasonMissing(year)
    try:
        with transaction.atomic():
            standing = standing_notice(year)
            if (standing.pk if standing else None) != supersedes:
                raise Overtaken(year)
            notice = HolidayNotice.objects.create(
                year=year,
                doc_no=checked.notice.doc_no,
                off=sorted(checked.notice.off),
                worked=sorted(checked.notice.worked),
                imported_at=clock.now(),
                imported_by=actor,
                supersedes=standing,
                reason=reason,
            )
            detail = {"发文字号": notice.doc_no, "理由": reason}
            record(actor, NOTICE_IMPORTED, about=notice, detail=detail)
            return notice
    except IntegrityError as error:  # another post was first by a moment
        raise Overtaken(year) from error


def standing_notice(year: int) -> HolidayNotice | None:
    """The imported notice of the year that holds; None where none was imported."""
    return HolidayNotice.objects.filter(year=year, superseded_by=None).first()
