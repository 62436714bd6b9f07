"""Alarms about the line between device and host (T1–T7). Pure.

Silence is found by a sweep over the clock, never by a message: a device that is gone sends none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from bihuan.oversight.monitoring.rules.episodes import Episode, Point, episode_of
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE

Parameters = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Silence:
    """`level` rises with its length: 1 offline, 2 and 3 after the longer thresholds; 0 is no silence."""

    since: datetime
    lasted: timedelta
    level: int


def silence(last_heard: datetime, now: datetime, p: Parameters) -> Silence:
    """T2: nothing at all for 30 min; level 2 after 2 h, level 3 after 24 h (ours)."""
    lasted = now - last_heard
    steps = (p["minutes"] * MINUTE, p["second_hours"] * HOUR, p["third_hours"] * HOUR)
    return Silence(last_heard, lasted, sum(lasted >= step for step in steps))


def is_late(last_realtime: datetime, now: datetime, *, interval_s: int, p: Parameters) -> bool:
    """T1: no real-time record for three intervals, at least five minutes (ours)."""
    return now - last_realtime > max(timedelta(seconds=p["intervals"] * interval_s), p["minutes"] * MINUTE)


def missing_episodes(hours: Iterable[datetime], now: datetime) -> list[Episode]:
    """T3: hours without data in a row as one gap; the newest one may be going on."""
    stretches: list[list[datetime]] = []
    for hour in sorted(hours):
        if stretches and hour - stretches[-1][-1] == HOUR:
            stretches[-1].append(hour)
        else:
            stretches.append([hour])
    return [_gap(stretch, now) for stretch in stretches]


def _gap(hours: Sequence[datetime], now: datetime) -> Episode:
    """A gap goes on while no later hour can have been judged yet."""
    end = hours[-1] + HOUR
    points = [Point(hour, None) for hour in hours]
    return replace(episode_of(points, end=None if now - end < 2 * HOUR else end), peak=None)


@dataclass(frozen=True, slots=True)
class Heard:
    """One live message: when the device says it spoke (QN), and when it was received."""

    said: datetime
    received: datetime


def clock_error_s(messages: Sequence[Heard], p: Parameters) -> float | None:
    """T4: median of received − said over the last live messages, in seconds; None with too few.

    Supplements and requested history must be left out by the caller: they are old on purpose.
    """
    last = messages[-int(p["messages"]) :]
    if len(last) < p["messages"]:
        return None
    return median((one.received - one.said).total_seconds() for one in last)


def clock_level(error_s: float | None, p: Parameters) -> int:
    """0 in order, 1 beyond 60 s, 2 beyond 300 s (ours)."""
    if error_s is None:
        return 0
    return sum(abs(error_s) > p[step] for step in ("warn_s", "alarm_s"))


def from_the_future(at: datetime, received: datetime, p: Parameters) -> bool:
    """T4: a record of a time to come, beyond 120 s (ours): it goes to quarantine."""
    return (at - received).total_seconds() > p["future_s"]
