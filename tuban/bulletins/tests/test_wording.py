"""行文: sentences, ranks and tables written from figures; golden cases in golden/wording.yaml."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tuban.bulletins.blocks import Shape, from_json, to_json
from tuban.bulletins.notes import Basis, notes
from tuban.bulletins.paper import Earlier, Paper, Report, points, title
from tuban.bulletins.periods import Kind, period_first, span_words
from tuban.bulletins.ranking import Rate, ranks
from tuban.bulletins.reckoning import Amount, Amounts, Before, Place, standings
from tuban.bulletins.sheet import title_lines
from tuban.bulletins.tables import climbed_words
from tuban.bulletins.topics import TOPICS, topics
from tuban.bulletins.wording import compose
from tuban.values.area import Unit

GOLDEN = yaml.safe_load((Path(__file__).parent / "golden/wording.yaml").read_text("utf-8"))


def mu(value: str | None) -> Fraction | None:
    return None if value is None else Fraction(str(value)) * Unit.MU.m2


def amounts(code: str, given_: dict[str, Any]) -> Amounts:
    """One region of a golden case; all areas in 亩."""
    return Amounts(
        place=Place(code, given_["name"]),
        stock=Amount(mu(given_["stock"]) or Fraction(0)),
        beside=Amount(mu(given_["beside"]) or Fraction(0)) if "beside" in given_ else None,
        year=Amount(
            mu(given_["year"]) or Fraction(0),
            unreviewed_m2=mu(given_.get("unreviewed", "0")) or Fraction(0),
            target_m2=mu(given_.get("target")),
            printed_m2=mu(given_.get("printed")),
        ),
        period=Amount(mu(given_["period"]) or Fraction(0)),
    )


def paper(case: dict[str, Any]) -> Paper:
    """The bulletin of a golden case."""
    on = date.fromisoformat(str(case["as_of"]))
    before = {
        code: Before(
            mu(item["stock"]) or Fraction(0), mu(item["year"]) or Fraction(0), item["rank"]
        )
        for code, item in case.get("before", {}).items()
    }
    counties = standings(
        [amounts(code, item) for code, item in case["counties"].items()], on=on, before=before
    )
    (city,) = standings([amounts("city", case["city"])], on=on, before=before, ranked=False)
    is_city = case["own"] == "city"
    own = city if is_city else next(s for s in counties if s.place.code == case["own"])
    (topic,) = topics([case["topic"]])
    kind = Kind(case["kind"])
    earlier = case.get("earlier")
    return Paper(
        kind=kind,
        first=period_first(kind, on),
        on=on,
        place=own.place,
        is_city=is_city,
        unit=Unit(case["unit"]),
        reports=(Report(topic, own, counties, city),),
        earlier=Earlier(earlier["doc_no"], date.fromisoformat(str(earlier["as_of"])))
        if earlier
        else None,
    )


@pytest.mark.parametrize("case", GOLDEN["papers"], ids=lambda case: case["id"])
def test_a_paper_reads_as_in_the_golden_case(case: dict[str, Any]) -> None:
    made = compose(paper(case), ())

    assert [block.text for block in made if block.table is None] == case["reads"]
    (table,) = [block.table for block in made if block.table]
    assert [" ".join(cell.text for cell in row) for row in table.rows] == case["rows"]
    assert from_json(to_json(made)) == made


def test_notes_say_what_must_be_known() -> None:
    case = GOLDEN["papers"][0]
    basis = Basis(
        known_at=datetime(2024, 9, 30, 18, 5),
        yellow_points=Fraction(10),
        yellow_is_default=True,
        instruments=("演府发〔2022〕1号（暂行）",),
        unverified=(("闲置土地处置", "已认定闲置期间动工、重新约定动工或收回的面积"),),
    )
    made = notes(paper(case), basis)

    assert all(block.shape is Shape.NOTE for block in made)
    assert [block.text for block in made] == GOLDEN["notes"]


def test_a_width_set_by_the_place_is_not_called_a_default() -> None:
    basis = Basis(datetime(2024, 9, 30), Fraction(15, 2), False, (), ())
    made = "".join(block.text for block in notes(paper(GOLDEN["papers"][0]), basis))

    assert "7.5个百分点以内为偏慢，再低为滞后。" in made
    assert "系统默认" not in made
    assert "待核实" not in made


@pytest.mark.parametrize("case", GOLDEN["titles"], ids=lambda case: case["title"])
def test_titles(case: dict[str, Any]) -> None:
    kind, on = Kind(case["kind"]), date.fromisoformat(str(case["as_of"]))
    made = title(kind, period_first(kind, on), on, case.get("place", ""), topics(case["topics"]))

    assert made == case["title"]
    assert list(title_lines(made)) == case["lines"]


# ---- Names in order ----------------------------------------------------------------------------

rates = st.dictionaries(
    st.integers(0, 20), st.none() | st.fractions(0, 3, max_denominator=12).map(Rate), max_size=9
)


@given(rates)
def test_ranks_are_those_of_a_competition(given_: dict[int, Rate | None]) -> None:
    """Each rank is one more than the number of strictly higher rates (1, 2, 2, 4)."""
    found = ranks(given_)

    for key, rate in given_.items():
        if rate is None:
            assert found[key] is None
        else:
            higher = [r for r in given_.values() if r is not None and r.value > rate.value]
            assert found[key] == 1 + len(higher)


@given(rates, st.randoms())
def test_the_order_of_the_rows_does_not_matter(given_: dict[int, Rate | None], rng: Any) -> None:
    keys = list(given_)
    rng.shuffle(keys)

    assert ranks({key: given_[key] for key in keys}) == ranks(given_)


@pytest.mark.parametrize("share", ["1/2", "1/3", "5/7"])
def test_equal_rates_tie_although_areas_are_stored_with_six_decimals(share: str) -> None:
    """10 of 20 亩, 15 of 30 亩: the stored quotients differ in the eleventh digit."""
    made = {}
    for target_mu in (20, 30, 35, 41):
        target = Fraction(target_mu) * Unit.MU.m2
        done = target * Fraction(share)
        stored = [Fraction(round(area * 10**6), 10**6) for area in (done, target)]
        made[target_mu] = Rate.of(*stored, parts=1)

    assert len({rate.value for rate in made.values()}) > 1
    assert set(ranks(made).values()) == {1}


def test_rates_that_only_look_equal_when_rounded_do_not_tie() -> None:
    found = ranks({"a": Rate(Fraction("0.78041")), "b": Rate(Fraction("0.78039"))})

    assert found == {"a": 1, "b": 2}


# ---- Small words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction("0.0931"), "+9.3"),
        (Fraction("-0.0331"), "−3.3"),
        (Fraction("0.0004"), "0.0"),
        (Fraction("-0.0004"), "0.0"),
        (None, "—"),
    ],
)
def test_points_have_a_sign_unless_they_are_nothing(value: Fraction | None, words: str) -> None:
    assert points(value) == words


@pytest.mark.parametrize(("by", "words"), [(None, "—"), (0, "持平"), (2, "↑2"), (-1, "↓1")])
def test_climbing_in_words(by: int | None, words: str) -> None:
    assert climbed_words(by) == words


@given(st.dates(date(1949, 1, 1), date(2150, 12, 30)), st.sampled_from(Kind))
def test_every_day_lies_in_its_period_which_begins_once(on: date, kind: Kind) -> None:
    first = period_first(kind, on)

    assert first <= on
    assert (on - first).days <= {"week": 6, "ten_days": 10, "month": 30}[kind.value]
    assert period_first(kind, first) == first
    assert span_words(kind, first, on).startswith(f"{first.year}年{first.month}月")


def test_every_topic_is_a_subject_of_the_board_with_measures_of_its_own() -> None:
    from tuban.bulletins.board import SUBJECTS
    from tuban.measures.definitions import MEASURES

    board = {subject.key: subject for subject in SUBJECTS}
    for topic in TOPICS:
        assert (topic.stock, topic.flow) == (board[topic.key].stock, board[topic.key].flow)
        assert topic.beside == (board[topic.key].beside or "")
        assert {topic.stock, topic.flow} <= MEASURES.keys()
