"""Working condition from electricity: did treatment run while production ran? Truth table and rules
W1–W4 of the telemetry chapter 4 (all thresholds ours). Pure."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from bihuan.oversight.monitoring.rules.episodes import Episode
from bihuan.oversight.monitoring.rules.periods import MINUTE

Parameters = Mapping[str, float]


class State(StrEnum):
    OFF = "off"
    IDLE = "idle"
    RUN = "run"
    UNKNOWN = "unknown"


class Finding(StrEnum):
    OK = "ok"
    UNDERLOAD = "treatment_underload"
    OVERLOAD = "treatment_overload"
    UNTREATED = "production_without_treatment"
    TREATMENT_ONLY = "treatment_only"
    FLOW = "flow_without_production"
    MISSING = "condition_data_missing"
    DATA = "data_alarm_only"


def finding(production: State, treatment: State, *, flow: bool = False) -> Finding:
    """The truth table (4.2). Production that idles counts as not running."""
    if treatment is State.UNKNOWN:
        return Finding.MISSING
    if production is State.UNKNOWN:
        return Finding.DATA
    if production is State.RUN:
        return {State.RUN: Finding.OK, State.IDLE: Finding.UNDERLOAD, State.OFF: Finding.UNTREATED}[treatment]
    if treatment is State.RUN:
        return Finding.TREATMENT_ONLY
    return Finding.FLOW if flow else Finding.OK


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Runs at `on` kW and more for `confirm_on`, is off below `off` kW for `confirm_off`."""

    on: float
    off: float
    confirm_on: timedelta = 3 * MINUTE
    confirm_off: timedelta = 3 * MINUTE


OFF_SHARE, RATED_SHARE = 0.7, 0.2


def thresholds(on_kw: float | None, off_kw: float | None, rated_kw: float | None) -> Thresholds | None:
    """Its own; else running from 20 % of the rated power, off below 0.7 of that; None without both."""
    on = on_kw if on_kw is not None else rated_kw * RATED_SHARE if rated_kw else None
    if on is None:
        return None
    return Thresholds(on, off_kw if off_kw is not None else on * OFF_SHARE)


@dataclass(frozen=True, slots=True)
class Sample:
    at: datetime
    kw: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """One state from `start` to `end`; `confirmed` is when it became certain."""

    state: State
    start: datetime
    end: datetime
    confirmed: datetime


def states_of(samples: Sequence[Sample], limits: Thresholds, *, interval: timedelta) -> list[Span]:
    """The states of a facility in time order, changes dated back to their first sample.

    What did not last long enough to be certain belongs to the state before it. No sample for three intervals
    is unknown, never off: a dead meter must not look like a stopped plant.
    """
    spans: list[Span] = []
    for run in _raw_runs(samples, limits, interval):
        wanted = timedelta(0) if run.state is State.UNKNOWN else _confirm(run.state, limits, interval)
        certain = run.end - interval - run.start >= wanted or run.state is State.UNKNOWN
        held = run.state if certain else spans[-1].state if spans else State.UNKNOWN
        if spans and spans[-1].state is held:
            spans[-1] = replace(spans[-1], end=run.end)
        else:
            spans.append(Span(held, run.start, run.end, run.start + wanted))
    return spans


def _raw_runs(samples: Sequence[Sample], limits: Thresholds, interval: timedelta) -> list[Span]:
    found: list[Span] = []
    for sample in samples:
        if sample.kw is None:
            continue
        seen, after = _state_at(sample.kw, limits), sample.at + interval
        if found and sample.at - found[-1].end > 2 * interval:
            found.append(Span(State.UNKNOWN, found[-1].end, sample.at, sample.at))
        if found and found[-1].state is seen:
            found[-1] = replace(found[-1], end=after)
        else:
            start = sample.at
            if found:
                found[-1] = replace(found[-1], end=start)
            found.append(Span(seen, start, after, start))
    return found


