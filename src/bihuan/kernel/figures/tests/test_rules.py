from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bihuan.kernel.figures import rules


def test_a_date_means_the_end_of_that_day_in_shanghai():
    assert rules.end_of_day(date(2023, 1, 20)).astimezone(UTC) == datetime(
        2023, 1, 20, 15, 59, 59, 999999, tzinfo=UTC
    )


def test_a_share_rounds_half_up_and_has_no_answer_over_nothing():
    assert rules.share(21, 77) == Decimal("27.3")
    assert rules.share(21, 77, places=2) == Decimal("27.27")
    assert rules.share(1, 8, places=2) == Decimal("12.50")
    assert rules.share(1, 0) is None


def test_floats_are_refused():
    assert rules.exact(3, figure="x") == 3
    assert rules.exact(None, figure="x") is None
    with pytest.raises(rules.NotExact):
        rules.exact(0.1, figure="x")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (12, "12"),
        (Decimal("25.10"), "25.1"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1000"),
        ("2021-02", "2021-02"),
    ],
)
def test_numbers_print_without_trailing_zeros(value, text):
    assert rules.plain(value) == text
