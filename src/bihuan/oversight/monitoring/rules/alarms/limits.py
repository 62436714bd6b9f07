"""Alarms about limits: exceedance, warning, forecast, near (E1–E4). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.oversight.monitoring.rules.episodes import Episode, Point, Shape, find_episodes
from bihuan.oversight.monitoring.rules.exceedance import Limit, back_to_normal, compare, near
from bihuan.oversight.monitoring.rules.means import flow_weighted_mean
from bihuan.oversight.monitoring.rules.periods import HOURS_A_DAY, SHANGHAI

Parameters = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a point lies beyond the limit on either side; orders peaks also of intervals."""

    limit: Limit

    def __call__(self, point: Point) -> float:
        value = point.value or 0.0
        above = value - float(self.limit.upper) if self.limit.upper is not None else float("-inf")
        below = float(self.limit.lower) - value if self.limit.lower is not None else float("-inf")
        return max(above, below)


def exceed(points: Sequence[Point], limit: Limit, p: Parameters) -> list[Episode]:
    """E1 on the legal statistic, E2 on the hour where the day is the legal one.

    p: clear_share (of the limit), clear_periods, reopen_hours.
    """
    shape = Shape(clear_need=int(p["clear_periods"]), reopen_within=timedelta(hours=p["reopen_hours"]))
    return find_episodes(
        points,
        raises=lambda point: compare(point.value or 0.0, limit).exceeds,
        clears=lambda point: back_to_normal(point.value or 0.0, limit, p["clear_share"]),
        shape=shape,
        size=Distance(limit),
    )


def close_to_limit(points: Sequence[Point], limit: Limit, p: Parameters) -> list[Episode]:
    """E4: at or above `share` of the limit in `hours` of `window` hours."""
    shape = Shape(
        need=int(p["hours"]),
        among=int(p["window"]),
        clear_need=int(p["clear_periods"]),
        reopen_within=timedelta(hours=p["reopen_hours"]),
    )
    clear_at = p["share"] * p["clear_share"]
    return find_episodes(
        points,
        raises=lambda point: near(point.value or 0.0, limit, p["share"]),
        clears=lambda point: back_to_normal(point.value or 0.0, limit, clear_at),
        shape=shape,
    )


@dataclass(frozen=True, slots=True)
class Flowing:
    """One valid hour of today: m³ discharged and mg/L."""

    at: datetime
    volume: float
    concentration: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Weighted mean of the day so far, and of the day if the last hours go on."""

    so_far: float
    projected: float


def forecast_day(hours: Sequence[Flowing], p: Parameters) -> Forecast | None:
    """E3's figures; None before `from_hour` o'clock, with fewer than `least_hours`, or without flow.

    The rest of the day is taken to go on like the mean of the last `holding` hours.
    """
    if len(hours) < p["least_hours"]:
        return None
    clock = hours[-1].at.astimezone(SHANGHAI).hour + 1
    so_far = flow_weighted_mean([(hour.volume, hour.concentration) for hour in hours])
    last = [(hour.volume, hour.concentration) for hour in hours[-int(p["holding"]) :]]
    going_on = flow_weighted_mean(last)
    if clock < p["from_hour"] or so_far is None or going_on is None:
        return None
    volume = sum(volume for volume, _concentration in last) / len(last)
    rest = (volume * (HOURS_A_DAY - clock), going_on)
    whole = [*((hour.volume, hour.concentration) for hour in hours), rest]
    return Forecast(so_far, flow_weighted_mean(whole) or so_far)


def forecast_exceeds(forecast: Forecast | None, limit: Limit, p: Parameters) -> bool:
    """E3: the day so far at `share` of the limit, or the projected day beyond it."""
    if forecast is None:
        return False
    return near(forecast.so_far, limit, p["share"]) or compare(forecast.projected, limit).exceeds
