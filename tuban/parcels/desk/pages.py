"""What the desk's pages show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from django.http import QueryDict

from tuban.accounts.access import may
from tuban.accounts.models import User
from tuban.parcels import access, jobs
from tuban.parcels.desk import answers, boundaries, rows
from tuban.parcels.desk.boundaries import BoundaryPart
from tuban.parcels.desk.deliveries import Delivery, delivery_of
from tuban.parcels.desk.headings import Placed, read_as
from tuban.parcels.desk.rows import RowView
from tuban.parcels.desk.standing import RECORD, Standing, standing, standings
from tuban.parcels.imports.boundaries import BOUNDARY
from tuban.parcels.imports.factsums import KindSum, fact_sums
from tuban.parcels.imports.ledger import LEDGER
from tuban.parcels.imports.preview import Preview, preview_of
from tuban.parcels.imports.staging import Summary, summary
from tuban.parcels.imports.sums import SumLine, sums
from tuban.parcels.imports.withdraw import Blocker, blockers
from tuban.parcels.models import Batch, Outcome, Upload, UploadState
from tuban.web.paging import Pager, pager

BLOCKERS_SHOWN = 200
STEPS = ("上传", "读取", "核对", "登记")
_TAGS = {
    UploadState.READING: "blue",
    UploadState.ASKED: "warn",
    UploadState.STAGED: "warn",
    UploadState.CONFIRMING: "blue",
    UploadState.CONFIRMED: "ok",
    UploadState.FAILED: "bad",
}
_WITHOUT_ROWS = frozenset({UploadState.READING, UploadState.ASKED, UploadState.FAILED})
# Where a person has to look comes first.
_TAB_ORDER = (Outcome.ERROR, Outcome.CONFLICT, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)
_TAB_LIGHTS = {Outcome.ERROR: "red", Outcome.CONFLICT: "yellow"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One upload in the list. `counts` only while its rows wait for confirmation."""

    upload: Upload
    standing: Standing
    counts: dict[str, int] | None
    batch: Batch | None

    @property
    def word(self) -> str:
        """State in a word."""
        return state_word(self.standing, self.batch)

    @property
    def tag(self) -> str:
        """Look of the state's tag."""
        return state_tag(self.standing, self.batch)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """导入台: the uploads in scope, newest first."""

    uploads: tuple[Listed, ...]
    pager: Pager
    may_import: bool

    @property
    def groups(self) -> tuple[tuple[Listed, ...], ...]:
        """The uploads, those handed in together in one group, in the order they came in."""
        grouped = groupby(self.uploads, lambda item: item.upload.delivery or item.upload.pk)
        return tuple(tuple(sorted(group, key=lambda i: i.upload.pk)) for _, group in grouped)

    @property
    def goes_on(self) -> bool:
        """Whether any of them is at work."""
        return any(item.standing.goes_on for item in self.uploads)


@dataclass(frozen=True, slots=True)
class Tab:
    """Rows of one outcome. `light` is empty where nobody has to act."""

    key: str
    label: str
    count: int
    current: bool
    light: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps. `look` is is-done, is-on or empty."""

    number: int
    label: str
    look: str


@dataclass(frozen=True, slots=True)
class UploadPage:
    """One upload."""

    upload: Upload
    standing: Standing
    batch: Batch | None
    summary: Summary
    tabs: tuple[Tab, ...]
    rows: tuple[RowView, ...]
    pager: Pager
    tab: str
    foresight: Foresight
    sums: tuple[KindSum, ...]
    boundaries: BoundaryPart | None
    mapping: tuple[Placed, ...]
    may_act: bool
    delivery: Delivery | None
    siblings: tuple[Listed, ...]

    @property
    def may_correct(self) -> bool:
        """Whether how the file was read may still be put right."""
        return self.may_act and self.standing.may_answer and bool(answers.kinds_of(self.upload))

    @property
    def steps(self) -> tuple[Step, ...]:
        """上传 → 读取 → 核对 → 登记."""
        return steps(self.standing)

    @property
    def word(self) -> str:
        """State in a word."""
        return state_word(self.standing, self.batch)

    @property
    def tag(self) -> str:
        """Look of the state's tag."""
        return state_tag(self.standing, self.batch)

    @property
    def approved_m2(self) -> Fraction | None:
        """批准面积 a confirmation would record; None when it records none."""
        return next((item.m2 for item in self.sums if item.kind == "approved"), None)

    @property
    def withdrawn(self) -> bool:
        """Whether the batch has been withdrawn."""
        return withdrawn(self.batch)

    @property
    def may_withdraw(self) -> bool:
        """Whether the batch stands and this post may take it back."""
        standing_batch = self.batch is not None and not self.withdrawn
        return standing_batch and self.may_act and not self.standing.work

    @property
    def shows_stored(self) -> bool:
        """Whether rows of this tab have something 库内 to compare with."""
        return self.tab in {Outcome.CHANGED, Outcome.CONFLICT, rows.REMARKS}

    @property
    def shows_text(self) -> bool:
        """Whether any row in view has something to be said about."""
        return any(line.text for row in self.rows for line in row.lines)

    @property
    def is_read(self) -> bool:
        """Whether there are rows to look at."""
        return self.upload.state not in _WITHOUT_ROWS

    @property
    def asks(self) -> bool:
        """Whether the file waits for answers, and this post may give them."""
        return self.upload.state == UploadState.ASKED and self.may_act

    @property
    def errors(self) -> int:
        """Rows with errors."""
        return self.summary.counts[Outcome.ERROR]

    @property
    def conflicts(self) -> int:
        """Rows in conflict with what a person recorded."""
        return self.summary.counts[Outcome.CONFLICT]

    @property
    def has_errors(self) -> bool:
        """Whether there are rows to send back."""
        return self.summary.waiting > 0


