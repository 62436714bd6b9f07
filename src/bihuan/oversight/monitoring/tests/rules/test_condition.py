"""Working condition (telemetry chapter 4)."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.condition import (
    Finding,
    Sample,
    Span,
    State,
    Stretch,
    Thresholds,
    combined,
    compare_spans,
    finding,
    load_finding,
    order_violations,
    state_at,
    states_of,
    thresholds,
    untreated,
)
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE, SHANGHAI

MIDNIGHT = datetime(2026, 11, 2, tzinfo=SHANGHAI)
LIMITS = Thresholds(on=10, off=7)
GRACE = 5 * MINUTE


def clock(hour: int, minute: int = 0) -> datetime:
    return MIDNIGHT + hour * HOUR + minute * MINUTE


def power(on_from: datetime) -> list[Span]:
    """From 07:00 to 09:00, running from the given moment on."""
    start, minutes = clock(7), 120
    samples = [
        Sample(start + n * MINUTE, 20.0 if start + n * MINUTE >= on_from else 1.0) for n in range(minutes)
    ]
    return states_of(samples, LIMITS, interval=MINUTE)


@pytest.mark.parametrize(
    ("production", "treatment", "flow", "result"),
    [
        (State.RUN, State.RUN, False, Finding.OK),
        (State.RUN, State.IDLE, False, Finding.UNDERLOAD),
        (State.RUN, State.OFF, False, Finding.UNTREATED),
        (State.OFF, State.RUN, False, Finding.TREATMENT_ONLY),
        (State.OFF, State.OFF, False, Finding.OK),
        (State.OFF, State.OFF, True, Finding.FLOW),
        (State.IDLE, State.OFF, False, Finding.OK),
        (State.RUN, State.UNKNOWN, False, Finding.MISSING),
        (State.UNKNOWN, State.UNKNOWN, False, Finding.MISSING),
        (State.UNKNOWN, State.OFF, False, Finding.DATA),
    ],
)
def test_4_2_truth_table(production: State, treatment: State, flow: bool, result: Finding) -> None:
    assert finding(production, treatment, flow=flow) is result


def test_4_3_timeline_of_a_late_treatment() -> None:
    production, treatment = power(clock(8)), power(clock(8, 12))
    running = production[-1]
    assert (running.state, running.start, running.confirmed) == (State.RUN, clock(8), clock(8, 3))
    (alarm,) = untreated(compare_spans(production, treatment), grace=GRACE, now=clock(9))
    assert (alarm.start, alarm.end) == (clock(8, 5), clock(8, 12))
    assert (alarm.end or clock(9)) - alarm.start == 7 * MINUTE
    assert alarm.peak == 12


def test_4_3_with_treatment_from_08_04_nothing_opens() -> None:
    stretches = compare_spans(power(clock(8)), power(clock(8, 4)))
    assert untreated(stretches, grace=GRACE, now=clock(9)) == []


def test_4_3_a_stretch_up_to_now_is_open() -> None:
    stretches = compare_spans(power(clock(8)), power(clock(12)))
    (alarm,) = untreated(stretches, grace=GRACE, now=clock(9))
    assert alarm.is_open


def test_4_3_a_maintenance_reported_beforehand_suppresses_it() -> None:
    stretches = compare_spans(power(clock(8)), power(clock(8, 12)))
    whole, half = (clock(7, 30), clock(8, 30)), (clock(8, 5), clock(8, 30))
    assert untreated(stretches, grace=GRACE, now=clock(9), excused=[whole]) == []
    assert untreated(stretches, grace=GRACE, now=clock(9), excused=[half])


def test_w2_late_start_and_early_stop() -> None:
    production = [Span(State.RUN, clock(8), clock(10), clock(8))]
    same = [Span(State.OFF, clock(7), clock(8), clock(7)), Span(State.RUN, clock(8), clock(10), clock(8))]
    wide = [Span(State.RUN, clock(7, 50), clock(10, 20), clock(7, 50))]
    lead, lag = 10 * MINUTE, 15 * MINUTE
    assert order_violations(production, same, lead=lead, lag=lag) == [
        ("late_start", clock(8)),
        ("early_stop", clock(10)),
    ]
    assert order_violations(production, wide, lead=lead, lag=lag) == []
    assert order_violations(production, same, lead=timedelta(0), lag=timedelta(0)) == []


def test_w3_and_w4_power_against_the_usual_at_the_same_production() -> None:
    p = {"under": 0.6, "over": 1.3}
    usual = [50.0, 52.0, 48.0]
    assert load_finding(29.9, usual, p) is Finding.UNDERLOAD
    assert load_finding(30.0, usual, p) is Finding.OK
    assert load_finding(65.1, usual, p) is Finding.OVERLOAD
    assert load_finding(1.0, [], p) is Finding.OK


def test_thresholds_come_from_the_facility_or_its_rated_power() -> None:
    assert thresholds(12, 5, 100) == Thresholds(12, 5)
    assert thresholds(12, None, 100) == Thresholds(12, pytest.approx(8.4))
    assert thresholds(None, None, 100) == Thresholds(20, pytest.approx(14))
    assert thresholds(None, None, None) is None


def test_between_the_thresholds_it_idles() -> None:
    samples = [Sample(clock(8, n), 8.0) for n in range(10)]
    assert [span.state for span in states_of(samples, LIMITS, interval=MINUTE)] == [State.IDLE]


def test_a_short_burst_changes_nothing() -> None:
    samples = [Sample(clock(8, n), 20.0 if n in (30, 31) else 1.0) for n in range(60)]
    (span,) = states_of(samples, LIMITS, interval=MINUTE)
    assert (span.state, span.start, span.end) == (State.OFF, clock(8), clock(9))


def test_what_begins_with_a_burst_is_not_known_yet() -> None:
    samples = [Sample(clock(8, 0), 20.0)]
    assert [span.state for span in states_of(samples, LIMITS, interval=MINUTE)] == [State.UNKNOWN]


def test_a_silent_meter_is_unknown_and_not_off() -> None:
    samples = [Sample(clock(8, n), 20.0 if n < 10 else None) for n in range(15)]
    samples += [Sample(clock(8, n), 20.0) for n in range(15, 25)]
    found = states_of(samples, LIMITS, interval=MINUTE)
    assert [(span.state, span.end) for span in found] == [
        (State.RUN, clock(8, 10)),
        (State.UNKNOWN, clock(8, 15)),
        (State.RUN, clock(8, 25)),
    ]
    assert states_of([], LIMITS, interval=MINUTE) == []


def test_two_missing_records_are_bridged() -> None:
    samples = [Sample(clock(8, n), 20.0) for n in range(10) if n not in (4, 5)]
    assert len(states_of(samples, LIMITS, interval=MINUTE)) == 1


def test_one_record_of_fifteen_minutes_is_enough() -> None:
    samples = [Sample(clock(8, 15 * n), kw) for n, kw in enumerate((1.0, 20.0, 1.0))]
    found = states_of(samples, LIMITS, interval=15 * MINUTE)
    assert [span.state for span in found] == [State.OFF, State.RUN, State.OFF]
    assert state_at(found, clock(8, 20)) is State.RUN
    assert state_at(found, clock(12)) is State.UNKNOWN


@pytest.mark.parametrize(
    ("states", "mode", "needed", "result"),
    [
        ([State.RUN, State.OFF], "any", 1, State.RUN),
        ([State.RUN, State.OFF], "all", 1, State.OFF),
        ([State.RUN, State.RUN], "all", 1, State.RUN),
        ([State.RUN, State.RUN, State.OFF], "some", 2, State.RUN),
        ([State.RUN, State.RUN, State.RUN], "some", 4, State.OFF),
        ([State.RUN, State.UNKNOWN], "all", 1, State.UNKNOWN),
        ([State.RUN, State.IDLE], "all", 1, State.IDLE),
        ([], "all", 1, State.UNKNOWN),
    ],
)
def test_sets_of_facilities(states: list[State], mode: str, needed: int, result: State) -> None:
    assert combined(states, mode, needed) is result


def test_stretches_join_where_the_finding_is_the_same() -> None:
    production = [
        Span(State.RUN, clock(8), clock(9), clock(8)),
        Span(State.RUN, clock(9), clock(10), clock(9)),
    ]
    treatment = [Span(State.RUN, clock(8), clock(10), clock(8))]
    assert compare_spans(production, treatment) == [Stretch(Finding.OK, clock(8), clock(10))]


@given(st.lists(st.floats(0, 40), min_size=1, max_size=80))
def test_spans_cover_the_samples_without_gap_or_overlap(kws: list[float]) -> None:
    samples = [Sample(MIDNIGHT + n * MINUTE, kw) for n, kw in enumerate(kws)]
    found = states_of(samples, LIMITS, interval=MINUTE)
    assert found[0].start == samples[0].at
    assert found[-1].end == samples[-1].at + MINUTE
    for first, second in itertools.pairwise(found):
        assert first.end == second.start
        assert first.state is not second.state
