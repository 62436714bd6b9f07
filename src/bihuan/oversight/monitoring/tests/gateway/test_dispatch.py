"""Orders on their way: sent to whoever is connected, followed by their number, ended one way or another."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises.public import logger_book
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.actions import answers
from bihuan.oversight.monitoring.actions.orders import order
from bihuan.oversight.monitoring.gateway.dispatch import Dispatcher
from bihuan.oversight.monitoring.models import Gap, Order, Origin, PeriodMessage
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.types import Frame
from bihuan.oversight.monitoring.tests.gateway.conftest import COD, MN, sent
from bihuan.oversight.monitoring.tests.gateway.devices import Hall

pytestmark = pytest.mark.django_db
HOUR = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)


class Line:
    """A device at its gateway, with the dispatcher that serves it."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.hall = Hall(logger_book())
        self.dispatcher = Dispatcher(self.hall.desk, on_loop=lambda call: call())
        self.device, self.wire = self.hall.dial()

    def hear(self, *pairs: tuple[str, str], **head: str) -> None:
        """The device says something; what the desk tells of it is passed on."""
        self.device.data_received(sent(*pairs, **({"time": ""} | head)))  # type: ignore[arg-type]
        self.hall.store(connection.connection)
        while self.hall.told:
            self.dispatcher.answered(self.hall.told.pop(0))

    def asked(self) -> list[Frame]:
        """The requests that reached the device."""
        frames = decode_all(self.wire.out)
        return [frame for frame in frames if frame.head["CN"] not in ("9013", "9014")]

    def round(self, seconds: float = 0.0) -> None:
        self.hall.loop.run(seconds)
        self.dispatcher.round()


@pytest.fixture
def line(plant: Plant) -> Line:
    made = Line()
    made.hear(("RestartTime", "20261101000000"), CN="2081", PW="654321")
    return made


def state(made: Order) -> str:
    made.refresh_from_db()
    return made.state


def ended(made: Order) -> dict[str, Any]:
    payload: dict[str, Any] = Event.objects.get(stream=made.stream, kind="order.ended").payload
    return payload


def test_an_order_is_sent_accepted_and_done(world: Any, plant: Plant, line: Line) -> None:
    made = order(
        plant.logger, by=world.county_officer, command=1062, parameters={"RtdInterval": "60"}, reason="值太疏"
    )
    line.round()
    (request,) = line.asked()
    made.refresh_from_db()
    assert request.head == {
        "QN": made.request_number, "ST": "31", "CN": "1062", "PW": "654321", "MN": MN, "Flag": "5",
    }  # fmt: skip
    assert request.first("RtdInterval") == "60"
    assert (made.state, made.tries) == ("sent", 1)
    line.hear(("QnRtn", "1"), CN="9011", ST="91", QN=made.request_number, Flag="4")
    assert state(made) == "accepted"
    line.hear(("ExeRtn", "1"), CN="9012", ST="91", QN=made.request_number, Flag="4")
    assert (state(made), made.accepted_code, made.result_code) == ("done", 1, 1)
    assert ended(made) == {"order": made.pk, "state": "done", "tries": 1, "accepted": 1, "result": 1}


def test_what_is_read_from_a_device_is_kept_with_the_order(world: Any, plant: Plant, line: Line) -> None:
    made = order(plant.logger, by=world.county_officer, command=1061, reason="核对")
    line.round()
    made.refresh_from_db()
    for command, pair in (
        ("9011", ("QnRtn", "1")),
        ("1061", ("RtdInterval", "30")),
        ("9012", ("ExeRtn", "1")),
    ):
        line.hear(pair, CN=command, QN=made.request_number, Flag="4")
    assert (state(made), made.answer) == ("done", [["RtdInterval", "30"]])


@pytest.mark.parametrize(("code", "name", "outcome"), [("2", "QnRtn", "refused"), ("5", "ExeRtn", "failed")])
def test_a_device_may_refuse_or_fail(
    world: Any, plant: Plant, line: Line, code: str, name: str, outcome: str
) -> None:
    made = order(plant.logger, by=world.county_officer, command=3012, reason="突击采样")
    line.round()
    made.refresh_from_db()
    line.hear((name, code), CN="9011" if name == "QnRtn" else "9012", QN=made.request_number, Flag="4")
    assert state(made) == outcome
    assert ended(made)["state"] == outcome


def test_a_silent_device_is_asked_three_times_more(world: Any, plant: Plant, line: Line) -> None:
    made = order(plant.logger, by=world.county_officer, command=1011, reason="对时")
    line.round()
    for _again in range(3):
        line.round(9.0)
        line.round(2.0)
    assert state(made) == "sent"
    assert len({frame.segment for frame in line.asked()}) == 1
    assert len(line.asked()) == 4
    line.round(11.0)
    assert (state(made), made.tries) == ("silent", 4)
    line.round(60.0)
    assert len(line.asked()) == 4


