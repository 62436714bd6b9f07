"""What a device says: frames of its edition with real-time, minute, hour and day data. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bihuan.oversight.monitoring.rules.frame.answers import flag_of
from bihuan.oversight.monitoring.rules.frame.encode import Pairs, encode, items_of
from bihuan.oversight.monitoring.rules.frame.times import request_number, write_time
from bihuan.oversight.monitoring.simulation.periods import Column, table
from bihuan.oversight.monitoring.simulation.sensors import Device, Sensor, Station

READY, EXECUTED = 9011, 9012
REALTIME, MINUTES, HOURS, DAYS = 2011, 2051, 2061, 2031
LENGTHS = {HOURS: 60, DAYS: 1440}
ENCRYPTED_EDITION = "2025"


class Sent(NamedTuple):
    """A frame, and the number under which it must be answered."""

    number: str
    frame: bytes


def realtime(device: Device, station: Station, moment: datetime, said: datetime) -> Sent:
    """The values of a moment; `said` is what the device's clock says when it speaks."""
    step, second = device.logger.minute_interval_min, int(moment.timestamp())
    items = [
        [(f"{one.code}-Rtd", _number(one, one.series.at(second, step))), (f"{one.code}-Flag", "N")]
        for one in station.sensors
    ]
    return _message(device, station, REALTIME, moment, said=said, items=items)


def record(
    device: Device,
    station: Station,
    command: int,
    begin: datetime,
    *,
    said: datetime,
    flag: str = "N",
    supplement: bool = False,
) -> Sent:
    """The minute, hour or day record that begins at `begin`."""
    step = device.logger.minute_interval_min
    columns = table(station, [int(begin.timestamp()) // 60], length=LENGTHS.get(command, step), step=step)
    fields = [(f"{one.code}-{one.suffix}", _shown(one, flag)) for one in columns]
    return _message(device, station, command, begin, said=said, items=items_of(fields), supplement=supplement)


def _shown(column: Column, flag: str) -> str:
    return flag if column.numbers is None else f"{column.numbers[0]:.{column.decimals}f}"


def _number(sensor: Sensor, value: float) -> str:
    """With the decimals of the sensor, or more where the unit of the edition needs them."""
    places = sensor.series.decimals + (3 if sensor.scale < 1 else 0)
    return f"{value * sensor.scale:.{places}f}"


def _message(
    device: Device,
    station: Station,
    command: int,
    moment: datetime,
    *,
    said: datetime,
    items: list[Any],
    supplement: bool = False,
) -> Sent:
    logger, number = device.logger, request_number(said)
    header: Pairs = [
        ("QN", number), ("ST", station.system), ("CN", str(command)), ("PW", logger.password or "123456"),
        ("MN", logger.mn), ("Flag", flag_of(logger.edition, wants_answer=True)),
        *([("RF", "1")] if supplement and logger.edition == ENCRYPTED_EDITION else []),
    ]  # fmt: skip
    key = logger.sm4_key if logger.edition == ENCRYPTED_EDITION and logger.sealed_key else None
    return Sent(number, encode(header, [[("DataTime", write_time(moment))], *items], key=key))


def answer_to(header: Mapping[str, str], command: int, code: str) -> bytes:
    """9011 or 9012 to a request, under the number of the request."""
    flag = str(int(header.get("Flag", "4")) & ~1)
    said = {**header, "ST": "91", "CN": str(command), "Flag": flag}
    head = [(name, said[name]) for name in ("QN", "ST", "CN", "PW", "MN", "Flag") if said.get(name)]
    return encode(head, [[("QnRtn" if command == READY else "ExeRtn", code)]])
