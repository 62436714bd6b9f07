"""What is measured: the same for a seed, in agreement between real time, minutes, hours and days."""

from dataclasses import replace

import numpy as np
import pytest

from bihuan.oversight.monitoring.simulation.faults import KINDS, UnknownFault, chosen
from bihuan.oversight.monitoring.simulation.series import Boost, Series

COD = Series(key=4711, base=40.0)
START = 29_000_000


def test_a_minute_is_the_same_in_whatever_order_it_is_asked_for() -> None:
    whole = COD.slots(range(START, START + 1440, 10), 10)
    later = COD.slots([START + 700], 10)
    assert whole.mean[70] == later.mean[0]
    assert not np.array_equal(
        whole.mean, replace(COD, key=4712).slots(range(START, START + 1440, 10), 10).mean
    )


def test_a_day_has_a_rhythm_and_noise_within_bounds() -> None:
    slots = COD.slots(range(START, START + 1440, 10), 10)
    assert np.all(slots.low <= slots.mean)
    assert np.all(slots.mean <= slots.high)
    assert 30 < slots.mean.min() < slots.mean.mean() < slots.mean.max() < 56
    assert len(set(slots.mean)) > 100


def test_the_value_of_a_moment_lies_within_its_slot() -> None:
    slot = COD.slots([START], 10)
    for second in range(0, 600, 37):
        value = COD.at(START * 60 + second, 10)
        assert slot.low[0] - 0.5 <= value <= slot.high[0] + 0.5


def test_a_boost_lifts_only_its_time() -> None:
    plain, lifted = (one.slots([START - 10, START, START + 20], 10).mean for one in (
        COD, COD.boosted(Boost(START, START + 10, 2.0)),
    ))  # fmt: skip
    assert lifted[0] == plain[0]
    assert lifted[1] == pytest.approx(2 * plain[1], abs=0.02)
    assert lifted[2] == plain[2]


def test_faults_are_chosen_by_name() -> None:
    assert chosen("") == frozenset()
    assert chosen("gaps, clock") == {"gaps", "clock"}
    assert chosen("all,exceedance") == set(KINDS)
    with pytest.raises(UnknownFault, match="gapps"):
        chosen("gapps")
