"""The timeline as a drawing: everything in its place, nothing known drawn dashed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from tuban.law.facts import FactKind, payload_from_json
from tuban.law.model import Fact as LawFact
from tuban.law.timeline import timeline
from tuban.parcels.band import LEFT, LEVELS, RIGHT, Band, Scale, draw
from tuban.parcels.models import Fact, Parcel
from tuban.parcels.queries import FactLine, ParcelRecord

TODAY = date(2024, 9, 30)
MU = {"area": {"value": "45", "unit": "mu"}}
STORY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("approved", "2019-06-18", MU),
    ("supplied", "2021-09-10", MU),
    ("start_agreed", "2021-09-10", {"start_on": "2022-09-30"}),
    (
        "excluded",
        "2022-11-01",
        {"to": "2023-01-31", "cause": "government", "confirmed": True},
    ),
    ("recognised_idle", "2024-03-28", {"cause": "enterprise"}),
)


def record(
    story: tuple[tuple[str, str, dict[str, Any]], ...], *, known: str = "", batch: int | None = None
) -> ParcelRecord:
    """A record without a database; each fact is known on its own day unless `known` says when."""
    lines, facts = [], []
    for pk, (kind, on, payload) in enumerate(story, 1):
        day = date.fromisoformat(on)
        seen = date.fromisoformat(known or on)
        stored = Fact(
            pk=pk,
            kind=kind,
            on=day,
            payload=payload,
            batch_id=batch,
            recorded_at=datetime(seen.year, seen.month, seen.day, 4, tzinfo=UTC),
        )
        lines.append(FactLine(stored, max((seen - day).days, 0), True, False, None))
        fact_kind = FactKind(kind)
        facts.append(LawFact(pk, fact_kind, day, payload_from_json(fact_kind, payload)))
    made = timeline(facts)
    return ParcelRecord(Parcel(), tuple(lines), made, made.on(TODAY), 0)


def drawn(
    *, on: date = TODAY, whole: bool = True, known: str = "", batch: int | None = None
) -> Band:
    band = draw(record(STORY, known=known, batch=batch), on=on, today=TODAY, whole=whole)
    assert band is not None
    return band


def test_a_parcel_without_facts_has_no_drawing() -> None:
    assert draw(record(()), on=TODAY, today=TODAY, whole=True) is None


def test_the_strip_is_filled_from_end_to_end_without_gap_or_overlap() -> None:
    segments = drawn().detail.segments

    assert segments[0].x == LEFT
    assert segments[-1].x + segments[-1].width == pytest.approx(RIGHT, abs=0.2)
    for left, right in pairwise(segments):
        assert left.x + left.width == pytest.approx(right.x, abs=0.2)


def test_what_follows_the_as_of_day_is_dashed_and_nothing_before_it() -> None:
    band = drawn()
    assert band.detail.today_x is not None

    ahead = [segment for segment in band.detail.segments if segment.ahead]

    assert ahead
    assert all(segment.x >= band.detail.today_x for segment in ahead)
    assert not any(s.ahead for s in band.detail.segments if s.x < band.detail.today_x)


def test_on_an_earlier_day_later_facts_are_dashed_but_not_called_a_projection() -> None:
    segments = drawn(on=date(2023, 6, 1)).detail.segments
    recognised = next(s for s in segments if "2024-03-28 起" in s.tip)

    assert recognised.ahead
    assert not recognised.words.startswith("若无新事实")


def test_a_forecast_day_does_not_make_the_time_until_it_known() -> None:
    band = drawn(on=date(2026, 6, 30))
    after_today = Scale(band.first, band.last).x(date(2024, 10, 2))

    assert all(segment.ahead for segment in band.detail.segments if segment.x >= after_today)


def test_a_projection_says_what_it_supposes() -> None:
    ahead = [segment for segment in drawn().detail.segments if segment.ahead]

    assert "延续" in [segment.words for segment in ahead]
    assert any(segment.tip.startswith("若无新事实：闲置满二年") for segment in ahead)


def test_no_wording_is_cut_in_mid_character() -> None:
    shown = [s for s in drawn().detail.segments if s.words]

    assert shown
    assert all(len(s.words) * 14 <= s.width for s in shown)


def test_periods_that_look_alike_are_drawn_as_one() -> None:
    looks = [(s.look, s.ahead) for s in drawn().detail.segments]

    assert all(left != right for left, right in pairwise(looks))


def test_the_detail_shows_two_years_and_the_overview_frames_them() -> None:
    band = drawn(whole=False)
    assert band.overview is not None
    assert band.frame is not None

    assert (band.first, band.last) == (date(2023, 6, 30), date(2025, 6, 30))
    assert LEFT <= band.frame[0] < band.frame[1] <= RIGHT


def test_where_nothing_happens_near_the_day_the_whole_life_is_shown() -> None:
    story = (STORY[0], STORY[1], ("completed", "2021-12-01", {}))
    band = draw(record(story), on=date(2040, 1, 1), today=date(2040, 1, 1), whole=False)
    assert band is not None

    assert band.overview is None


def test_an_interval_that_does_not_count_is_hatched_with_its_days() -> None:
    hatch = drawn().detail.hatches[0]

    assert "92 日，不计入" in hatch.tip
    assert hatch.width > 0


def test_of_close_deadlines_the_later_stands_lower_so_no_stem_crosses_a_word() -> None:
    marks = drawn(whole=True).deadlines

    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    for left, right in pairwise(marks):
        overlaps = right.x < left.text_x + 100 and left.text
        assert not overlaps or right.y > left.y
    assert {mark.y for mark in marks} <= set(LEVELS)


def test_a_deadline_that_a_fact_forestalled_is_left_out() -> None:
    story = (*STORY[:3], ("start_reported", "2022-05-01", {}))
    band = draw(record(story), on=TODAY, today=TODAY, whole=True)
    assert band is not None

    assert not any("约定动工" in mark.tip for mark in band.deadlines)


def test_a_late_entry_says_how_late_and_a_punctual_one_does_not() -> None:
    late = drawn(known="2024-09-01").dots
    punctual = drawn().dots

    assert any(dot.label.startswith("迟 ") for dot in late)
    assert not any(dot.late or dot.label for dot in punctual)


def test_rows_of_a_ledger_are_not_called_late() -> None:
    assert not any(dot.late or dot.label for dot in drawn(known="2024-09-01", batch=7).dots)


def test_a_dot_outside_the_window_is_not_drawn_at_its_edge() -> None:
    dots = drawn(whole=False, known="2024-09-01").dots
    approved = next(dot for dot in dots if "批准" in dot.tip)

    assert approved.on_x is None
    assert approved.known_x is not None


def test_all_that_is_drawn_lies_inside() -> None:
    for whole in (True, False):
        band = drawn(whole=whole, known="2024-09-01")
        numbers = [s.x + s.width for s in band.detail.segments]
        numbers += [mark.x for mark in band.deadlines]
        numbers += [x for dot in band.dots for x in (dot.on_x, dot.known_x) if x is not None]
        assert all(LEFT - 0.1 <= x <= RIGHT + 0.2 for x in numbers)
