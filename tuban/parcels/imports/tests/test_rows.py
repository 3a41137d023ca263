"""One row of the ledger: what it states, and what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tuban.law import model as m
from tuban.law.facts import FactKind
from tuban.parcels.imports import rows
from tuban.parcels.imports.ledger import COLUMNS, Type
from tuban.parcels.imports.mapping import Mapping, Placed
from tuban.parcels.imports.problems import REMARK
from tuban.parcels.imports.rows import Stated, StatedFact
from tuban.parcels.imports.sheets import Record

APPROVED: dict[str, Any] = {
    "region": "东胜区",
    "parcel_no": "YS-1",
    "approval_no": "内政土发〔2015〕1号",
    "approved_on": date(2015, 6, 30),
    "approved_area": 12.3456,
}
SUPPLIED: dict[str, Any] = {**APPROVED, "supplied_area": 2, "supplied_on": "2016.5.1"}


def state(cells: dict[str, Any], **units: str) -> Stated:
    """The row as read under template units, or those given by key."""
    default = {Type.AREA: "ha", Type.MONEY: "万元"}
    placed = {
        column.key: Placed(
            column.key, at, column.heading, units.get(column.key, default.get(column.type, ""))
        )
        for at, column in enumerate(COLUMNS)
    }
    return rows.state(Record(7, dict(cells)), Mapping("S", placed, 1))


def fact(stated: Stated, kind: FactKind) -> StatedFact:
    (found,) = [f for f in stated.facts if f.kind is kind]
    return found


def codes(stated: Stated) -> list[tuple[str, str]]:
    return [(problem.key, problem.code) for problem in stated.problems]


def test_a_full_row_states_its_facts() -> None:
    stated = state(
        {
            **SUPPLIED,
            "name": " 一号 \n 地块 ",
            "holder": "演示企业",
            "supply_mode": "挂牌",
            "contract_no": "HT-1",
            "price": "1,200.50",
            "delivered_on": 42500.0,
            "start_due": "2017年6月1日",
            "complete_due": "20190601",
            "started_on": datetime(2017, 8, 1),
            "permit_no": "SG-1",
            "start_test": "桩基完成",
            "completed_on": "2019-05-01",
        }
    )

    assert stated.problems == []
    assert stated.parcel == {"name": "一号 地块", "holder": "演示企业", "permit_no": "SG-1"}
    supplied = fact(stated, FactKind.SUPPLIED).payload
    assert isinstance(supplied, m.Supplied)
    assert (supplied.mode, supplied.contract_no) == (m.SupplyMode.GRANT, "HT-1")
    assert supplied.price_yuan == Decimal("12005000.00")
    assert fact(stated, FactKind.DELIVERED).on == date(2016, 5, 10)
    agreed = fact(stated, FactKind.START_AGREED)
    assert agreed.on == date(2016, 5, 1)
    assert agreed.payload == m.StartAgreed(date(2017, 6, 1), date(2019, 6, 1))
    assert fact(stated, FactKind.STARTED).payload == m.Started("SG-1", m.StartTest.PILES)
    assert fact(stated, FactKind.COMPLETED).on == date(2019, 5, 1)


@pytest.mark.parametrize(
    "typed", ["乌 审 旗", "乌审旗", "150626", 150626, 150626.0, "乌审旗自然资源局"]
)
def test_regions_are_understood_as_people_write_them(typed: Any) -> None:
    assert state({**APPROVED, "region": typed}).region == "150626"


@pytest.mark.parametrize("typed", ["鄂尔多斯市", "市本级", "高新区", "杭锦后旗", "150601"])
def test_what_is_no_banner_is_refused_with_the_list(typed: str) -> None:
    (problem,) = state({**APPROVED, "region": typed}).problems

    assert problem.code == "region_unknown"
    assert "伊金霍洛旗" in problem.remedy


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("１２．３４５６", "12.3456"),
        ("1,234.5", "1234.5"),
        ("约8", "8"),
        (0.1 + 0.2, "0.3"),
        (8, "8"),
    ],
)
def test_areas_keep_the_number_that_was_typed(typed: Any, printed: str) -> None:
    payload = fact(state({**APPROVED, "approved_area": typed}), FactKind.APPROVED).payload

    assert isinstance(payload, m.Approved)
    assert payload.area.printed == printed


def test_an_area_in_mu_is_exact() -> None:
    stated = state({**APPROVED, "approved_area": 1}, approved_area="mu")

    assert fact(stated, FactKind.APPROVED).payload.area.m2 == Fraction(2000, 3)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("63.58亩", "unit_mismatch", "单位应为公顷；63.58 亩 ＝ 4.2387 公顷"),
        ("12.3公顷", "unit_in_cell", "只填数字 12.3"),
        ("十二", "not_a_number", "只填数字"),
        (-1, "negative", "不能是负数"),
        (123456, "area_implausible", "若为平方米，应填 12.3456"),
        (date(2015, 1, 1), "not_a_number", "常规格式"),
        (0, "zero_area", "批准面积"),
        ("0.00000000001", "area_too_fine", "小数"),
    ],
)
def test_a_wrong_area_is_told_with_what_is_accepted(typed: Any, code: str, says: str) -> None:
    stated = state({**APPROVED, "approved_area": typed})

    (problem,) = stated.problems
    assert (problem.key, problem.code) == ("approved_area", code)
    assert says in problem.message + problem.remedy


@pytest.mark.parametrize("typed", ["2021.13.2", "2022-9-31", "去年", time(8, 0), True])
def test_a_wrong_date_is_told_with_the_form_accepted(typed: Any) -> None:
    (problem,) = state({**APPROVED, "approved_on": typed}).problems

    assert (problem.key, problem.code) == ("approved_on", "not_a_date")
    assert "2021-12-02" in problem.remedy


@pytest.mark.parametrize("typed", ["/", "—", "无", " ", "－"])
def test_ways_to_write_nothing_are_nothing(typed: str) -> None:
    stated = state({**APPROVED, "supplied_on": typed, "holder": typed, "supplied_area": typed})

    assert stated.problems == []
    assert [f.kind for f in stated.facts] == [FactKind.APPROVED]
    assert stated.parcel == {}


def test_a_date_without_a_day_is_kept_with_its_precision_and_remarked() -> None:
    stated = state({**APPROVED, "approved_on": "2015年6月"})

    assert fact(stated, FactKind.APPROVED).on == date(2015, 6, 30)
    assert fact(stated, FactKind.APPROVED).precision == "month"
    (problem,) = stated.problems
    assert problem.level == REMARK
    assert not stated.has_errors


def test_nothing_supplied_is_no_fact() -> None:
    assert [f.kind for f in state({**APPROVED, "supplied_area": 0}).facts] == [FactKind.APPROVED]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({**APPROVED, "approval_no": ""}, [("approval_no", "incomplete")]),
        ({**APPROVED, "approved_area": ""}, [("approved_area", "incomplete")]),
        ({**APPROVED, "supplied_area": 2}, [("supplied_on", "incomplete")]),
        ({**APPROVED, "supplied_on": "2016-5-1"}, [("supplied_area", "incomplete")]),
        ({**SUPPLIED, "supplied_area": 0}, [("supplied_area", "zero_area")]),
        ({**APPROVED, "contract_no": "HT-1"}, [("supplied_on", "incomplete")]),
        ({**APPROVED, "start_due": "2017-1-1"}, [("supplied_on", "incomplete")]),
        ({**SUPPLIED, "excluded_from": "2017-1-1"}, [("idle_cause", "incomplete")]),
        ({**SUPPLIED, "excluded_to": "2017-1-1"}, [("excluded_from", "incomplete")]),
        ({**SUPPLIED, "disposed_on": "2017-1-1"}, [("disposal", "incomplete")]),
        ({**SUPPLIED, "disposal": "有偿收回"}, [("disposed_on", "incomplete")]),
        (
            {**SUPPLIED, "disposal": "重新约定动工", "disposed_on": "2017-1-1"},
            [("new_start_due", "incomplete")],
        ),
        (
            {**SUPPLIED, "disposal": "撤回批准", "disposed_on": "2017-1-1"},
            [("disposed_area", "incomplete")],
        ),
        ({**SUPPLIED, "start_test": "桩基完成"}, [("started_on", "incomplete")]),
        (
            {**SUPPLIED, "start_due": "2019-1-1", "complete_due": "2018-1-1"},
            [("complete_due", "date_order")],
        ),
        (
            {**SUPPLIED, "started_on": "2019-1-1", "completed_on": "2018-1-1"},
            [("completed_on", "date_order")],
        ),
        ({"region": "东胜区", "parcel_no": "YS-1", "name": "甲"}, [("", "no_facts")]),
        ({**APPROVED, "parcel_no": ""}, [("parcel_no", "required")]),
        ({**APPROVED, "region": ""}, [("region", "required")]),
        ({**SUPPLIED, "supply_mode": "赠与"}, [("supply_mode", "not_in_list")]),
        ({**APPROVED, "parcel_no": 150602000000000012}, [("parcel_no", "long_number")]),
        ({**APPROVED, "parcel_no": "甲" * 61}, [("parcel_no", "too_long")]),
        ({**APPROVED, "parcel_no": '=HYPERLINK("x","1")'}, [("parcel_no", "parcel_no")]),
        ({**APPROVED, "holder": "演示\x07企业"}, [("holder", "control_character")]),
    ],
)
def test_a_row_that_does_not_hold_together_waits(
    cells: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    stated = state(cells)

    assert codes(stated) == expected
    assert stated.has_errors
    assert all(p.message and p.remedy for p in stated.problems)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({**SUPPLIED, "complete_due": "2018-1-1"}, ("complete_due", "not_recorded")),
        ({**SUPPLIED, "idle_cause": "企业原因"}, ("idle_cause", "not_recorded")),
        (
            {**SUPPLIED, "started_on": "2017-1-1", "start_test": "桩基完成"},
            ("permit_no", "start_unproven"),
        ),
        ({**SUPPLIED, "unsupplied_area": 9}, ("unsupplied_area", "unbalanced")),
        (
            {
                **SUPPLIED,
                "recognised_on": "2019-1-1",
                "disposal": "有偿收回",
                "disposed_on": "2018-1-1",
            },
            ("disposed_on", "disposed_before_recognised"),
        ),
    ],
)
def test_what_is_left_out_or_odd_is_remarked_and_stops_nothing(
    cells: dict[str, Any], expected: tuple[str, str]
) -> None:
    stated = state(cells)

    assert codes(stated) == [expected]
    assert not stated.has_errors


def test_a_balance_within_a_square_metre_is_right() -> None:
    assert state({**SUPPLIED, "unsupplied_area": 10.3456}).problems == []


def test_a_start_without_permit_is_only_reported() -> None:
    stated = state({**SUPPLIED, "started_on": "2017-1-1", "permit_no": "SG-1"})

    assert fact(stated, FactKind.START_REPORTED).payload == m.StartReported()


@pytest.mark.parametrize(
    ("cells", "kind", "payload"),
    [
        (
            {"disposal": "重新约定动工", "new_start_due": "2019-1-1"},
            FactKind.START_REAGREED,
            m.StartReagreed(date(2019, 1, 1)),
        ),
        ({"disposal": "有偿收回"}, FactKind.RECOVERED, m.Recovered(m.RecoveryRoute.PAID)),
        ({"disposal": "无偿收回"}, FactKind.RECOVERED, m.Recovered(m.RecoveryRoute.FREE)),
        ({"disposal": "批准失效"}, FactKind.LAPSED, m.Lapsed()),
    ],
)
def test_each_way_of_disposal_is_a_fact_of_its_own(
    cells: dict[str, Any], kind: FactKind, payload: m.Payload
) -> None:
    stated = state({**SUPPLIED, "disposed_on": "2018-1-1", **cells})

    assert stated.problems == []
    assert fact(stated, kind).payload == payload
    assert fact(stated, kind).on == date(2018, 1, 1)


def test_days_that_do_not_count_carry_their_cause() -> None:
    stated = state({**SUPPLIED, "excluded_from": "2017-1-1", "idle_cause": "政府原因"})

    payload = fact(stated, FactKind.EXCLUDED).payload
    assert payload == m.Excluded(None, m.IdleCause.GOVERNMENT, confirmed=True)


def test_a_recognition_keeps_its_cause() -> None:
    stated = state({**SUPPLIED, "recognised_on": "2019-1-1", "idle_cause": "企业原因"})

    payload = fact(stated, FactKind.RECOGNISED_IDLE).payload
    assert payload == m.RecognisedIdle(m.IdleCause.ENTERPRISE)


def test_money_is_read_in_the_unit_of_its_heading() -> None:
    payload = fact(state({**SUPPLIED, "price": 0.5}, price="亿元"), FactKind.SUPPLIED).payload

    assert isinstance(payload, m.Supplied)
    assert payload.price_yuan == Decimal("50000000.00")


# ---- Codes ------------------------------------------------------------------------------------


def test_a_credit_code_is_kept_plain_once_its_check_digit_is_in_order() -> None:
    stated = state({**APPROVED, "holder_uscc": " 91350100-m000100y43 "})

    assert stated.problems == []
    assert stated.parcel == {"holder_uscc": "91350100M000100Y43"}


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("11150600MB0000000C", "uscc_invalid", "应为 B，载明 C"),
        ("91350100M000100Y4", "uscc_invalid", "有 17 位"),
        (911501000001234567, "long_number", "文本格式"),
    ],
)
def test_a_flawed_credit_code_keeps_the_row_waiting(typed: Any, code: str, says: str) -> None:
    stated = state({**APPROVED, "holder_uscc": typed})

    (problem,) = stated.problems
    assert (problem.key, problem.code, stated.has_errors) == ("holder_uscc", code, True)
    assert says in problem.message + problem.remedy


def test_an_old_registration_number_is_left_out_with_a_remark() -> None:
    stated = state({**APPROVED, "holder_uscc": "150602000012345"})

    assert codes(stated) == [("holder_uscc", "old_number")]
    assert not stated.has_errors
    assert stated.parcel == {}