@dataclass(frozen=True, slots=True)
class Progress:
    """进度 of one poll.

    Attributes:
        percent: 0–100 of the present stage; None while the total is not known.
        seconds_left: Of the present stage; None until two polls have been compared.
        poll: Query string of the next poll: what this one saw, to measure the speed by.
    """

    standing: Standing
    percent: int | None
    seconds_left: int | None
    poll: str


def desk_page(user: User, query: QueryDict) -> DeskPage:
    """The list the URL asks for."""
    found = access.uploads_for(user).order_by("-uploaded_at", "-pk")
    pages = pager(query, found.count())
    shown = list(found.select_related("region", "uploaded_by__post__organisation")[pages.window])
    return DeskPage(
        uploads=listed(shown),
        pager=pages,
        may_import=may(user, "import_ledger"),
    )


def listed(shown: list[Upload]) -> tuple[Listed, ...]:
    """Uploads with where they stand; a fixed number of queries."""
    stands = standings(shown)
    staged = [upload for upload in shown if upload.state == UploadState.STAGED]
    counts = rows.counts_of(staged) if staged else {}
    batches = batches_of(shown)
    return tuple(Listed(u, stands[u.pk], counts.get(u.pk), batches.get(u.pk)) for u in shown)


def batches_of(uploads: list[Upload]) -> dict[int, Batch]:
    """The batch of each confirmed upload."""
    found = Batch.objects.filter(upload__in=uploads)
    found = found.select_related("withdrawal__withdrawn_by__post", "confirmed_by__post", "region")
    return {batch.upload_id: batch for batch in found}


def upload_page(user: User, upload: Upload, query: QueryDict) -> UploadPage:
    """The upload with the rows the URL asks for."""
    stands = standing(upload)
    foreseen = foresight(upload)
    known = summary(upload)
    tabs = _tabs(upload, known, query.get("rows", ""))
    current = next(tab for tab in tabs if tab.current)
    pages = pager(query, current.count)
    found = rows.rows_of(upload, current.key)[pages.window]
    delivery = delivery_of(user, upload)
    return UploadPage(
        upload=upload,
        standing=stands,
        batch=batches_of([upload]).get(upload.pk),
        summary=known,
        tabs=tabs,
        rows=rows.views(found) if upload.ledger != BOUNDARY else (),
        pager=pages,
        tab=current.key,
        foresight=foreseen,
        sums=fact_sums(upload) if stands.may_confirm and upload.ledger != BOUNDARY else (),
        boundaries=boundaries.part(upload, found, may_confirm=stands.may_confirm),
        mapping=read_as(upload),
        may_act=may(user, "import_ledger"),
        delivery=delivery,
        siblings=listed(list(delivery.others)) if delivery else (),
    )


def _tabs(upload: Upload, known: Summary, wanted: str) -> tuple[Tab, ...]:
    """Tabs of all outcomes; without a wish, the first that holds rows."""
    counted = [(o.value, o.label, known.counts[o], _TAB_LIGHTS.get(o, "")) for o in _TAB_ORDER]
    if known.remarked:
        counted.insert(2, (rows.REMARKS, rows.REMARKS_LABEL, known.remarked, "yellow"))
    keys = [key for key, *_ in counted]
    filled = [key for key, _, count, _ in counted if count]
    current = wanted if wanted in keys else (filled or keys)[0]
    return tuple(
        Tab(key, label, count, key == current, light if count else "")
        for key, label, count, light in counted
    )


def withdrawn(batch: Batch | None) -> bool:
    """Whether the batch has been withdrawn."""
    return batch is not None and hasattr(batch, "withdrawal")


def state_word(stands: Standing, batch: Batch | None) -> str:
    """The state as people call it: 中断 and 已撤销 come before what the upload says."""
    if stands.broken:
        return f"{stands.doing}中断"
    if withdrawn(batch):
        return "已撤销"
    if stands.goes_on:
        return f"等待{stands.doing}" if stands.queued else f"{stands.doing}中"
    return stands.ended or UploadState(stands.upload.state).label