def _state_at(kw: float, limits: Thresholds) -> State:
    if kw >= limits.on:
        return State.RUN
    return State.OFF if kw < limits.off else State.IDLE


def _confirm(state: State, limits: Thresholds, interval: timedelta) -> timedelta:
    """How long a state must last; one record suffices where records are further apart than that."""
    wanted = limits.confirm_on if state is State.RUN else limits.confirm_off
    return wanted if interval < wanted else timedelta(0)


def state_at(spans: Sequence[Span], at: datetime) -> State:
    return next((span.state for span in spans if span.start <= at < span.end), State.UNKNOWN)


def combined(states: Sequence[State], mode: str, needed: int = 1) -> State:
    """The state of a set of facilities: `any` one runs, `all` run, or `some` (at least `needed`) run."""
    running = sum(state is State.RUN for state in states)
    wanted = {"any": 1, "all": len(states)}.get(mode, needed)
    if states and running >= wanted:
        return State.RUN
    rest = set(states)
    order = (State.UNKNOWN, State.IDLE, State.OFF)
    return next((state for state in order if state in rest), State.OFF if running else State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Production ran from `start` to `end` and the treatment did not."""

    finding: Finding
    start: datetime
    end: datetime


def compare_spans(production: Sequence[Span], treatment: Sequence[Span]) -> list[Stretch]:
    """The truth table over time, neighbouring stretches with the same finding joined."""
    edges = sorted({edge for span in (*production, *treatment) for edge in (span.start, span.end)})
    found: list[Stretch] = []
    for low, high in itertools.pairwise(edges):
        what = finding(state_at(production, low), state_at(treatment, low))
        if found and found[-1].finding is what and found[-1].end == low:
            found[-1] = Stretch(what, found[-1].start, high)
        else:
            found.append(Stretch(what, low, high))
    return found


def untreated(
    stretches: Sequence[Stretch],
    *,
    grace: timedelta,
    now: datetime,
    excused: Sequence[tuple[datetime, datetime]] = (),
) -> list[Episode]:
    """W1: production without treatment beyond the grace of a start-up; the alarm opens when the grace ends.

    A maintenance report filed beforehand (`excused`) suppresses it. A stretch that reaches `now` is open.
    """
    episodes = []
    for stretch in stretches:
        opens = stretch.start + grace
        if stretch.finding is not Finding.UNTREATED or stretch.end <= opens:
            continue
        if any(low <= stretch.start and stretch.end <= high for low, high in excused):
            continue
        minutes = (stretch.end - stretch.start) / MINUTE
        end = None if stretch.end >= now else stretch.end
        episodes.append(Episode(opens, end, minutes, opens, size=minutes))
    return episodes


def order_violations(
    production: Sequence[Span], treatment: Sequence[Span], *, lead: timedelta, lag: timedelta
) -> list[tuple[str, datetime]]:
    """W2: production starts without treatment running `lead` before, or outlasts it by less than `lag`."""
    found = []
    for span in (one for one in production if one.state is State.RUN):
        if lead and not _ran(treatment, span.start - lead, span.start):
            found.append(("late_start", span.start))
        if lag and not _ran(treatment, span.end, span.end + lag):
            found.append(("early_stop", span.end))
    return found


def _ran(spans: Sequence[Span], start: datetime, end: datetime) -> bool:
    running = timedelta(0)
    for span in (one for one in spans if one.state is State.RUN):
        running += max(timedelta(0), min(span.end, end) - max(span.start, start))
    return running >= end - start


def load_finding(kw: float, usual: Sequence[float], p: Parameters) -> Finding:
    """W3 and W4: the treatment's power against its own median at the same level of production."""
    if not usual:
        return Finding.OK
    middle = median(usual)
    if kw < p["under"] * middle:
        return Finding.UNDERLOAD
    return Finding.OVERLOAD if kw > p["over"] * middle else Finding.OK
