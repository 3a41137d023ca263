"""全文核对: every check of one document, in the order in which a reviewer reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuban.documents.arithmetic.grid import grid_of
from tuban.documents.arithmetic.sums import check_sums
from tuban.documents.checks.amounts import check_amounts
from tuban.documents.checks.conflicts import check_targets
from tuban.documents.checks.deputies import check_deputies
from tuban.documents.checks.headers import check_header, check_layout
from tuban.documents.checks.identity import check_numbers
from tuban.documents.checks.joint import check_table
from tuban.documents.checks.ownterms import check_own_terms
from tuban.documents.checks.places import check_places
from tuban.documents.checks.rosters import check_rosters
from tuban.documents.checks.scope import check_scopes, check_surveyed
from tuban.documents.checks.stages import check_counts, check_stages, stages_of
from tuban.documents.checks.tables import check_tables
from tuban.documents.checks.tasks import check_tasks
from tuban.documents.checks.terms import check_terms
from tuban.documents.checks.text import check_text
from tuban.documents.checks.timing import check_named_days, check_past_years, check_timing
from tuban.documents.checks.units import check_conversions
from tuban.documents.counts import counts_of
from tuban.documents.layout import Layout
from tuban.documents.model import (
    Citation,
    Deadline,
    Figure,
    Finding,
    Header,
    Span,
    Table,
    Target,
    Task,
)
from tuban.documents.progress import Progress, silent, walked
from tuban.documents.scopes import scopes_of
from tuban.documents.tables import LostTable
from tuban.documents.targets import Context
from tuban.documents.verdicts import Agreement, TableCheck


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was read from one document and is now held against itself.

    Attributes:
        tables: printed tables only; `lost` those of which only the caption is left.
        figures: of the printed tables.
        deadlines: of the document as a whole; `targets` likewise.
    """

    layout: Layout
    header: Header
    context: Context
    tasks: Sequence[Task]
    tables: Sequence[Table]
    lost: Sequence[LostTable]
    figures: Sequence[Figure]
    deadlines: Sequence[Deadline]
    targets: Sequence[Target]
    citations: Sequence[Citation] = ()

    @property
    def all_targets(self) -> list[Target]:
        """Of the tasks, then of the document."""
        return [*(target for task in self.tasks for target in task.targets), *self.targets]

    @property
    def body(self) -> Span:
        """The plan's own text, without head and annexes."""
        lines, body = self.layout.lines, self.layout.body
        return (lines[body[0]].start, lines[body[-1]].end) if body else (0, 0)


def check_document(
    evidence: Evidence, progress: Progress = silent
) -> tuple[tuple[Finding, ...], tuple[Agreement, ...], tuple[TableCheck, ...]]:
    """Findings, agreements and verdicts on tables; tables are what may take a while."""
    text, tasks, issued = evidence.layout.text, evidence.tasks, evidence.context.issued
    findings: list[Finding] = [
        *check_header(evidence.header),
        *check_layout(evidence.layout),
        *check_places(
            evidence.header,
            (evidence.context.region, evidence.context.region_code),
            evidence.all_targets,
        ),
        *check_tasks(tasks, issued),
        *check_tables(evidence.tables, evidence.lost, evidence.figures),
    ]
    agreements: list[Agreement] = []
    checks: list[TableCheck] = []
    for index, table in enumerate(walked(evidence.tables, progress, "核对附表", (0.1, 0.8))):
        grid = grid_of(table)
        if grid is None:
            continue
        findings.extend(check_sums(table, grid))
        check, found, agreed = check_table(index, table, grid)
        checks.append(check)
        findings.extend(found)
        agreements.extend(agreed)
    progress("核对全文", 0.8)
    conflicts, agreed = check_targets(evidence.tables, evidence.figures, evidence.all_targets)
    findings.extend(conflicts)
    agreements.extend(agreed)
    amounts, agreed = check_amounts(evidence.all_targets)
    findings.extend(amounts)
    agreements.extend(agreed)
    findings.extend(check_scopes(scopes_of(text, evidence.body, evidence.tables)))
    findings.extend(check_surveyed(text, tasks, evidence.all_targets, evidence.tables))
    findings.extend(check_conversions(evidence.all_targets))
    counts = counts_of(tasks)
    counted, agreed = check_counts(counts)
    findings.extend(counted)
    agreements.extend(agreed)
    stages = stages_of(text, evidence.deadlines, evidence.targets)
    findings.extend(check_stages(counts, stages))
    findings.extend(check_timing("全文", evidence.deadlines, issued))
    findings.extend(check_past_years(evidence.all_targets, issued))
    findings.extend(check_named_days(text, evidence.deadlines, issued))
    findings.extend(check_rosters(evidence.layout, tasks))
    findings.extend(check_deputies(evidence.layout))
    findings.extend(check_text(evidence.layout, evidence.header))
    findings.extend(check_numbers(evidence.header, evidence.citations))
    dropped = list(check_terms(text))
    findings.extend(dropped)
    findings.extend(check_own_terms(text, [span for each in dropped for span in each.spans]))
    return tuple(findings), tuple(agreements), tuple(checks)
