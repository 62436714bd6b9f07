"""Devices from the registers: what they say is read back as meant, also with faults on the line."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.rules.frame import answers
from bihuan.oversight.monitoring.rules.frame.decode import decode
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.oversight.monitoring.rules.frame.types import Frame
from bihuan.oversight.monitoring.rules.periods import HOUR, hour_of
from bihuan.oversight.monitoring.simulation.faults import chosen
from bihuan.oversight.monitoring.simulation.messages import HOURS, MINUTES, record
from bihuan.oversight.monitoring.simulation.running import NoSuchOutlet, field_of, make_exceed, run
from bihuan.oversight.monitoring.simulation.session import Counts, Setting
from bihuan.web.cli.simulate import simulate

KEY = b"0123456789abcdef"


class Host:
    """A gateway that answers everything, and may ask one question."""

    def __init__(self, question: bytes = b"") -> None:
        self.frames: list[Frame] = []
        self.question = question

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        splitter = Splitter()
        while chunk := await reader.read(4096):
            for piece in splitter.feed(chunk):
                frame = decode(piece)
                self.frames.append(frame)
                if frame.crc_ok and frame.head.get("CN", "").startswith("2"):
                    writer.write(answers.answer(frame.head, 9014, edition=frame.standard))
            if self.question:
                writer.write(self.question)
                self.question = b""
        writer.close()

    def of(self, command: int) -> list[Frame]:
        return [frame for frame in self.frames if frame.head.get("CN") == str(command)]


def play(host: Host, field: Any, *, seconds: float | None, **more: Any) -> Counts:
    async def together() -> Counts:
        async with host.listening() as port:
            setting = Setting("127.0.0.1", port, 0.05, more.pop("faults", frozenset()), Counts(), **more)
            return await run(field, setting, seed=1, seconds=seconds)

    return asyncio.run(together())


def test_devices_are_those_of_the_registers(plant: Plant) -> None:
    (device,) = field_of(None, seed=1)
    assert device.logger.mn == plant.logger.mn
    assert [station.outlet.code for station in device.stations] == ["DA001", "DW001"]
    assert {one.factor for one in device.stations[1].sensors} == {"w00000", "w01018", "w01001"}
    assert len(field_of(1, seed=1)) == 1


def test_an_hour_agrees_with_its_minutes(plant: Plant) -> None:
    (device,) = field_of(None, seed=1)
    begin = hour_of(timezone.now()) - HOUR
    minutes = [
        record(device, device.stations[0], MINUTES, begin + n * timedelta(minutes=10), said=begin)
        for n in range(6)
    ]
    values = [float(_read(sent.frame).first("a21026-Avg")) for sent in minutes]
    hour = float(
        _read(record(device, device.stations[0], HOURS, begin, said=begin).frame).first("a21026-Avg")
    )
    assert hour == pytest.approx(sum(values) / 6, abs=0.01)
    assert 15 < hour < 45


def _read(frame: bytes) -> Frame:
    (piece,) = Splitter().feed(frame)
    return decode(piece)


@pytest.mark.parametrize("edition", ["2005", "2017", "2025"])
def test_each_edition_speaks_its_own_way(plant: Plant, edition: str) -> None:
    plant.logger.edition = edition
    plant.logger.save()
    (device,) = field_of(None, seed=1)
    begin = hour_of(timezone.now()) - HOUR
    frame = _read(record(device, device.stations[1], HOURS, begin, said=begin).frame)
    assert frame.standard == edition
    assert bool(frame.first("011-Avg")) == (edition == "2005")


def test_the_past_is_delivered_and_the_field_ends(plant: Plant) -> None:
    host = Host()
    since = hour_of(timezone.now()) - 2 * HOUR
    counts = play(host, field_of(None, seed=1), seconds=None, history=since, live=False)
    assert len(host.of(2061)) == 4
    assert len(host.of(2051)) >= 24
    assert counts.acknowledged == counts.sent == len(host.frames)
    assert {frame.data_time for frame in host.of(2061)} == {since, since + HOUR}


def test_live_devices_speak_until_the_time_is_up(plant: Plant) -> None:
    host = Host()
    counts = play(host, field_of(None, seed=1), seconds=1.0)
    assert counts.acknowledged > 4
    assert counts.connected == 0
    assert len(host.of(2011)) == counts.sent


def test_faults_on_the_line_lose_nothing(plant: Plant) -> None:
    host = Host()
    since = hour_of(timezone.now()) - 6 * HOUR
    faults = chosen("halves,rubbish,duplicates,late,flags")
    play(host, field_of(None, seed=1), seconds=None, history=since, live=False, faults=faults)
    times = {(frame.head["ST"], frame.data_time) for frame in host.of(2061)}
    assert len(times) == 12


def test_a_request_for_the_past_is_answered(plant: Plant) -> None:
    begin = hour_of(timezone.now()) - 3 * HOUR
    span = [[("BeginTime", f"{begin:%Y%m%d%H%M%S}"), ("EndTime", f"{begin + 2 * HOUR:%Y%m%d%H%M%S}")]]
    head = [
        ("QN", "20261126120000001"),
        ("ST", "31"),
        ("CN", "2061"),
        ("PW", "123456"),
        ("MN", plant.logger.mn),
    ]
    host = Host(encode([*head, ("Flag", "5")], span))
    counts = play(host, field_of(None, seed=1), seconds=1.5)
    assert counts.requests == 1
    assert [frame.first("QnRtn") for frame in host.of(9011)] == ["1"]
    assert len(host.of(2061)) == 4
    assert [(frame.head["QN"], frame.first("ExeRtn")) for frame in host.of(9012)] == [
        ("20261126120000001", "1")
    ]


def test_one_outlet_is_made_to_exceed(plant: Plant) -> None:
    field = field_of(None, seed=1)
    excess = make_exceed(field, "")
    assert (excess.outlet, excess.factor, excess.since) == ("DA001", "a21026", hour_of(timezone.now()) - HOUR)
    frame = record(field[0], field[0].stations[0], HOURS, excess.since, said=excess.since).frame
    assert float(_read(frame).first("a21026-Avg")) > 60
    assert make_exceed(field_of(None, seed=1), "DW001/w01018").factor == "w01018"
    with pytest.raises(NoSuchOutlet):
        make_exceed(field, "DA009")


def test_the_command_prints_what_was_done(plant: Plant) -> None:
    done = CliRunner().invoke(
        simulate, ["--port", "1", "--seconds", "0.3", "--exceed", plant.logger.mn, "--from", "90m", "--json"]
    )
    assert done.exit_code == 0
    assert json.loads(done.stdout)["sent"] == 0
    wrong = CliRunner().invoke(simulate, ["--from", "yesterday"])
    assert wrong.exit_code == 2


def test_a_day_for_since(plant: Plant) -> None:
    from bihuan.web.cli.simulate import Since

    assert Since().convert("2026-11-01", None, None) == timezone.make_aware(datetime(2026, 11, 1))
