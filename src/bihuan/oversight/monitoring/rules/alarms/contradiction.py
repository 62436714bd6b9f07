"""Values that contradict each other, their marks or the state of the plant (L1–L7, M1–M3). Pure.

Each takes the hours of one outlet; those on which no conclusion may rest are left out by the caller.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.oversight.monitoring.rules.conversion import convert
from bihuan.oversight.monitoring.rules.episodes import Episode, Point, lasting
from bihuan.oversight.monitoring.rules.marking import YEARLY_CAPS_H
from bihuan.oversight.monitoring.rules.periods import HOUR
from bihuan.oversight.monitoring.rules.readings import Reading

Parameters = Mapping[str, float]

COD, BOD, AMMONIA, NITROGEN = "w01018", "w01017", "w21003", "w21001"
CHROMIUM, CHROMIUM_SIX = "w20116", "w20117"
HYDROCARBONS, NMHC = "a24087", "a24088"
OXYGEN, FLOW_GAS, VELOCITY = "a19001", "a00000", "a01011"


@dataclass(frozen=True, slots=True)
class Row:
    """One hour of an outlet; values in the units of the factor table of 2017."""

    at: datetime
    values: Mapping[str, float]


Excess = Callable[[Row], float | None]


def over_rows(rows: Sequence[Row], excess: Excess, hours: float) -> list[Episode]:
    """Episodes of `hours` h in which `excess` was above zero; None says the row can't tell."""
    points = [Point(row.at, excess(row)) for row in rows]
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=hours * HOUR)


def order(readings: Sequence[Reading], *, step: float) -> list[Episode]:
    """L1: Min ≤ Avg ≤ Max within one display step."""

    def beyond(reading: Reading) -> float | None:
        if reading.value is None or reading.low is None or reading.high is None:
            return None
        return max(reading.low - reading.value, reading.value - reading.high) - step

    points = [Point(one.at, beyond(one), length=timedelta(minutes=one.minutes)) for one in readings]
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=timedelta(0))


def differs(ours: float | None, theirs: float | None, *, share: float, least: float = 0.0) -> float | None:
    """How much further than the tolerance two values lie apart; None when one is unknown.

    The tolerance is `share` of the greater of the two, or `least` if that is more.
    """
    if ours is None or theirs is None:
        return None
    return abs(ours - theirs) - max(share * max(abs(ours), abs(theirs)), least)


def balance(pairs: Sequence[tuple[datetime, float | None, float | None]], p: Parameters) -> list[Episode]:
    """L2: what the device summed up against what we summed up, (hour, ours, theirs); 5 % (ours)."""
    points = [Point(at, differs(ours, theirs, share=p["share"])) for at, ours, theirs in pairs]
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=p["hours"] * HOUR)


def species_excess(row: Row, p: Parameters) -> float | None:
    """L3: by how much a part is greater than its whole; None without a pair. Cr(VI) is in µg/L."""
    pairs = (
        (AMMONIA, NITROGEN, 1.0, p["nitrogen_share"]),
        (BOD, COD, 1.0, 1.0),
        (CHROMIUM_SIX, CHROMIUM, 0.001, 1.0),
        (NMHC, HYDROCARBONS, 1.0, 1.0),
    )
    found = [
        row.values[part] * scale * share - row.values[whole]
        for part, whole, scale, share in pairs
        if part in row.values and whole in row.values
    ]
    return max(found, default=None)


def species(rows: Sequence[Row], p: Parameters) -> list[Episode]:
    return over_rows(rows, lambda row: species_excess(row, p), p["hours"])


@dataclass(frozen=True, slots=True)
class ConvertedHour:
    """The measured mean, the oxygen, and the converted mean that the device sent."""

    at: datetime
    measured: float
    oxygen: float | None
    sent: float | None


def converted(hours: Sequence[ConvertedHour], reference: float | None, p: Parameters) -> list[Episode]:
    """L4: the device's converted value against ours; 2 % or 1 mg/m³ (ours)."""
    points = [
        Point(
            hour.at,
            differs(
                convert(hour.measured, hour.oxygen, reference).value,
                hour.sent,
                share=p["share"],
                least=p["least"],
            ),
        )
        for hour in hours
    ]
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=p["hours"] * HOUR)


def flow_velocity(rows: Sequence[Row], area_m2: float | None, p: Parameters) -> list[Episode]:
    """L5: flow m³/s against velocity·area; 10 % (ours)."""
    if not area_m2:
        return []

    def excess(row: Row) -> float | None:
        velocity = row.values.get(VELOCITY)
        expected = None if velocity is None else velocity * area_m2
        return differs(expected, row.values.get(FLOW_GAS), share=p["share"])

    return over_rows(rows, excess, p["hours"])


def oxygen_bias(rows: Sequence[Row], p: Parameters) -> list[Episode]:
    """L6: oxygen near air while it runs (leak, dilution), or next to none."""

    def excess(row: Row) -> float | None:
        oxygen = row.values.get(OXYGEN)
        return None if oxygen is None else float(oxygen >= p["high"] or oxygen < p["low"])

    return over_rows(rows, excess, p["hours"])


def in_and_out(pairs: Sequence[tuple[datetime, float, float]], p: Parameters) -> list[Episode]:
    """L7: (hour, inlet, outlet): the outlet not below the inlet, or more removed than is possible."""

    def impossible(inlet: float, outlet: float) -> bool:
        return inlet > 0 and (outlet >= inlet or (inlet - outlet) / inlet > p["removal"])

    points = [Point(at, float(impossible(inlet, outlet))) for at, inlet, outlet in pairs]
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=p["hours"] * HOUR)


def flag_contradicts(readings: Sequence[Reading], p: Parameters) -> list[Episode]:
    """M1: stopped, faulty or unlinked by its flag, yet the values move."""
    points, before = [], None
    for one in readings:
        excused = one.flag.upper() in ("F", "D", "B")
        moves = before is not None and one.value is not None and one.value not in (0.0, before)
        points.append(Point(one.at, float(excused and moves), length=timedelta(minutes=one.minutes)))
        before = one.value
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=p["hours"] * HOUR)


def mark_contradicts_condition(stopped: Sequence[tuple[Row, bool | None]], p: Parameters) -> list[Episode]:
    """M2: rows under a "stopped" mark, each with whether production drew power; burning or running anyway."""

    def against(row: Row, running: bool | None) -> float:
        oxygen = row.values.get(OXYGEN)
        return float(running is True or (oxygen is not None and oxygen < p["oxygen"]))

    points = [Point(row.at, against(row, running)) for row, running in stopped]
    return lasting(points, lambda point: (point.value or 0.0) > 0, least=timedelta(minutes=p["minutes"]))


def overused(used_hours: Mapping[str, float], p: Parameters) -> dict[str, float]:
    """M3: capped groups of marks with their share of the yearly allowance, from 80 % on (ours)."""
    shares = {cap: used_hours.get(cap, 0.0) / allowed for cap, allowed in YEARLY_CAPS_H.items()}
    return {cap: share for cap, share in shares.items() if share >= p["share"]}