def state_tag(stands: Standing, batch: Batch | None) -> str:
    """Look of the tag beside the word."""
    if stands.broken:
        return "bad"
    if withdrawn(batch) or stands.ended:
        return ""
    return "blue" if stands.goes_on else _TAGS[UploadState(stands.upload.state)]


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """更正读法: how a file was read, to be corrected before it is confirmed."""

    upload: Upload
    standing: Standing


def answers_page(upload: Upload) -> AnswersPage:
    """The page of answers."""
    return AnswersPage(upload, standing(upload))


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """撤销批次: what would be taken back, and what is in the way.

    Attributes:
        blockers: The first of them.
        blocked: How many there are.
    """

    batch: Batch
    blockers: tuple[Blocker, ...]
    blocked: int
    parcels: int

    @property
    def of_boundaries(self) -> bool:
        """Whether boundaries would be taken back, not facts."""
        return self.batch.upload.ledger == BOUNDARY


def batch_of(user: User, upload_id: int) -> Batch:
    """The standing batch of an upload.

    Raises:
        Absent: There is none, or it lies outside the post's scope.
    """
    upload = access.get_upload(user, upload_id)
    batch = access.batches_for(user).filter(upload=upload, withdrawal=None).first()
    if batch is None:
        raise access.Absent("个登记批次")
    batch.upload = upload
    return batch


def withdrawal_page(batch: Batch) -> WithdrawalPage:
    """The page before a withdrawal."""
    touched = batch.boundaries if batch.upload.ledger == BOUNDARY else batch.entries
    parcels = touched.values("parcel").distinct().order_by().count()
    found = blockers(batch)
    return WithdrawalPage(batch, found[:BLOCKERS_SHOWN], len(found), parcels)


@dataclass(frozen=True, slots=True)
class SumsPage:
    """登记前后: stages of each 旗区 the upload changes. `preview` is None while there is none."""

    upload: Upload
    preview: Preview | None
    regions: tuple[tuple[str, tuple[SumLine, ...]], ...]


def sums_page(upload: Upload) -> SumsPage:
    """The stages before and after confirming."""
    kept = preview_of(upload)
    by_region = groupby(sums(upload), key=lambda line: line.region_name)
    return SumsPage(upload, kept, tuple((name, tuple(lines)) for name, lines in by_region))


@dataclass(frozen=True, slots=True)
class Foresight:
    """预览 of an upload on its page.

    Attributes:
        preview: None while none is kept.
        under_way: The worker is making it anew.
    """

    upload: Upload
    preview: Preview | None
    under_way: bool

    @property
    def is_past(self) -> bool:
        """Whether the upload has been confirmed: it is what was shown then."""
        return self.upload.state == UploadState.CONFIRMED

    @property
    def outdated(self) -> bool:
        """Whether it is not, or no more, what confirming would bring."""
        if self.is_past or self.upload.ledger != LEDGER:
            return False
        return self.preview is None or not self.preview.stands


def foresight(upload: Upload) -> Foresight:
    """How the upload's preview stands; whether it is being made is asked only where it has to be."""
    seen = Foresight(upload, preview_of(upload), under_way=False)
    return replace(seen, under_way=seen.outdated and jobs.is_foreseeing(upload.pk))


def steps(stands: Standing) -> tuple[Step, ...]:
    """Where the upload is among the four steps."""
    state = UploadState(stands.upload.state)
    if state is UploadState.CONFIRMED:
        at = len(STEPS)
    elif stands.work == RECORD:
        at = 3
    else:
        at = 2 if state is UploadState.STAGED else 1
    return tuple(
        Step(number + 1, label, "is-done" if number < at else "is-on" if number == at else "")
        for number, label in enumerate(STEPS)
    )


def progress(stands: Standing, query: QueryDict, now: datetime) -> Progress:
    """Progress, and the rest of the stage's time by its speed since the stage was first seen."""
    upload = stands.upload
    seconds = int(now.timestamp())
    since, done = _number(query.get("since")), _number(query.get("done"))
    if query.get("stage") != upload.stage or since is None or done is None or done > upload.done:
        since, done = seconds, upload.done
    left = None
    if upload.total and seconds > since and upload.done > done:
        left = (upload.total - upload.done) * (seconds - since) // (upload.done - done)
    seen = QueryDict(mutable=True)
    seen.update({"stage": upload.stage, "since": str(since), "done": str(done)})
    percent = min(100, 100 * upload.done // upload.total) if upload.total else None
    return Progress(stands, percent, left, seen.urlencode())


def _number(written: str | None) -> int | None:
    fine = written is not None and written.isascii() and written.isdigit()
    return int(written[:12]) if fine and written else None
