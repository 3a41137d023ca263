"""批次、地块、事实、阶段, and the upload desk's rows.

Facts are what people record; phases are what the law makes of them. No status is stored that a
person could type: `ParcelPhase` is derived and rebuilt with every change of facts.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex

from tuban.core.append_only import append_only
from tuban.law.facts import FactKind
from tuban.law.timeline import Stage
from tuban.parcels.search import COLUMNS, Grams
from tuban.parcels.sorting import AREA_DOWN, AREA_UP, NEXT_DOWN, NEXT_UP


def area_field(label: str, **options: object) -> models.DecimalField:
    """Column for an area in m², numeric(20,6); None means unknown, never zero."""
    return models.DecimalField(label, max_digits=20, decimal_places=6, **options)  # type: ignore[arg-type]


class Approval(models.Model):
    """批文/批次: one approval of new construction land by the State Council or the province.

    Attributes:
        area_m2: Approved area of the document in m²; None when the ledger does not give it.
        area_printed: `{"value": "12.3456", "unit": "ha"}` as printed; None likewise.
    """

    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="旗区")
    doc_no = models.CharField("批准文号", max_length=80)
    authority = models.CharField("批准机关", max_length=80, blank=True)
    approved_on = models.DateField("批准日期", null=True)
    name = models.CharField("批次名称", max_length=200, blank=True)
    area_m2 = area_field("批准面积（平方米）", null=True, blank=True)
    area_printed = models.JSONField("载明批准面积", null=True, blank=True)

    class Meta:
        verbose_name = "批次"
        constraints = (
            models.UniqueConstraint(
                fields=("region", "doc_no", "name"),
                name="approval_once_per_region",
                violation_error_message="该旗区已有同文号、同名称的批次。",
            ),
        )

    def __str__(self) -> str:
        return self.doc_no


class Parcel(models.Model):
    """地块: what facts are recorded about, keyed by (region, parcel_no).

    Attributes:
        geometry: 地块范围, EPSG:4490, degrees, optional: a ledger row may have none yet.
        holder_uscc: 土地使用权人的统一社会信用代码 (GB 32100-2015), its check digit in order.
        approval: At most one; None for ledgers that name none (闲置台账).
    """

    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="旗区")
    parcel_no = models.CharField("地块编号", max_length=60)
    name = models.CharField("地块名称", max_length=200, blank=True)
    location = models.CharField("坐落", max_length=300, blank=True)
    use = models.CharField("规划用途", max_length=60, blank=True)
    holder = models.CharField("土地使用权人", max_length=200, blank=True)
    holder_uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    permit_no = models.CharField("施工许可证号", max_length=80, blank=True)
    approval = models.ForeignKey(
        Approval, models.PROTECT, null=True, blank=True, related_name="parcels", verbose_name="批次"
    )
    geometry = models.MultiPolygonField("范围", srid=4490, null=True, blank=True)
    created_at = models.DateTimeField("建档时间")

    class Meta:
        verbose_name = "地块"
        constraints = (
            models.UniqueConstraint(
                fields=("region", "parcel_no"),
                name="parcel_no_once_per_region",
                violation_error_message="该旗区已有同编号的地块。",
            ),
        )
        indexes = (GinIndex(Grams(*COLUMNS), name="parcel_grams"),)

    def __str__(self) -> str:
        return self.parcel_no


class UploadState(models.TextChoices):
    """上传件状态."""

    READING = "reading", "读取中"
    ASKED = "asked", "待答复"
    STAGED = "staged", "待确认"
    CONFIRMING = "confirming", "登记中"
    CONFIRMED = "confirmed", "已登记"
    FAILED = "failed", "未能读取"


class Upload(models.Model):
    """上传件: one delivered file, its hash and how far it has come.

    `stage`, `done` and `total` are progress, written over a second connection.

    Attributes:
        ledger: 台账 code of `imports.ledger`, or `boundary` for 界址点 files.
        delivery: The same for files handed in together; empty for a file that came alone.
        choices: What the sender has answered for reading: columns, zone, axes.
        offers: What a person has to answer before the file can be read (待答复).
        foreseen: 预览 sums as made by the worker, with the mark of the record they hold for.
    """

    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件散列", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    ledger = models.CharField("台账", max_length=40)
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="上报范围")
    state = models.CharField("状态", max_length=12, choices=UploadState.choices)
    message = models.TextField("说明", blank=True)
    mapping = models.JSONField("表头对照", default=dict)
    notes = models.JSONField("核对说明", default=list)
    delivery = models.CharField("同批上传", max_length=32, blank=True, db_index=True)
    choices = models.JSONField("上传岗位的答复", default=dict)
    offers = models.JSONField("待答复", default=list)
    foreseen = models.JSONField("预览", null=True)
    stage = models.CharField("进行到", max_length=40, blank=True)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传岗位"
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "上传件"


class Outcome(models.TextChoices):
    """导入结果 of a staged row."""

    NEW = "new", "新增"
    CHANGED = "changed", "修改"
    SAME = "same", "不变"
    CONFLICT = "conflict", "冲突"
    ERROR = "error", "错误"


class StagedRow(models.Model):
    """暂存行: one row of an upload as read, as understood, and what would become of it."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    row_no = models.PositiveIntegerField("行号")
    region = models.ForeignKey("regions.Region", models.PROTECT, null=True, verbose_name="旗区")
    parcel_no = models.CharField("地块编号", max_length=60, blank=True)
    raw = models.JSONField("原样")
    parsed = models.JSONField("解析", null=True)
    errors = models.JSONField("问题", default=list)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    taken = models.BooleanField("已登记", default=False)

    class Meta:
        verbose_name = "暂存行"
        constraints = (
            models.UniqueConstraint(fields=("upload", "row_no"), name="staged_row_once"),
        )
        # Which files ever spoke of a parcel.
        indexes = (models.Index(fields=("parcel_no",), name="staged_row_parcel"),)


