"""The devices that one process hears: what the register says of each, and what was heard last.

Read and changed on the loop's thread; the clerk's thread only takes notes of it (`noted`).
"""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from bihuan.oversight.enterprises.public import KeyUnreadable, LoggerBook, LoggerView
from bihuan.oversight.monitoring.gateway.intake import outlets_for, same
from bihuan.oversight.monitoring.rules.frame.flat import Head
from bihuan.oversight.monitoring.rules.frame.layout import Layout
from bihuan.oversight.monitoring.rules.frame.times import read_request_number
from bihuan.oversight.monitoring.store.rows import MessageRow, microseconds, moment_of
from bihuan.oversight.monitoring.store.tables import Table, table_of

if TYPE_CHECKING:
    from bihuan.oversight.monitoring.gateway.connection import Connection

log = logging.getLogger("bihuan.gateway")
CLOCK_SAMPLES = 10  # the clock error is the median of so many (telemetry chapter 5, T4)
PLAIN_EDITIONS = ("2017", "2025")  # the answers of 2005 say more
FOREVER = 2**62
MICROSECONDS = 1_000_000


def key_of(view: LoggerView) -> bytes:
    """The device's key; none where it can't be opened, so that what it enciphers is set aside."""
    try:
        return view.sm4_key
    except KeyUnreadable as error:
        log.warning("the key of a device can't be opened", exc_info=error)
        return b""


class Requested(NamedTuple):
    """A span of history that an order asked for: what comes from it is marked as requested."""

    command: int
    begin: int
    end: int


@dataclass(eq=False, slots=True)
class Device:
    """One device number; times are microseconds since 2000 as in the store."""

    mn: str
    view: LoggerView
    key: bytes
    connection: "Connection | None" = None
    host: str = ""
    heard: int = 0
    newest: int = 0
    request_number: str = ""
    password: str = ""
    edition: str = ""
    messages: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    second_host: str = ""
    second_heard: int = 0
    errors: "deque[float]" = field(default_factory=lambda: deque(maxlen=CLOCK_SAMPLES))
    changed: bool = False
    stored: dict[int, MessageRow] = field(default_factory=dict)
    layouts: set[Layout] = field(default_factory=set)
    orders: dict[str, int] = field(default_factory=dict)
    requested: dict[int, Requested] = field(default_factory=dict)

    def hear(self, connection: "Connection", now: int, *, window: int) -> None:
        """A frame of the device has come; from another address within `window` that is a conflict."""
        if self.connection is not connection:
            if self.host and self.host != connection.host and now - self.heard < window:
                self.second_host, self.second_heard = self.host, self.heard
            self.connection, self.host = connection, connection.host
            connection.devices.add(self)
        self.heard, self.changed = now, True
        self.messages += 1

    def left(self, connection: "Connection") -> None:
        """A connection has ended that the device was heard on."""
        if self.connection is connection:
            self.connection, self.changed = None, True

    def is_requested(self, command: int, at: int) -> bool:
        return any(one.command == command and one.begin <= at <= one.end for one in self.requested.values())

    def note(self) -> "DeviceNoted":
        """What there is to be noted since the last time."""
        self.changed = False
        asked = read_request_number(self.request_number)[0] if self.request_number else None
        if asked is not None:
            self.errors.append((moment_of(self.heard) - asked).total_seconds())
            self.request_number = ""
        messages, self.messages = self.messages, 0
        faults, self.faults = self.faults, {}
        return DeviceNoted(
            mn=self.mn,
            logger=self.view.id,
            heard=moment_of(self.heard),
            newest=moment_of(self.newest) if self.newest else None,
            clock_error_s=median(self.errors) if self.errors else None,
            host=self.host,
            connected=self.connection is not None,
            edition=self.edition,
            messages=messages,
            faults=faults,
            second_host=self.second_host,
            second_heard=moment_of(self.second_heard) if self.second_heard else None,
        )


class DeviceNoted(NamedTuple):
    mn: str
    logger: int
    heard: datetime
    newest: datetime | None
    clock_error_s: float | None
    host: str
    connected: bool
    edition: str
    messages: int
    faults: dict[str, int]
    second_host: str
    second_heard: datetime | None


class Route(NamedTuple):
    """Where the plain messages with one header go; `begin` and `end` bound the times of data it holds for."""

    device: Device
    table: Table
    outlets: tuple[int, ...]
    begin: int
    end: int


class Registry:
    """All devices of the register, with those that were heard."""

    def __init__(self, book: LoggerBook) -> None:
        self._book = book
        self._devices: dict[str, Device] = {}
        self._routes: dict[Head, Route | None] = {}

    def replace(self, book: LoggerBook, now: datetime) -> None:
        """The register has changed; a device that is no longer in it is forgotten."""
        self._book = book
        self._routes.clear()
        for mn, device in list(self._devices.items()):
            view = book.at(mn, now)
            if view is None:
                del self._devices[mn]
            elif view != device.view:
                device.view, device.key = view, key_of(view)
                device.stored.clear()

    def find(self, mn: str, now: int) -> Device | None:
        """The device that carries the number now; None for a number nobody knows."""
        known = self._devices.get(mn.upper())
        if known is None and (view := self._book.at(mn, moment_of(now))) is not None:
            known = self._devices[view.mn] = Device(view.mn, view, key_of(view))
        return known

    def view_at(self, device: Device, moment: datetime | None) -> LoggerView:
        """The register's word about the device at the time of its data, else of today."""
        if moment is None or device.view.holds(moment):
            return device.view
        return self._book.at(device.mn, moment) or device.view

    def route(self, head: Head, now: int) -> Route | None:
        """Where messages with this header go without another look; None for those that need one."""
        if head not in self._routes:
            self._routes[head] = self._find_route(head, now)
        return self._routes[head]

    def _find_route(self, head: Head, now: int) -> Route | None:
        device, table = self.find(head.device, now), table_of(head.command)
        if device is None or table is None or head.edition not in PLAIN_EDITIONS:
            return None
        view = device.view
        outlets = outlets_for(view, head.system)
        if not outlets or view.networks or (view.password and not same(head.password, view.password)):
            return None
        end = FOREVER if view.valid_to is None else microseconds(view.valid_to)
        return Route(device, table, outlets, microseconds(view.valid_from), end)

    def heard(self) -> list[Device]:
        """Every device that this process has heard."""
        return list(self._devices.values())

    def changed(self) -> Iterator[Device]:
        return (device for device in self.heard() if device.changed)

    def known(self, mn: str) -> Device | None:
        """The device if it has been heard by this process."""
        return self._devices.get(mn)
