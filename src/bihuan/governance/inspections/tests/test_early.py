from datetime import date

import pytest

from bihuan.governance.inspections.rules.early import (
    add_months,
    claimed_months,
    early_flags,
    whole_months_early,
)


def test_the_sludge_problem_was_eleven_months_early() -> None:
    assert whole_months_early(date(2021, 12, 30), date(2022, 11, 30)) == 11


@pytest.mark.parametrize(
    ("accepted", "deadline", "months"),
    [
        (date(2021, 12, 30), date(2022, 11, 29), 10),
        (date(2021, 12, 31), date(2022, 11, 30), 11),
        (date(2022, 1, 31), date(2022, 2, 28), 1),
        (date(2022, 11, 30), date(2022, 11, 30), 0),
        (date(2022, 12, 15), date(2022, 11, 30), 0),
        (date(2022, 11, 1), date(2022, 11, 30), 0),
    ],
)
def test_whole_months(accepted: date, deadline: date, months: int) -> None:
    assert whole_months_early(accepted, deadline) == months


def test_adding_months_stays_inside_the_month() -> None:
    assert add_months(date(2020, 1, 31), 1) == date(2020, 2, 29)
    assert add_months(date(2021, 11, 30), 2) == date(2022, 1, 30)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("市报告:提前11个月;媒体报道:提前一年(两处不一致)", [11, 12]),
        ("提前半年完成", [6]),
        ("提前两年", [24]),
        ("提前十一个月", [11]),
        ("提前十个月", [10]),
        ("按期完成", []),
    ],
)
def test_claims_in_a_printed_text(text: str, months: list[int]) -> None:
    assert claimed_months(text) == months


def test_flags() -> None:
    assert early_flags([11, 12], None) == ["early_claims_disagree"]
    assert early_flags([11, 12], 11) == ["early_claims_disagree", "early_differs"]
    assert early_flags([11], 11) == []
    assert early_flags([], 3) == []