def test_orders_to_one_device_go_one_after_the_other(world: Any, plant: Plant, line: Line) -> None:
    first, second = (
        order(plant.logger, by=world.county_officer, command=command, reason="核对")
        for command in (1011, 1061)
    )
    line.round()
    assert (state(first), state(second)) == ("sent", "waiting")
    line.hear(("ExeRtn", "1"), CN="9012", QN=first.request_number, Flag="4")
    line.round()
    assert (state(first), state(second)) == ("done", "sent")


def test_an_order_waits_for_its_device_and_not_for_ever(world: Any, plant: Plant) -> None:
    line = Line()
    made = order(plant.logger, by=world.county_officer, command=1011, reason="对时")
    line.round()
    assert state(made) == "waiting"
    Order.objects.filter(pk=made.pk).update(not_after=timezone.now() - timedelta(seconds=1))
    line.round()
    assert state(made) == "silent"


def test_what_a_killed_gateway_had_sent_is_ended_by_another(world: Any, plant: Plant, line: Line) -> None:
    made = order(plant.logger, by=world.county_officer, command=1011, reason="对时")
    line.round()
    other = Line()
    other.round()
    assert state(made) == "sent"
    Order.objects.filter(pk=made.pk).update(sent_at=timezone.now() - timedelta(minutes=10))
    other.round()
    assert state(made) == "silent"


def test_a_device_that_asks_for_the_time_is_told(plant: Plant, line: Line) -> None:
    made = answers.set_clock_of(plant.logger, instrument="w01018")
    assert made is not None
    assert answers.set_clock_of(plant.logger) is None
    line.round()
    (request,) = line.asked()
    assert (request.head["CN"], request.first("PolId")) == ("1012", "w01018")
    assert request.fields[-1].name == "SystemTime"
    assert abs(int(request.first("SystemTime")) - int(made_now())) < 100
    assert made.by is None


def made_now() -> str:
    return f"{timezone.localtime():%Y%m%d%H%M%S}"


@pytest.fixture
def gap(plant: Plant) -> Gap:
    found: Gap = Gap.objects.create(
        outlet=plant.drain.pk, logger=plant.logger.pk, mn=MN, command=2061, begin=HOUR,
        end=HOUR + timedelta(hours=2), missing=2,
    )  # fmt: skip
    return found


def test_missing_records_are_asked_for_and_marked_as_requested(plant: Plant, line: Line, gap: Gap) -> None:
    assert answers.ask_for_gaps({MN}, most=3) == 1
    assert answers.ask_for_gaps({MN}, most=3) == 0
    line.round()
    (request,) = line.asked()
    assert b"BeginTime=" in request.segment
    assert b",EndTime=" in request.segment
    number = request.head["QN"]
    line.hear(("QnRtn", "1"), CN="9011", QN=number, Flag="4")
    for hours in (0, 1):
        at = HOUR + timedelta(hours=hours)
        line.hear(*COD, CN="2061", at=at, time=f"{timezone.localtime(at):%Y%m%d%H%M%S}")  # type: ignore[arg-type]
    line.hear(*COD, CN="2061", time=f"{timezone.localtime(HOUR + timedelta(hours=3)):%Y%m%d%H%M%S}")
    line.hear(("ExeRtn", "1"), CN="9012", QN=number, Flag="4")
    origins = PeriodMessage.objects.order_by("data_time").values_list("origin", flat=True)
    assert list(origins) == [Origin.REQUESTED, Origin.REQUESTED, Origin.LIVE]
    gap.refresh_from_db()
    assert (gap.state, gap.closed_at is None) == ("filled", False)


def test_a_device_that_has_no_data_closes_the_gap(line: Line, gap: Gap) -> None:
    answers.ask_for_gaps({MN}, most=3)
    line.round()
    line.hear(("ExeRtn", "100"), CN="9012", QN=line.asked()[0].head["QN"], Flag="4")
    gap.refresh_from_db()
    assert gap.state == "no_data"


def test_a_gap_is_given_up_after_so_many_requests(line: Line, gap: Gap) -> None:
    for _request in range(3):
        assert answers.ask_for_gaps({MN}, most=3) == 1
        line.round()
        line.hear(("ExeRtn", "2"), CN="9012", QN=line.asked()[-1].head["QN"], Flag="4")
    gap.refresh_from_db()
    assert (gap.state, gap.asked) == ("given_up", 3)
    assert answers.ask_for_gaps({MN}, most=3) == 0
