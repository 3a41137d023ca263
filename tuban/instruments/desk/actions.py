"""What a post does at the desk: hand in a plan, correct its reading, acknowledge, confirm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from tuban.accounts.access import require
from tuban.accounts.models import User
from tuban.accounts.records import record
from tuban.core import clock
from tuban.core.errors import DomainError
from tuban.instruments import access, deeds, jobs
from tuban.instruments.actions import PlanRefused, Replacement, make_stand
from tuban.instruments.corrected import FINDINGS, Change, Json, apply, look_up
from tuban.instruments.findings import open_findings
from tuban.instruments.models import Correction, Draft, DraftState, Instrument, Origin
from tuban.instruments.rechecks import recheck
from tuban.instruments.recording import held
from tuban.parcels.desk.actions import NotKept, clean_name
from tuban.parcels.imports import files

MAX_REASON = 300


class NotUnderReview(DomainError):
    """不在核对中: still being read, not readable, or in force already."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            f"“{draft.name}”不在核对中，没有改动。",
            code="draft.not_pending",
            kind="conflict",
            cause=f"它的状态是“{DraftState(draft.state).label}”。",
            remedy="请刷新页面查看；已生效的方案不能改读取结果，须以重新下达的方案替代。",
        )


class ChangedMeanwhile(DomainError):
    """别人先改了: somebody else saved after the page was opened.

    Attributes:
        since: Their corrections, in order.
    """

    def __init__(self, draft: Draft, since: list[Correction]) -> None:
        names = "、".join(dict.fromkeys(str(each.made_by) for each in since))
        super().__init__(
            "您打开页面之后，方案已由别人改过；您的修改没有保存。",
            code="draft.changed_meanwhile",
            kind="conflict",
            cause=f"{names or '别的岗位'}在此期间保存了 {len(since)} 处改动。",
            remedy="请看过对方的改动后再保存；您填写的内容仍保留在表单中。",
        )
        self.draft = draft
        self.since = since


class StillOpen(DomainError):
    """尚有发现未认定."""

    def __init__(self, findings: list[Any]) -> None:
        super().__init__(
            f"还有 {len(findings)} 条核对发现没有认定，方案不能生效。",
            code="draft.findings_open",
            kind="conflict",
            cause="；".join(finding["message"] for finding in findings[:3]),
            remedy="请在“核对发现”中逐条选择处理办法后再生效。",
        )


def deliver(*, actor: User, name: str, content: bytes) -> Draft:
    """Keeps a plan and has it read in the background.

    The same file handed in again while it is still being read gives the same draft.

    Raises:
        Forbidden: The post may not confirm plans.
        NotKept: The disk did not take it.
    """
    require(actor, "confirm_plan")
    label = clean_name(name)
    try:
        digest = files.keep(content)
    except OSError as error:
        raise NotKept(label) from error
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
        under_way = Draft.objects.filter(
            uploaded_by=actor, sha256=digest, state=DraftState.READING
        ).first()
        if under_way is not None:
            return under_way
        draft = Draft.objects.create(
            region_id=actor.region_code,
            name=label,
            sha256=digest,
            size=len(content),
            state=DraftState.READING,
            uploaded_by=actor,
            uploaded_at=clock.now(),
        )
        _have_read(draft)
        detail = {"字节数": draft.size, "散列": digest[:16]}
        record(actor, deeds.PLAN_UPLOADED, about=draft, subject=label, detail=detail)
    return draft


@transaction.atomic
def type_in(*, actor: User, reading: Json) -> Draft:
    """手工录入: a table that was pasted or typed, as a draft to be reviewed like any other.

    Args:
        reading: As `desk.typed.reading_of` makes it.

    Raises:
        Forbidden: The post may not confirm plans.
    """
    require(actor, "confirm_plan")
    draft = Draft.objects.create(
        region_id=actor.region_code,
        name=reading["source"]["name"],
        origin=Origin.MANUAL,
        state=DraftState.PENDING,
        done=100,
        reading=reading,
        findings=reading["findings"],
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    record(actor, deeds.PLAN_TYPED, about=draft, subject=draft.name)
    return draft


def read_again(*, actor: User, draft_id: int) -> Draft:
    """重新读取: the kept file once more, after it failed or its worker died.

    Raises:
        Forbidden, Absent: As everywhere.
        NotUnderReview: It is being read, or has been.
    """
    require(actor, "confirm_plan")
    draft = access.get_draft(actor, draft_id)
    broken = draft.state == DraftState.READING and not jobs.is_under_way(draft)
    if not draft.sha256 or not (broken or draft.state == DraftState.FAILED):
        raise NotUnderReview(draft)
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk, state=draft.state).update(
            state=DraftState.READING, message="", stage="", done=0
        )
        _have_read(draft)
        record(actor, deeds.PLAN_READ_AGAIN, about=draft, subject=draft.name)
    return draft


