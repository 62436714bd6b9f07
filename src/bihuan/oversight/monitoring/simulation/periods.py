"""The records of a station over many periods at once, as a table of names and numbers. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from bihuan.oversight.monitoring.rules.judging import OXYGEN
from bihuan.oversight.monitoring.simulation.sensors import Sensor, Station, converted
from bihuan.oversight.monitoring.simulation.series import Slots

PH = "w01001"
LITRES, MILLIGRAMS = 1_000, 1_000_000


class Column(NamedTuple):
    """One field of the message over all periods, in the unit and with the decimals that the device sends."""

    code: str
    suffix: str
    numbers: Any
    decimals: int


def table(station: Station, begins: Sequence[int], *, length: int, step: int) -> Iterator[Column]:
    """The fields in the order of the message; flags stand where `numbers` is None.

    `begins` are minutes since 1970; a period has `length` minutes and is made of records of `step` minutes,
    so that longer ones agree with shorter ones.
    """
    slots = {one.factor: _periods(one, begins, length=length, step=step) for one in station.sensors}
    for sensor in station.sensors:
        mine = slots[sensor.factor]
        places, quantity = _places(sensor), _quantity(sensor, slots, station, seconds=length * 60)
        if quantity is not None:
            yield Column(sensor.code, "Cou", np.round(quantity, 3), 3)
        named = (("Min", mine.low), ("Avg", mine.mean), ("Max", mine.high))
        for suffix, numbers in named:
            yield Column(sensor.code, suffix, np.round(numbers * sensor.scale, places), places)
        if sensor.reference is not None and OXYGEN in slots:
            told = converted(mine.mean, slots[OXYGEN].mean, sensor.reference)
            yield Column(sensor.code, "ZsAvg", np.round(told * sensor.scale, places), places)
        yield Column(sensor.code, "Flag", None, 0)


def _periods(sensor: Sensor, begins: Sequence[int], *, length: int, step: int) -> Slots:
    minutes = np.asarray(begins, dtype=np.int64)[:, None] + np.arange(0, length, step)
    slots = sensor.series.slots(minutes, step)
    mean = np.round(slots.mean.mean(axis=1), sensor.series.decimals)
    return Slots(mean, slots.low.min(axis=1), slots.high.max(axis=1))


def _places(sensor: Sensor) -> int:
    """More decimals where the unit of the edition needs them."""
    return sensor.series.decimals + (3 if sensor.scale < 1 else 0)


def _quantity(sensor: Sensor, slots: dict[str, Slots], station: Station, *, seconds: int) -> Any:
    """m³ of the flow, kg of what is measured by volume, None for the rest."""
    flow = station.flow
    if flow is None or sensor.factor == PH or (not sensor.is_flow and sensor.upper is None):
        return None
    by_litres = station.outlet.medium == "water"
    volume = slots[flow.factor].mean * seconds / (LITRES if by_litres else 1)
    return (
        volume
        if sensor.is_flow
        else slots[sensor.factor].mean * volume / (LITRES if by_litres else MILLIGRAMS)
    )
