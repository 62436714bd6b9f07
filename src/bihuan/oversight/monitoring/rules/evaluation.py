"""All alarm rules applied to one outlet's series. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from bihuan.oversight.monitoring.rules.alarms import contradiction, limits, quality, transport
from bihuan.oversight.monitoring.rules.catalogue import BY_ID, CITY
from bihuan.oversight.monitoring.rules.episodes import Episode, Point, episode_of
from bihuan.oversight.monitoring.rules.exceedance import DAY_DECIDES, Limit, Period, compare
from bihuan.oversight.monitoring.rules.periods import day_of
from bihuan.oversight.monitoring.rules.readings import Reading
from bihuan.oversight.monitoring.rules.rulebook import RuleBook, Subject, Version

Parameters: TypeAlias = Mapping[str, float]


@dataclass(frozen=True)
class FactorSeries:
    """One factor's window. `hours` are measured means, `judged` those compared with an hourly limit
    (converted where a reference oxygen holds), `days` the legal daily means; unusable where not valid.

    `readings` are the newest records outside marks; `sums` (hour, ours, theirs) and `converted` compare the
    device's own arithmetic with ours.
    """

    factor: str
    hours: Sequence[Point] = ()
    judged: Sequence[Point] = ()
    days: Sequence[Point] = ()
    readings: Sequence[Reading] = ()
    sums: Sequence[tuple[datetime, float | None, float | None]] = ()
    converted: Sequence[contradiction.ConvertedHour] = ()
    reference: float | None = None
    hour_limit: Limit | None = None
    day_limit: Limit | None = None
    upper_range: float | None = None
    detection_limit: float | None = None
    step: float = 0.01


@dataclass(frozen=True)
class OutletSeries:
    """All factors of one outlet over a window that ends at `now`.

    `missing` holds the hours without data: under "" those without any, under a factor those without it alone.
    """

    outlet: int
    medium: str
    now: datetime
    factors: Mapping[str, FactorSeries]
    rows: Sequence[contradiction.Row] = ()
    flowing: Mapping[str, Sequence[limits.Flowing]] = field(default_factory=dict)
    stopped: Sequence[tuple[contradiction.Row, bool | None]] = ()
    missing: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    edition: str = "2017"
    area_m2: float | None = None
    load: Mapping[datetime, float] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return day_of(self.now)


@dataclass(frozen=True, slots=True)
class Finding:
    """An episode under one version of one rule. `needs_review`: the data were suspicious at the time."""

    version: Version
    factor: str
    episode: Episode
    level: int
    limit: Limit | None = None
    period: str = ""
    needs_review: bool = False

    @property
    def rule(self) -> str:
        return self.version.rule


class Over(NamedTuple):
    """An episode with the limit it is measured by and the mean that was compared."""

    episode: Episode
    limit: Limit
    period: Period


def _exceeds(series: FactorSeries, outlet: OutletSeries, p: Parameters) -> list[Over]:
    found: list[Over] = []
    hour, day = series.hour_limit, series.day_limit
    if hour is not None and outlet.medium not in DAY_DECIDES:
        found += [Over(one, hour, Period.HOUR) for one in limits.exceed(series.judged, hour, p)]
    if day is not None:
        days = limits.exceed(series.days, day, {**p, "clear_periods": 1})
        found += [Over(one, day, Period.DAY) for one in days]
    return found


def _hour_warns(series: FactorSeries, outlet: OutletSeries, p: Parameters) -> list[Over]:
    limit = series.hour_limit or series.day_limit
    if limit is None or outlet.medium not in DAY_DECIDES:
        return []
    return [Over(one, limit, Period.HOUR) for one in limits.exceed(series.judged, limit, p)]


def _forecasts(series: FactorSeries, outlet: OutletSeries, p: Parameters) -> list[Over]:
    hours = outlet.flowing.get(series.factor, ())
    limit = series.day_limit
    if limit is None or outlet.medium != "water" or not hours:
        return []
    forecast = limits.forecast_day(hours, p)
    if forecast is None or not limits.forecast_exceeds(forecast, limit, p):
        return []
    higher = max(forecast.so_far, forecast.projected)
    return [Over(episode_of([Point(hours[-1].at, higher)], end=None), limit, Period.DAY)]


def _near(series: FactorSeries, _outlet: OutletSeries, p: Parameters) -> list[Over]:
    limit = series.hour_limit or series.day_limit
    if limit is None:
        return []
    return [Over(one, limit, Period.HOUR) for one in limits.close_to_limit(series.judged, limit, p)]


LimitDetector: TypeAlias = Callable[[FactorSeries, OutletSeries, Parameters], Sequence[Over]]
LIMIT_DETECTORS: Mapping[str, LimitDetector] = {
    "E1": _exceeds,
    "E2": _hour_warns,
    "E3": _forecasts,
    "E4": _near,
}
Detector: TypeAlias = Callable[[FactorSeries, OutletSeries, Parameters], Sequence[Episode]]


def _constant(series: FactorSeries, _outlet: OutletSeries, p: Parameters) -> list[Episode]:
    """By sample times where the device tells them, by minutes where it sends them, else by hourly means."""
    told = [one for one in series.readings if one.sampled_at is not None]
    fine = told or [one for one in series.readings if one.minutes < 60]
    return quality.constant(quality.by_sample(fine) if fine else series.hours, p)


DETECTORS: Mapping[str, Detector] = {
    "Q1": _constant,
    "Q2": lambda one, _outlet, p: quality.zero(one.hours, p),
    "Q3": lambda one, _outlet, p: quality.negative(
        [Point(reading.at, reading.value) for reading in one.readings],
        one.factor,
        upper_range=one.upper_range,
        p=p,
    ),
    "Q4": lambda one, _outlet, p: quality.spike(one.hours, step=one.step, p=p),
    "Q5": lambda one, outlet, p: quality.step_change(one.hours, p, load=outlet.load),
    "Q6": lambda one, outlet, _p: quality.out_of_range(one.readings, one.factor, edition=outlet.edition),
    "Q7": lambda one, _outlet, p: quality.low_plateau(one.hours, detection_limit=one.detection_limit, p=p),
    "L1": lambda one, _outlet, _p: contradiction.order(one.readings, step=one.step),
    "L2": lambda one, _outlet, p: contradiction.balance(one.sums, p),
    "L4": lambda one, _outlet, p: contradiction.converted(one.converted, one.reference, p),
    "M1": lambda one, _outlet, p: contradiction.flag_contradicts(one.readings, p),
}

OutletDetector: TypeAlias = Callable[[OutletSeries, Parameters], Sequence[Episode]]
OUTLET_DETECTORS: Mapping[str, OutletDetector] = {
    "L3": lambda outlet, p: contradiction.species(outlet.rows, p),
    "L5": lambda outlet, p: contradiction.flow_velocity(outlet.rows, outlet.area_m2, p),
    "L6": lambda outlet, p: contradiction.oxygen_bias(outlet.rows, p),
    "M2": lambda outlet, p: contradiction.mark_contradicts_condition(outlet.stopped, p),
}
SUSPICIOUS = frozenset({"Q1", "Q3", "Q4", "Q6", "L1", "L4", "M1"})


def evaluate(outlet: OutletSeries, book: RuleBook) -> list[Finding]:
    """Every finding about the outlet, each under the version that holds today."""
    found: list[Finding] = []
    for rule, detect_all in OUTLET_DETECTORS.items():
        version = book.alarm(rule, outlet.today, Subject(outlet.medium, "", outlet.outlet))
        if version is not None:
            found += [_finding(version, "", one) for one in detect_all(outlet, version.parameters)]
    found += _missing(outlet, book)
    for series in outlet.factors.values():
        found += _of_factor(series, outlet, book)
    return found


def _missing(outlet: OutletSeries, book: RuleBook) -> list[Finding]:
    """T3: hours without any data, and a factor that is absent for some hours while others arrive."""
    found: list[Finding] = []
    for factor, hours in outlet.missing.items():
        version = book.alarm("T3", outlet.today, Subject(outlet.medium, factor, outlet.outlet))
        if version is not None:
            least = version.parameters["factor_hours"] if factor else 1
            gaps = transport.missing_episodes(hours, outlet.now)
            found += [_finding(version, factor, gap) for gap in gaps if gap.count >= least]
    return found


def _of_factor(series: FactorSeries, outlet: OutletSeries, book: RuleBook) -> list[Finding]:
    """Data quality before exceedance, so that an exceedance on suspicious data can be labelled."""
    subject = Subject(outlet.medium, series.factor, outlet.outlet)
    found: list[Finding] = []
    for rule, detect in DETECTORS.items():
        if version := book.alarm(rule, outlet.today, subject):
            episodes = detect(series, outlet, version.parameters)
            found += [_finding(version, series.factor, one) for one in episodes]
    suspicious = [one.episode for one in found if one.rule in SUSPICIOUS]
    for rule, compare_all in LIMIT_DETECTORS.items():
        if version := book.alarm(rule, outlet.today, subject):
            for episode, limit, period in compare_all(series, outlet, version.parameters):
                doubts = any(_touch(other, episode) for other in suspicious)
                finding = _finding(version, series.factor, episode)
                found.append(replace(finding, limit=limit, period=period, needs_review=doubts))
    return found


def _finding(version: Version, factor: str, episode: Episode) -> Finding:
    level = BY_ID[version.rule].level
    if episode.longest >= version.parameters.get("raise_after", float("inf")):
        level = max(CITY, level - 1)
    return Finding(version, factor, episode, level)


def _touch(first: Episode, second: Episode) -> bool:
    before = first.end is not None and first.end <= second.start
    after = second.end is not None and second.end <= first.start
    return not (before or after)


def multiple_of(finding: Finding) -> float | None:
    """How many times beyond the limit the peak was; None for an interval or without a limit."""
    if finding.limit is None or finding.episode.peak is None:
        return None
    multiple = compare(finding.episode.peak, finding.limit).multiple
    return float(multiple) if multiple is not None else None
