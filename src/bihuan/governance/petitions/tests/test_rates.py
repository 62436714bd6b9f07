"""The published totals, each by its own definition."""

from decimal import Decimal

import pytest

from bihuan.governance.petitions.rules.rates import DEFINITIONS, Counts


@pytest.mark.parametrize(
    ("definition", "counts", "share"),
    [
        ("hainan", Counts(total=1427, concluded=492, stage_concluded=291), "54.87"),
        ("hebei", Counts(total=4721, substantiated=3976, concluded_substantiated=3758), "94.52"),
        ("baiyin", Counts(total=161, concluded=132, submitted=118), "81.99"),
        ("submitted", Counts(total=161, concluded=132, submitted=118), "73.29"),
        ("struck_off", Counts(total=235, struck_off=235), "100.00"),
    ],
)
def test_a_published_rate(definition, counts, share) -> None:
    assert DEFINITIONS[definition].share(counts) == Decimal(share)


def test_the_same_cases_give_different_rates() -> None:
    counts = Counts(total=100, substantiated=80, concluded=60, stage_concluded=20, concluded_substantiated=50)
    shares = {DEFINITIONS[name].share(counts) for name in ("hainan", "hebei", "baiyin")}
    assert shares == {Decimal("80.00"), Decimal("62.50"), Decimal("60.00")}


def test_nothing_to_divide_by_is_no_rate() -> None:
    assert DEFINITIONS["hebei"].share(Counts(total=3)) is None
