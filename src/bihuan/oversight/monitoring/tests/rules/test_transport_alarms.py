"""T1–T4 of the telemetry chapter 5."""

from datetime import datetime, timedelta

import pytest

from bihuan.oversight.monitoring.rules.alarms import transport
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE, SHANGHAI

NOW = datetime(2026, 11, 2, 12, tzinfo=SHANGHAI)
OFFLINE = {"minutes": 30, "second_hours": 2, "third_hours": 24}
CLOCK = {"messages": 10, "warn_s": 60, "alarm_s": 300, "future_s": 120}


@pytest.mark.parametrize(("minutes", "level"), [(29, 0), (30, 1), (119, 1), (120, 2), (1439, 2), (1440, 3)])
def test_t2_offline_in_three_levels(minutes: int, level: int) -> None:
    found = transport.silence(NOW - minutes * MINUTE, NOW, OFFLINE)
    assert (found.level, found.lasted) == (level, minutes * MINUTE)


@pytest.mark.parametrize(
    ("interval", "silent_s", "late"), [(30, 300, False), (30, 301, True), (300, 900, False), (300, 901, True)]
)
def test_t1_three_intervals_but_five_minutes_at_least(interval: int, silent_s: int, late: bool) -> None:
    last = NOW - timedelta(seconds=silent_s)
    assert transport.is_late(last, NOW, interval_s=interval, p={"intervals": 3, "minutes": 5}) is late


def test_t3_hours_in_a_row_are_one_gap_and_the_newest_may_go_on() -> None:
    gaps = [NOW - 9 * HOUR, NOW - 10 * HOUR, NOW - 2 * HOUR]
    first, second = transport.missing_episodes(gaps, NOW)
    assert (first.start, first.end, first.count, first.peak) == (NOW - 10 * HOUR, NOW - 8 * HOUR, 2, None)
    assert (second.count, second.end) == (1, None)
    assert transport.missing_episodes([], NOW) == []


def heard(*errors_s: float) -> list[transport.Heard]:
    return [
        transport.Heard(NOW + n * MINUTE, NOW + n * MINUTE + timedelta(seconds=error))
        for n, error in enumerate(errors_s)
    ]


@pytest.mark.parametrize(("error", "level"), [(60, 0), (61, 1), (300, 1), (301, 2), (-61, 1), (-400, 2)])
def test_t4_the_median_of_ten_tells_the_clock(error: float, level: int) -> None:
    messages = heard(*[error] * 9, 9999)
    assert transport.clock_error_s(messages, CLOCK) == error
    assert transport.clock_level(transport.clock_error_s(messages, CLOCK), CLOCK) == level


def test_t4_too_few_messages_tell_nothing() -> None:
    assert transport.clock_error_s(heard(*[500] * 9), CLOCK) is None
    assert transport.clock_level(None, CLOCK) == 0


@pytest.mark.parametrize(("ahead", "future"), [(120, False), (121, True), (-999, False)])
def test_t4_a_record_of_the_future(ahead: int, future: bool) -> None:
    assert transport.from_the_future(NOW + timedelta(seconds=ahead), NOW, CLOCK) is future
