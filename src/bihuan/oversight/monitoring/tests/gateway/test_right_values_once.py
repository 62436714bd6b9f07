"""A device that resends, one that splits, a late one, one of 2005, one that enciphers as of 2025: right
values, once each, in the units of 2017."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bihuan.oversight.enterprises.keys import sealed
from bihuan.oversight.enterprises.models import LoggerOutlet
from bihuan.oversight.enterprises.public import logger_book
from bihuan.oversight.enterprises.tests.conftest import build_plant
from bihuan.oversight.monitoring.models import Origin, PeriodMessage, QuarantinedFrame
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode, encode_parts, frame_of, items_of
from bihuan.oversight.monitoring.rules.frame.times import request_number, write_time
from bihuan.oversight.monitoring.store.source import StoredSource
from bihuan.oversight.monitoring.tests.gateway.devices import Hall, Wire

pytestmark = pytest.mark.django_db
KEY = bytes(range(16))
HOUR = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
YESTERDAY = HOUR - timedelta(hours=30)
NAMES = ("resends", "splits", "late", "old", "encrypts")


@dataclass
class Sender:
    mn: str
    outlet: int
    connection: Any
    wire: Wire

    def head(self, **changes: str) -> list[tuple[str, str]]:
        said = {"QN": request_number(timezone.now()), "ST": "32", "CN": "2061", "PW": "123456"}
        return list((said | {"MN": self.mn, "Flag": "5"} | changes).items())


@pytest.fixture
def field(world: Any) -> tuple[Hall, dict[str, Sender]]:
    built = {}
    for number, name in enumerate(NAMES):
        mn = f"{number:014d}" if name == "old" else f"A{number:023d}"
        plant = build_plant(world, uscc=f"9133040200000000{number}X", mn=mn, name=name)
        LoggerOutlet.objects.create(logger=plant.logger, outlet=plant.drain)
        plant.logger.edition = {"old": "2005", "encrypts": "2025"}.get(name, "2017")
        plant.logger.sealed_key = sealed(KEY) if name == "encrypts" else ""
        plant.logger.save()
        built[name] = plant
    connection.ensure_connection()
    hall = Hall(logger_book())
    return hall, {
        name: Sender(plant.logger.mn, plant.drain.pk, *hall.dial()) for name, plant in built.items()
    }


def data(at: datetime, *pairs: tuple[str, str]) -> list[Any]:
    return items_of([("DataTime", write_time(at)), *pairs])


def resend(hall: Hall, sender: Sender) -> None:
    frame = encode(sender.head(), data(HOUR, ("w01018-Avg", "40.1"), ("w01018-Flag", "N")))
    sender.connection.data_received(frame)
    sender.connection.data_received(frame)
    hall.store(connection.connection)
    sender.connection.data_received(frame)
    later, wire = hall.dial()
    later.data_received(frame)
    hall.store(connection.connection)
    assert (len(sender.wire.answers), len(wire.answers)) == (3, 1)


def split(hall: Hall, sender: Sender) -> None:
    """In two parts as the standard cuts, and these in TCP segments of seven bytes."""
    pairs = [(f"w2{number:04d}-Avg", f"{number}.5") for number in range(200, 270)]
    parts = encode_parts(sender.head(), data(HOUR, ("w01018-Avg", "41.2"), ("w01018-Flag", "N"), *pairs))
    assert len(parts) == 2
    stream = b"".join(parts)
    for begin in range(0, len(stream), 7):
        sender.connection.data_received(stream[begin : begin + 7])
    hall.store(connection.connection)
    assert len(sender.wire.answers) == 2


def late(hall: Hall, sender: Sender) -> None:
    pairs = (("w01018-Avg", "42.3"), ("w01018-Flag", "N"))
    sender.connection.data_received(encode(sender.head(RF="1"), data(YESTERDAY, *pairs)))
    hall.store(connection.connection)
    assert len(sender.wire.answers) == 1


def old(hall: Hall, sender: Sender) -> None:
    """As loggers of 2005 speak: no QN, three-digit codes, hexavalent chromium in mg/L where 2017 has µg/L."""
    head = f"ST=32;CN=2061;PW=123456;MN={sender.mn};Flag=1"
    said = f"{head};CP=&&DataTime={write_time(HOUR)};011-Avg=43.4,011-Flag=N;024-Avg=0.05,024-Flag=N&&"
    for _again in range(2):
        sender.connection.data_received(frame_of(said.encode()))
    hall.store(connection.connection)
    answers = [frame.fields for frame in decode_all(sender.wire.out)]
    assert [[(one.name, one.text) for one in fields] for fields in answers] == [[("CN", "2061")]] * 2


def encrypted(hall: Hall, sender: Sender) -> None:
    pairs = (("w01018-Avg", "44.5"), ("w01018-Flag", "N"), ("w20117-Avg", "50"), ("w20117-Flag", "N"))
    for _again in range(2):
        frame = encode(sender.head(Flag="9"), data(HOUR, *pairs), key=KEY)
        assert b"44.5" not in frame
        sender.connection.data_received(frame)
    hall.store(connection.connection)
    assert len(sender.wire.answers) == 2


def test_right_values_once(field: tuple[Hall, dict[str, Sender]]) -> None:
    hall, senders = field
    for act, name in zip((resend, split, late, old, encrypted), NAMES, strict=True):
        act(hall, senders[name])
    assert not QuarantinedFrame.objects.exists()
    outlets = {senders[name].outlet: name for name in NAMES}
    counted = {name: 0 for name in NAMES}
    for row in PeriodMessage.objects.all():
        counted[outlets[row.outlet]] += 1
        assert row.version == 1
        assert row.origin == (Origin.SUPPLEMENT if outlets[row.outlet] == "late" else Origin.LIVE)
    assert counted == {"resends": 1, "splits": 2, "late": 1, "old": 1, "encrypts": 1}
    read = StoredSource().read(
        list(outlets), YESTERDAY, HOUR + timedelta(hours=1), arrived_by=timezone.now() + timedelta(minutes=5)
    )
    cod = {
        outlets[outlet]: {at: one.value for at, one in found.hours["w01018"].items()}
        for outlet, found in read.items()
    }
    near = pytest.approx
    assert cod == {
        "resends": {HOUR: near(40.1)},
        "splits": {HOUR: near(41.2)},
        "late": {YESTERDAY: near(42.3)},
        "old": {HOUR: near(43.4)},
        "encrypts": {HOUR: near(44.5)},
    }
    chromium = {
        outlets[outlet]: [one.value for one in found.hours.get("w20117", {}).values()]
        for outlet, found in read.items()
    }
    assert chromium["old"] == chromium["encrypts"] == [near(50.0)]
    assert len(read[senders["splits"].outlet].hours) == 71