class Batch(models.Model):
    """登记批次: what one confirmed upload added. `no` is 旗区码-日期-序."""

    no = models.CharField("批次号", max_length=30, unique=True)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="batches")
    region = models.ForeignKey("regions.Region", models.PROTECT, verbose_name="范围")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认岗位"
    )
    confirmed_at = models.DateTimeField("确认时间")
    rows = models.PositiveIntegerField("登记行数")
    facts = models.PositiveIntegerField("登记事实数")

    class Meta:
        verbose_name = "登记批次"

    def __str__(self) -> str:
        return self.no


class BatchWithdrawal(models.Model):
    """批次撤销: the batch's facts count no more; nothing is deleted."""

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="withdrawal")
    reason = models.CharField("理由", max_length=300)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    withdrawn_at = models.DateTimeField("撤销时间")

    class Meta:
        verbose_name = "批次撤销"


class HeadingChoice(models.Model):
    """表头记忆: how an organisation's posts once mapped a heading of a ledger, for its next file.

    Attributes:
        heading: As `imports.words.normalise` gives it, both rows joined.
        key: Field of the ledger, or empty: not recorded.
        unit: Chosen for a file that named none; empty when none was chosen.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", verbose_name="上报单位"
    )
    ledger = models.CharField("台账", max_length=40)
    heading = models.CharField("表头", max_length=120)
    key = models.CharField("字段", max_length=40, blank=True)
    unit = models.CharField("单位", max_length=10, blank=True)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField("选定时间")

    class Meta:
        verbose_name = "表头记忆"
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "ledger", "heading"), name="heading_chosen_once"
            ),
        )


class Boundary(models.Model):
    """界址: a parcel's boundary as one file gave it. Append-only, like facts.

    The parcel's boundary is the one with the largest id whose batch has not been withdrawn;
    `Parcel.geometry` repeats it for maps.

    Attributes:
        geometry: EPSG:4490, degrees, transformed from `epsg`.
        epsg: CRS the file's coordinates are in.
        decimals: Most decimals printed for a coordinate.
        labels: 界址点号, one list a ring in the order of the geometry's rings.
        printed: The parcel's own line of the file, by slot, as printed.
        declared_m2: 地块面积 the file states; None when it states none.
        ellipsoidal_m2: 椭球面积 computed from the coordinates (data-standards 3.1).
        planar_m2: 平面面积 in the plane of `epsg`; None for degrees.
        place: File and line it came from.
    """

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="boundaries")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="boundaries")
    geometry = models.MultiPolygonField("范围", srid=4490, spatial_index=False)
    epsg = models.PositiveIntegerField("来件坐标系")
    decimals = models.PositiveSmallIntegerField("坐标小数位")
    labels = models.JSONField("界址点号", default=list)
    printed = models.JSONField("地块行", default=dict)
    declared_m2 = area_field("载明面积（平方米）", null=True)
    ellipsoidal_m2 = area_field("椭球面积（平方米）")
    planar_m2 = area_field("平面面积（平方米）", null=True)
    place = models.CharField("来源", max_length=300)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记岗位"
    )

    class Meta:
        verbose_name = "界址"
        triggers = append_only("boundary_", "界址")


class ExportState(models.TextChoices):
    """导出件状态."""

    WAITING = "waiting", "等待生成"
    MAKING = "making", "生成中"
    READY = "ready", "可下载"
    FAILED = "failed", "未生成"


class Export(models.Model):
    """导出件: a file made in the background for one post, kept for a day outside the web root.

    Attributes:
        kind: Code of `exports.order.KINDS`.
        query: Address of the list it was asked for from, without as-of day and unit.
        post: The only post that may fetch it; a post moved elsewhere keeps its files.
        seen_at: Last sign of life of the worker.
        name: What the finished file is called; empty until then.
        fetched_at: 首次下载; None while it waits for its post.
    """

    kind = models.CharField("种类", max_length=40)
    query = models.TextField("条件", blank=True)
    on = models.DateField("截至")
    unit = models.CharField("面积单位", max_length=6)
    post = models.ForeignKey(
        "accounts.Post", models.PROTECT, related_name="+", verbose_name="导出岗位"
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("要求时间", db_index=True)
    state = models.CharField("状态", max_length=8, choices=ExportState.choices)
    stage = models.CharField("进行到", max_length=40, blank=True)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    seen_at = models.DateTimeField("最近进展", null=True)
    name = models.CharField("文件名", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    message = models.TextField("说明", blank=True)
    fetched_at = models.DateTimeField("首次下载", null=True)

    class Meta:
        verbose_name = "导出件"


class Precision(models.TextChoices):
    """日期精度: month and year count as their last day and are flagged."""

    DAY = "day", "日"
    MONTH = "month", "月"
    YEAR = "year", "年"


class Fact(models.Model):
    """事实: what was true `on` a day, and when and by which post it was recorded.

    Append-only in the database. A correction is a new fact that supersedes the old one, one to
    one, on the same parcel.

    Attributes:
        on: 发生日, a legal date in Asia/Shanghai; month and year precision hold the last day.
        payload: Typed in `tuban.law.facts`.
        area_m2: The payload's area in m² where it has one, for sums; the printed area is truth.
        recorded_at: 登记时间, UTC.
    """

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="facts")
    kind = models.CharField("事实", max_length=20, choices=[(k.value, k.label) for k in FactKind])
    on = models.DateField("发生日")
    on_precision = models.CharField(
        "日期精度", max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    payload = models.JSONField("内容", default=dict)
    area_m2 = area_field("面积（平方米）", null=True)
    paper_no = models.CharField("文书号", max_length=80, blank=True)
    paper_on = models.DateField("文书日期", null=True, blank=True)
    paper_issuer = models.CharField("出具单位", max_length=80, blank=True)
    evidence = models.CharField("证据", max_length=300, blank=True)
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="登记批次",
    )
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记岗位"
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name="更正",
    )
    reason = models.CharField("更正理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "事实"
        indexes = (models.Index(fields=("parcel", "on"), name="fact_parcel_on"),)
        triggers = (
            *append_only("", "事实"),
            pgtrigger.Trigger(
                name="same_parcel",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__supersedes__isnull=False),
                func=(
                    "IF (SELECT parcel_id FROM parcels_fact WHERE id = NEW.supersedes_id)"
                    " IS DISTINCT FROM NEW.parcel_id THEN"
                    " RAISE EXCEPTION '更正须针对同一地块'; END IF; RETURN NEW;"
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class FactReview(models.Model):
    """复核: another post has compared the fact with its paper."""

    fact = models.OneToOneField(Fact, models.PROTECT, related_name="review")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField("复核时间")

    class Meta:
        verbose_name = "复核"


class ParcelPhase(models.Model):
    """阶段: one period of a parcel's timeline, derived by `tuban.law.timeline`.

    Half-open [starts_on, ends_on), null = open. Rebuilt in the transaction that records a fact;
    gap and overlap are excluded by construction and proved by `tuban rebuild-phases --check`.

    Attributes:
        starts_on: First day of the period; a change of areas, marks or grounds begins a new one.
        stage_since: 阶段起: first day of the first of the periods of the same stage in a row.
        projected: The period begins because time passed, not because a fact was recorded.
        unsupplied_disposed_m2: 批而未供 area that left the stock on `starts_on`.
        idle_disposed_m2: Recognised idle area that left the stock on `starts_on`.
        approved_on: Date of the approval, for measures scoped by approval year.
        unreviewed: 未复核: some fact its grounds cite has not been reviewed yet.
    """

    # No index of its own: `phase_once_a_day` begins with the parcel, `phase_as_of` with the region.
    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="phases", db_index=False)
    region = models.ForeignKey("regions.Region", models.PROTECT, db_index=False)
    starts_on = models.DateField("时段起")
    ends_on = models.DateField("时段止", null=True)
    stage_since = models.DateField("阶段起")
    stage = models.CharField("阶段", max_length=16, choices=[(s.value, s.label) for s in Stage])
    projected = models.BooleanField("随时间届至")
    verified = models.BooleanField("依据已核实")
    flags = models.JSONField("标记", default=list)
    missing = models.JSONField("缺少", default=list)
    approved_m2 = area_field("批准面积", null=True)
    supplied_m2 = area_field("已供面积", null=True)
    withdrawn_m2 = area_field("撤回面积", null=True)
    unsupplied_m2 = area_field("未供面积", null=True)
    idle_m2 = area_field("闲置面积", null=True)
    unsupplied_disposed_m2 = area_field("当日消化批而未供", default=0)
    idle_disposed_m2 = area_field("当日处置闲置", default=0)
    approved_on = models.DateField("批准日期", null=True)
    cause = models.CharField("闲置原因", max_length=20, blank=True)
    grounds = models.JSONField("依据", default=list)
    unreviewed = models.BooleanField("未复核", default=False)
    next_on = models.DateField("下一时限", null=True)
    next_kind = models.CharField("时限类别", max_length=24, blank=True)
    law_version = models.CharField("规则版本", max_length=20)

    class Meta:
        verbose_name = "阶段"
        constraints = (
            models.UniqueConstraint(fields=("parcel", "starts_on"), name="phase_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gt=models.F("starts_on")),
                name="phase_not_empty",
            ),
        )
        indexes = (
            # The list as of a day: everything its filters and sums ask for, without the rows.
            models.Index(
                fields=("region", "stage", "starts_on"),
                include=(
                    "ends_on",
                    "parcel",
                    "approved_on",
                    "approved_m2",
                    "supplied_m2",
                    "unsupplied_m2",
                    "idle_m2",
                ),
                name="phase_as_of",
            ),
            models.Index(
                fields=("starts_on", "region"),
                include=("approved_on", "unsupplied_disposed_m2"),
                condition=models.Q(unsupplied_disposed_m2__gt=0),
                name="phase_unsupplied_flow",
            ),
            models.Index(
                fields=("starts_on", "region"),
                include=("idle_disposed_m2",),
                condition=models.Q(idle_disposed_m2__gt=0),
                name="phase_idle_flow",
            ),
            models.Index(
                fields=("next_on", "region"),
                include=("starts_on", "ends_on", "stage", "next_kind"),
                condition=models.Q(next_on__isnull=False),
                name="phase_next",
            ),
            # The list in another order than by number (`sorting`).
            models.Index(AREA_UP, "parcel", name="phase_area_up"),
            models.Index(AREA_DOWN, "parcel", name="phase_area_down"),
            models.Index(fields=("stage_since", "parcel"), name="phase_since"),
            models.Index(NEXT_UP, "parcel", name="phase_next_up"),
            models.Index(NEXT_DOWN, "parcel", name="phase_next_down"),
        )


class RecordMark(models.Model):
    """台账版次: drawn anew by every transaction that changes phases of a region.

    Whatever is remembered of the record is kept under the marks it was read under
    (`queries.record_mark`). A mark is visible exactly when the change is, whatever the order in
    which transactions commit, and none is ever drawn twice.
    """

    region = models.OneToOneField("regions.Region", models.CASCADE, primary_key=True)
    mark = models.UUIDField("版次")

    class Meta:
        verbose_name = "台账版次"


class RebuildSlice(models.Model):
    """重建分段: parcels `first` to `last` of a run of `rebuilding` that is not finished yet.

    Attributes:
        law_version: Rules under which the run was begun; a run under others begins anew.
    """

    first = models.BigIntegerField("起")
    last = models.BigIntegerField("止")
    parcels = models.PositiveIntegerField("宗数")
    law_version = models.CharField("规则版本", max_length=20)
    done = models.BooleanField("已完成")

    class Meta:
        verbose_name = "重建分段"