@transaction.atomic
def drop(*, actor: User, draft_id: int, version: int) -> Draft:
    """放弃: a plan handed in by mistake leaves the list; what was read and corrected is kept.

    Raises:
        Forbidden, Absent: As everywhere.
        NotUnderReview: It is being read, or in force.
        ChangedMeanwhile: Somebody saved since the page was opened.
    """
    require(actor, "confirm_plan")
    draft = access.get_draft(actor, draft_id, lock=True)
    if draft.state not in {DraftState.PENDING, DraftState.FAILED}:
        raise NotUnderReview(draft)
    _refuse_if_changed(draft, version)
    draft.state = DraftState.DROPPED
    draft.save(update_fields=("state",))
    record(actor, deeds.PLAN_DROPPED, about=draft, subject=draft.name)
    return draft


def corrected_reading(draft: Draft) -> Json:
    """The reading with its corrections applied."""
    assert draft.reading is not None
    return apply(draft.reading, draft.corrections.values_list("path", "new"))


def acknowledged(draft: Draft) -> dict[str, Json]:
    """Words on findings by key, the last one of each."""
    found = draft.corrections.filter(path__startswith=f"{FINDINGS}/")
    return {each.path.partition("/")[2]: each.new or {} for each in found}


@transaction.atomic
def correct(
    *, actor: User, draft_id: int, version: int, changes: Iterable[Change], reason: str = ""
) -> Draft:
    """更正: saves changes made on the given version of a draft; sums are checked anew at once.

    What is the same as it was is not recorded.

    Raises:
        Forbidden, Absent: As everywhere.
        NotUnderReview: The draft is not 待核对.
        ChangedMeanwhile: Somebody saved since that version; nothing is overwritten.
        NoSuchPlace: A path leads nowhere (a slip of the programmer, or a forged form).
    """
    require(actor, "confirm_plan")
    draft = access.get_draft(actor, draft_id, lock=True)
    if draft.state != DraftState.PENDING or draft.reading is None:
        raise NotUnderReview(draft)
    _refuse_if_changed(draft, version)
    before = corrected_reading(draft)
    words = acknowledged(draft)
    made = [
        Correction(
            draft=draft,
            version=draft.version + 1,
            path=path,
            old=_old(before, words, path),
            new=new,
            reason=reason.strip()[:MAX_REASON],
            made_by=actor,
            made_at=clock.now(),
        )
        for path, new in changes
        if _old(before, words, path) != new
    ]
    if made:
        Correction.objects.bulk_create(made)
        draft.version += 1
        draft.findings = recheck(draft.reading, corrected_reading(draft))
        draft.save(update_fields=("version", "findings"))
        detail = {
            "处": len(made),
            "位置": "、".join(each.path for each in made[:5]),
            "理由": reason.strip(),
        }
        record(actor, deeds.PLAN_CORRECTED, about=draft, subject=draft.name, detail=detail)
    return draft


@transaction.atomic
def confirm_draft(
    *, actor: User, draft_id: int, version: int, replacement: Replacement | None = None
) -> Instrument:
    """确认生效: the corrected reading comes into force.

    Raises:
        Forbidden, Absent: As everywhere.
        NotUnderReview, ChangedMeanwhile: As for `correct`.
        StillOpen: Findings wait for a word.
        PlanRefused: As for `make_stand`.
    """
    require(actor, "confirm_plan")
    draft = access.get_draft(actor, draft_id, lock=True)
    if draft.state != DraftState.PENDING or draft.reading is None:
        raise NotUnderReview(draft)
    _refuse_if_changed(draft, version)
    words = acknowledged(draft)
    waiting = open_findings(draft.findings, words)
    if waiting:
        raise StillOpen(waiting)
    reading = corrected_reading(draft)
    if not reading["header"]["title"]:
        raise PlanRefused(
            "方案没有标题，不能生效。",
            code="no_title",
            kind="invalid",
            place="表头",
            remedy="请在“表头”中补录标题。",
        )
    draft.instrument = make_stand(
        actor=actor,
        reading=reading,
        findings=draft.findings,
        decided=held(draft.findings, words),
        replacement=replacement,
        draft=draft,
    )
    draft.state = DraftState.IN_FORCE
    draft.save(update_fields=("state", "instrument"))
    return draft.instrument


def _refuse_if_changed(draft: Draft, version: int) -> None:
    if draft.version != version:
        since = draft.corrections.filter(version__gt=version)
        raise ChangedMeanwhile(draft, list(since.select_related("made_by__post__organisation")))


def _old(reading: Json, words: dict[str, Json], path: str) -> Any:
    """What stood at a path before."""
    if path.startswith(f"{FINDINGS}/"):
        return words.get(path.partition("/")[2])
    return look_up(reading, path)


def _have_read(draft: Draft) -> None:
    lock = jobs.queueing_lock(draft.pk)
    try:
        with transaction.atomic():
            jobs.read_draft.configure(queueing_lock=lock).defer(draft_id=draft.pk)
    except AlreadyEnqueued:
        return
