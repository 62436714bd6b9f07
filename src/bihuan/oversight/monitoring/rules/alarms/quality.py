"""Alarms about the data themselves (Q1–Q7): what a healthy instrument doesn't do. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from bihuan.oversight.monitoring.rules.episodes import (
    Episode,
    Point,
    episode_of,
    lasting,
    runs,
)
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR
from bihuan.oversight.monitoring.rules.readings import Reading, Use, use_of

Parameters = Mapping[str, float]
NORMAL_MAD = 1.4826
SIGNED = frozenset({"a01013", "a01017", "a01012", "w01010", "a01001", "a01006"})
"""Pressures and temperatures, for which a value below zero is no fault."""
PHYSICAL: Mapping[str, tuple[float, float]] = {
    "w01001": (0, 14),
    "a19001": (0, 21),
    "a01014": (0, 100),
    "w01010": (-5, 60),
    "a01012": (0, 800),
}
"""pH, oxygen %, moisture %, water and flue-gas temperature °C (telemetry chapter 5, Q6; ours)."""


def by_sample(readings: Sequence[Reading], *, usable: bool = True) -> list[Point]:
    """One point per distinct sample time; a reading without one stands for itself.

    An analyser holds its value until the next cycle, hours later, so raw repeats are normal.
    """
    points: list[Point] = []
    seen: datetime | None = None
    for reading in readings:
        if reading.sampled_at is not None and reading.sampled_at == seen:
            continue
        seen = reading.sampled_at
        length = timedelta(minutes=reading.minutes)
        points.append(Point(reading.sampled_at or reading.at, reading.value, usable, length))
    return points


def constant(points: Sequence[Point], p: Parameters) -> list[Episode]:
    """Q1: the same value, not zero, over `samples` distinct samples and at least `minutes`."""
    usable = [point for point in points if point.usable and point.value is not None]
    stretches: list[list[Point]] = []
    for point in usable:
        if stretches and stretches[-1][-1].value == point.value:
            stretches[-1].append(point)
        else:
            stretches.append([point])
    episodes = []
    for stretch in stretches:
        end = stretch[-1].at + stretch[-1].length
        long = end - stretch[0].at >= timedelta(minutes=p["minutes"])
        if stretch[0].value and len(stretch) >= p["samples"] and long:
            still = stretch[-1] is usable[-1]
            episodes.append(episode_of(stretch, end=None if still else end))
    return episodes


def zero(points: Sequence[Point], p: Parameters) -> list[Episode]:
    """Q2: nothing but zeros for `hours` while it runs; a standstill must already be unusable."""
    return lasting(points, lambda point: point.value == 0, least=p["hours"] * HOUR)


def negative(
    points: Sequence[Point], factor: str, *, upper_range: float | None, p: Parameters
) -> list[Episode]:
    """Q3: below −`share` of the measuring range in `records` records in a row; signed quantities excepted."""
    if factor in SIGNED or not upper_range:
        return []
    floor = -p["share"] * upper_range
    stretches = runs(points, lambda point: (point.value or 0.0) < floor)
    usable = [point for point in points if point.usable and point.value is not None]
    return [
        episode_of(stretch, end=None if stretch[-1] is usable[-1] else stretch[-1].at + stretch[-1].length)
        for stretch in stretches
        if len(stretch) >= p["records"]
    ]


def spike(points: Sequence[Point], *, step: float, p: Parameters) -> list[Episode]:
    """Q4: away from the median of the 24 h before by `mads` deviations and `share` of it, back in `within`.

    `step` is one display step, the least deviation taken for real.
    """
    usable = [point for point in points if point.usable and point.value is not None]
    times = [point.at for point in usable]
    away = [
        _is_away(point, usable[bisect_left(times, point.at - DAY) : at], step=step, p=p)
        for at, point in enumerate(usable)
    ]
    episodes, at = [], 0
    while at < len(usable):
        end = at
        while end < len(usable) and away[end]:
            end += 1
        if 0 < end - at <= p["within"] and end < len(usable):
            episodes.append(episode_of(usable[at:end], end=usable[end].at))
        at = max(end, at + 1)
    return episodes


def _is_away(point: Point, day_before: Sequence[Point], *, step: float, p: Parameters) -> bool:
    before = [one.value or 0.0 for one in day_before]
    if len(before) < p["least_points"]:
        return False
    middle = median(before)
    deviation = max(step, median(abs(value - middle) for value in before)) * NORMAL_MAD
    distance = abs((point.value or 0.0) - middle)
    return distance > p["mads"] * deviation and distance > p["share"] * abs(middle)


def step_change(
    points: Sequence[Point], p: Parameters, *, load: Mapping[datetime, float] | None = None
) -> list[Episode]:
    """Q5: the median of `hours` h differs by `share` from that of the 24 h before, under the same load."""
    usable = [point for point in points if point.usable and point.value is not None]
    times = [point.at for point in usable]
    shifts = []
    for at, point in enumerate(usable):
        begin = bisect_right(times, point.at - p["hours"] * HOUR)
        window = usable[begin : at + 1]
        earlier = usable[bisect_left(times, times[begin] - DAY) : begin]
        if len(window) >= p["hours"] and len(earlier) >= p["hours"]:
            same_load = not _load_moved(window, earlier, load or {}, p)
            shifts.append(Point(point.at, _shift(window, earlier) if same_load else 0.0))
    return lasting(shifts, lambda point: (point.value or 0.0) > p["share"], least=HOUR)


def _shift(window: Sequence[Point], earlier: Sequence[Point]) -> float:
    before = median(point.value or 0.0 for point in earlier)
    now = median(point.value or 0.0 for point in window)
    return abs(now - before) / abs(before) if before else 0.0


def _load_moved(
    window: Sequence[Point], earlier: Sequence[Point], load: Mapping[datetime, float], p: Parameters
) -> bool:
    now = [load[point.at] for point in window if point.at in load]
    before = [load[point.at] for point in earlier if point.at in load]
    if not now or not before:
        return False
    middle = median(before)
    return abs(median(now) - middle) > p["load_share"] * abs(middle)


def out_of_range(readings: Sequence[Reading], factor: str, *, edition: str = "2017") -> list[Episode]:
    """Q6: the device says over range, or the value is impossible."""
    low, high = PHYSICAL.get(factor, (float("-inf"), float("inf")))
    over = {reading.at for reading in readings if use_of(reading.flag, edition) is Use.OVER_RANGE}
    points = [Point(one.at, one.value, length=timedelta(minutes=one.minutes)) for one in readings]
    return lasting(
        points,
        lambda point: point.at in over or not low <= (point.value or 0.0) <= high,
        least=timedelta(0),
    )


def low_plateau(points: Sequence[Point], *, detection_limit: float | None, p: Parameters) -> list[Episode]:
    """Q7: below the detection limit, or below `share` of the median of `days` days, for `hours` h."""
    usable = [point for point in points if point.usable and point.value is not None]
    if len(usable) < p["hours"] * 2:
        return []
    floor = max(median(point.value or 0.0 for point in usable) * p["share"], detection_limit or 0.0)
    return lasting(points, lambda point: 0 < (point.value or 0.0) < floor, least=p["hours"] * HOUR)
