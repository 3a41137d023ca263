"""登记: a reading as rows, instrument, clauses, tasks and targets. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tuban.documents.notes import IN_NOTE
from tuban.instruments.binding import bind, is_provisional, layer_of
from tuban.instruments.corrected import standing
from tuban.instruments.findings import ASKED, BINDS, is_between_figures, key_of
from tuban.instruments.models import Clause, Instrument, Layer, Target, TargetRole, Task
from tuban.regions.models import Region
from tuban.values.area import Area, Unit, m2_decimal

Span = tuple[int, int]
_PRINTED = 40  # characters of the printed words that are kept beside a value


@dataclass(frozen=True, slots=True)
class Held:
    """What reviewers decided about figures that contradict one another, by span.

    Attributes:
        set_aside: Another figure was held to bind.
        unanswered: The issuer has been asked.
    """

    set_aside: frozenset[Span] = frozenset()
    unanswered: frozenset[Span] = frozenset()

    def binding(self, span: Span) -> bool | None:
        """As `Target.binding`."""
        if span in self.set_aside:
            return False
        return None if span in self.unanswered else True


def held(findings: list[Mapping[str, Any]], words: Mapping[str, Mapping[str, Any]]) -> Held:
    """The decisions on conflicting figures; `words` are acknowledgements by finding key."""
    aside: set[Span] = set()
    unanswered: set[Span] = set()
    for finding in findings:
        word = words.get(key_of(finding))
        if word is None or not is_between_figures(finding):
            continue
        spans = {(span[0], span[1]) for span in finding["spans"]}
        if word["choice"] == BINDS:
            aside |= spans - {tuple(word["span"])}
        elif word["choice"] == ASKED:
            unanswered |= spans
    return Held(frozenset(aside), frozenset(unanswered))


def write_rows(instrument: Instrument, reading: Mapping[str, Any], decided: Held) -> None:
    """Clauses, tasks and targets of an instrument; what was struck out is left out."""
    Clause.objects.bulk_create(_clause(instrument, item) for item in reading["clauses"])
    Task.objects.bulk_create(_task(instrument, item) for item in standing(reading["tasks"]))
    regions = {region.code: region for region in Region.objects.defer("boundary")}
    Target.objects.bulk_create(
        [
            *_table_targets(instrument, reading, regions, decided),
            *_body_targets(instrument, reading, regions, decided),
        ]
    )


def _clause(instrument: Instrument, item: Mapping[str, Any]) -> Clause:
    return Clause(
        instrument=instrument,
        key=item["id"],
        no=item["no"] or "",
        level=item["level"],
        title=item["title"][:300],
        parent_key=item["parent"] or "",
        start=item["span"][0],
        end=item["span"][1],
    )


def _task(instrument: Instrument, item: Mapping[str, Any]) -> Task:
    return Task(
        instrument=instrument,
        no=item["no"],
        title=item["title"][:300],
        text=item["text"],
        start=item["span"][0],
        end=item["span"][1],
        lead=item["lead"],
        support=item["support"],
        supervise=item["supervise"],
        deadlines=standing(item["deadlines"]),
        targets=standing(item["targets"]),
        corrected=_is_corrected(item),
    )


def _is_corrected(item: Any) -> bool:
    """Whether a reviewer touched the item or any part of it."""
    if isinstance(item, Mapping):
        return bool(item.get("corrected")) or any(map(_is_corrected, item.values()))
    return isinstance(item, list) and any(map(_is_corrected, item))


def _table_targets(
    instrument: Instrument,
    reading: Mapping[str, Any],
    regions: Mapping[str, Region],
    decided: Held,
) -> Iterator[Target]:
    for item in reading["figures"]:
        table = reading["tables"][item["table"]]
        region = regions.get(item["region_code"])
        if region is None or table.get("struck"):
            continue
        yield _target(
            instrument,
            {**item, "name": item["metric"]},
            region,
            role=item["role"],
            layer=Layer(table.get("layer", Layer.DECOMPOSED)),
            provisional=is_provisional(table["notes"]),
            binding=decided.binding((item["span"][0], item["span"][1])),
        )


def _body_targets(
    instrument: Instrument,
    reading: Mapping[str, Any],
    regions: Mapping[str, Region],
    decided: Held,
) -> Iterator[Target]:
    """Areas that the text itself prints; other quantities stay with their tasks."""
    printed = [target for task in standing(reading["tasks"]) for target in task["targets"]]
    for item in standing([*printed, *reading["document_targets"]]):
        region = regions.get(item["region_code"])
        if region is None or _area_unit(item["unit"]) is None:
            continue
        start, end = item["span"]
        yield _target(
            instrument,
            {
                **item,
                "period": item["year"] or item["period"],
                "printed": item["raw"],
                "decimals": len(item["value"].partition(".")[2]),
            },
            region,
            role=TargetRole.NOTE if IN_NOTE in item["flags"] else TargetRole.BODY,
            layer=layer_of(reading["text"], start),
            provisional=False,
            binding=decided.binding((start, end)),
        )


def _target(
    instrument: Instrument,
    item: Mapping[str, Any],
    region: Region,
    *,
    role: str,
    layer: Layer,
    provisional: bool,
    binding: bool | None,
) -> Target:
    bound = bind(item["name"], item["period"] or "", role)
    value = None if item["value"] is None else Decimal(item["value"])
    unit = _area_unit(item["unit"])
    return Target(
        instrument=instrument,
        measure_code=bound.measure_code,
        metric=item["name"][:200],
        region=region,
        period=item["period"] or "",
        year=bound.year,
        role=role,
        value=value,
        unit=unit.label if unit else item["unit"] or "",
        printed=(item["printed"] or "")[:_PRINTED],
        decimals=item["decimals"] or 0,
        area_m2=None if value is None or unit is None else m2_decimal(Area(value, unit).m2),
        start=item["span"][0],
        end=item["span"][1],
        layer=layer,
        provisional=provisional,
        corrected=_is_corrected(item),
        binding=binding,
    )


def _area_unit(words: str | None) -> Unit | None:
    return next((unit for unit in Unit if words in {unit.label, unit.value}), None)


def day_of(header: Mapping[str, Any]) -> date | None:
    """成文日期, where one was read."""
    return date.fromisoformat(header["date"]) if header["date"] else None
