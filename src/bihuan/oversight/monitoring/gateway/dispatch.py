"""Sending orders to the devices of one process and following their answers; runs in the clerk's thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from bihuan.oversight.monitoring.actions import answers as acts
from bihuan.oversight.monitoring.gateway.desk import Desk
from bihuan.oversight.monitoring.gateway.devices import Device, Requested
from bihuan.oversight.monitoring.gateway.messages import Answered
from bihuan.oversight.monitoring.models import Order
from bihuan.oversight.monitoring.rules.commands import BY_NUMBER, EXECUTED, FAILED, SET_CLOCK, span_of
from bihuan.oversight.monitoring.rules.frame.answers import (
    ANSWERS,
    EXECUTION_RESULT,
    NOTICE_ANSWER,
    REQUEST_ANSWER,
    request,
)
from bihuan.oversight.monitoring.rules.frame.encode import Pairs
from bihuan.oversight.monitoring.rules.frame.times import write_time
from bihuan.oversight.monitoring.rules.frame.types import small_number
from bihuan.oversight.monitoring.store.rows import microseconds

COMMON_PASSWORD = "123456"  # what a device is told that never said its own
SPARE_SECONDS = 60  # what a process may be late before another one ends its orders


@dataclass
class Underway:
    """An order that this process has sent; `due` is when it is sent again, or given up."""

    order: Order
    device: Device
    tries: int
    due: float
    accepted: bool = False


class Dispatcher:
    def __init__(self, desk: Desk, *, on_loop: Callable[..., object]) -> None:
        self._desk, self._on_loop = desk, on_loop
        self._underway: dict[int, Underway] = {}

    def round(self) -> None:
        """What waits is sent to who is connected here; what is overdue is sent again or given up."""
        now = timezone.now()
        for waiting in acts.waiting_orders(now):
            device = self._desk.registry.known(waiting.mn)
            if device is not None and device.connection is not None:
                self._begin(waiting, device)
        for one in list(self._underway.values()):
            if self._desk.clock() >= one.due:
                self._press(one)
        acts.expire(now, longest=self._longest())

    def answered(self, said: Answered) -> None:
        """The device has said something under an order's number."""
        one = self._underway.get(said.order)
        if one is None:
            return
        if said.command == REQUEST_ANSWER:
            self._accepted(one, _code(said, "QnRtn"))
        elif said.command == EXECUTION_RESULT:
            self._end(one, lambda: acts.finished(said.order, code=_code(said, "ExeRtn", default=FAILED)))
        elif said.command == NOTICE_ANSWER:
            self._end(one, lambda: acts.finished(said.order, code=EXECUTED))
        elif said.command not in ANSWERS:
            acts.told(said.order, fields=said.fields)

    def _begin(self, waiting: Order, device: Device) -> None:
        order = acts.begin(waiting, at=timezone.now())
        if order is not None:
            one = Underway(order, device, 1, self._desk.clock() + self._desk.numbers["answer_limit"])
            self._underway[order.pk] = one
            self._send(one)

    def _send(self, one: Underway) -> None:
        order, span = one.order, span_of(one.order.parameters)
        asked = None
        if span is not None:
            asked = Requested(order.command, microseconds(span[0]), microseconds(span[1]))
        data = frame_of(order, one.device)
        sending = partial(self._desk.send_order, number=order.request_number, order=order.pk)
        self._on_loop(partial(sending, one.device, data=data, asked=asked))

    def _press(self, one: Underway) -> None:
        numbers = self._desk.numbers
        if one.accepted or one.tries > numbers["resends"] or one.device.connection is None:
            self._end(one, lambda: acts.silent(one.order.pk))
            return
        one.tries += 1
        one.due = self._desk.clock() + numbers["answer_limit"]
        acts.sent_again(one.order.pk, tries=one.tries)
        self._send(one)

    def _accepted(self, one: Underway, code: int) -> None:
        if acts.accepted(one.order.pk, code=code):
            one.accepted = True
            one.due = self._desk.clock() + self._desk.numbers["execution_limit"]
        else:
            self._forget(one)

    def _end(self, one: Underway, act: Callable[[], None]) -> None:
        act()
        self._forget(one)

    def _forget(self, one: Underway) -> None:
        self._underway.pop(one.order.pk, None)
        forgetting = partial(self._desk.forget_order, number=one.order.request_number, order=one.order.pk)
        self._on_loop(partial(forgetting, one.device))

    def _longest(self) -> timedelta:
        numbers = self._desk.numbers
        answering = numbers["answer_limit"] * (numbers["resends"] + 1)
        return timedelta(seconds=answering + numbers["execution_limit"] + SPARE_SECONDS)


def frame_of(order: Order, device: Device) -> bytes:
    """The order in the words of the device's edition; the clock is set to the moment of sending."""
    pairs = [(str(name), str(text)) for name, text in order.parameters]
    if order.command == SET_CLOCK:
        pairs.append(("SystemTime", write_time(timezone.now())))
    return request(
        request_number=order.request_number,
        system=order.system,
        command=order.command,
        password=device.view.password or device.password or COMMON_PASSWORD,
        device=device.mn,
        edition=device.view.edition,
        data=_items(order.command, pairs),
    )


def _items(command: int, pairs: list[tuple[str, str]]) -> list[Pairs]:
    """A span of time is one item in the standard's examples, everything else an item each."""
    if BY_NUMBER[command].history and pairs:
        return [pairs]
    return [[pair] for pair in pairs]


def _code(said: Answered, name: str, default: int = 0) -> int:
    text: Any = dict(said.fields).get(name)
    code = small_number(text)
    return default if code is None else code
