"""What becomes of one frame: which rows it is stored as and how it is answered then, or why it is set aside.

No query, no clock: the gateway asks for each frame as it arrives, the quarantine once more when a frame is
replayed.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from bihuan.oversight.enterprises.public import SYSTEM_CODES, LoggerView, Medium
from bihuan.oversight.monitoring.models import Origin, QuarantinedFrame
from bihuan.oversight.monitoring.rules.frame import answers
from bihuan.oversight.monitoring.rules.frame.dialect import EDITIONS
from bihuan.oversight.monitoring.rules.frame.encode import CannotBeSent
from bihuan.oversight.monitoring.rules.frame.faults import FAULTS, Fault, Grave
from bihuan.oversight.monitoring.rules.frame.header import parts_of
from bihuan.oversight.monitoring.rules.frame.layout import row_of
from bihuan.oversight.monitoring.rules.frame.types import Check, Frame, small_number
from bihuan.oversight.monitoring.rules.keeping import EVIDENCE
from bihuan.oversight.monitoring.store.rows import Key, MessageRow, Told, microseconds
from bihuan.oversight.monitoring.store.tables import Table, table_of
from bihuan.oversight.monitoring.store.writing import Batch, NoteRow, PartRow, QuarantineRow, RawRow

Reason = QuarantinedFrame.Reason
SUPPLEMENT = "1"  # of the header field RF
SYSTEM_LENGTH, NUMBER_LENGTH, MN_LENGTH = 8, 20, 40
FIRST_VENDOR_COMMAND = 9016
MODBUS = (Check.MODBUS, Check.MODBUS_SWAPPED)
DIGEST = 16


class Bounds(NamedTuple):
    """How far a time of data may lie ahead of its receipt and behind it; None is as far as it likes."""

    future: timedelta
    past: timedelta | None


class Receipt(NamedTuple):
    """When and from where a frame came, and how its data are marked."""

    at: datetime
    host: str
    peer: str
    origin: Origin = Origin.LIVE


@dataclass
class Intake:
    """The rows of one frame; `answer` goes out once they are on disk, and never without them."""

    messages: list[tuple[Table, MessageRow]] = field(default_factory=list)
    raw: RawRow | None = None
    note: NoteRow | None = None
    part: PartRow | None = None
    quarantined: QuarantineRow | None = None
    answer: bytes = b""

    def add_to(self, batch: Batch) -> None:
        for table, row in self.messages:
            batch.messages.setdefault(table, []).append(row)
        self.add_others_to(batch)

    def add_others_to(self, batch: Batch) -> None:
        """All but the messages themselves."""
        if self.raw is not None:
            batch.raw.append(self.raw)
        if self.note is not None:
            batch.notes.append(self.note)
        if self.part is not None:
            batch.parts.append(self.part)
        if self.quarantined is not None:
            batch.quarantined.append(self.quarantined)


def take(frame: Frame, view: LoggerView | None, receipt: Receipt, bounds: Bounds) -> Intake:
    """`view` is the logger that carries the frame's number."""
    reason = refusal(frame, view, receipt, bounds)
    if reason or view is None:
        return Intake(quarantined=set_aside(frame, reason or Reason.UNKNOWN_DEVICE, receipt))
    taken = (
        _with_values(frame, view, receipt) if table_of(command_of(frame)) else _without(frame, view, receipt)
    )
    try:
        taken.answer = answer_to(frame, view)
    except CannotBeSent:  # its header holds signs that no header may hold: stored, but nothing to answer with
        taken.answer = b""
    return taken


def set_aside(frame: Frame, reason: str, receipt: Receipt) -> QuarantineRow:
    mn = frame.head.get("MN", "").replace("\0", "")[:MN_LENGTH]
    faults = list(map(str, frame.faults))
    return QuarantineRow(
        digest_of(frame.raw), mn, receipt.peer, reason, faults, frame.raw, microseconds(receipt.at)
    )


def refusal(frame: Frame, view: LoggerView | None, receipt: Receipt, bounds: Bounds) -> str:
    """Why the frame can't be stored; empty when it can."""
    if reason := _unreadable(frame):
        return reason
    if view is None:
        return Reason.UNKNOWN_DEVICE
    if frame.check in MODBUS and not view.allow_modbus_crc:
        return Reason.MODBUS
    if not allowed_from(view.networks, receipt.host):
        return Reason.NETWORK
    if view.password and not same(frame.head.get("PW", ""), view.password):
        return Reason.PASSWORD
    return _misplaced(frame, view, receipt, bounds) if table_of(command_of(frame)) else ""


def _unreadable(frame: Frame) -> str:
    faults = frame.faults
    if Fault.NO_KEY in faults or Fault.WRONG_KEY in faults:
        return Reason.NO_KEY
    if Fault.NO_ENVELOPE in faults or Fault.NOT_A_FRAME in faults or frame.check is Check.MISSING:
        return Reason.UNREADABLE
    if frame.check is Check.WRONG:
        return Reason.WRONG_CHECK
    return Reason.UNREADABLE if command_of(frame) == 0 else ""


def _misplaced(frame: Frame, view: LoggerView, receipt: Receipt, bounds: Bounds) -> str:
    if frame.data_time is None:
        return Reason.NO_TIME
    if frame.data_time > receipt.at + bounds.future:
        return Reason.FUTURE
    if bounds.past is not None and frame.data_time < receipt.at - bounds.past:
        return Reason.TOO_OLD
    return "" if outlets_for(view, frame.head.get("ST", "")) else Reason.NO_OUTLET


def command_of(frame: Frame) -> int:
    return small_number(frame.head.get("CN")) or 0


def allowed_from(networks: Sequence[str], host: str) -> bool:
    """Whether an address lies in one of the networks a logger may speak from; without any it may from all."""
    return not networks or any(ip_address(host) in ip_network(one, strict=False) for one in networks)


def same(given: str, wanted: str) -> bool:
    """Compared in constant time, so that nobody can guess a password letter by letter."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def outlets_for(view: LoggerView, system: str) -> tuple[int, ...]:
    """The outlets that a message of a system code is about: those named for it, then those of its medium,
    then all that are named for none."""
    named = [one.id for one in view.outlets if one.only_st == system]
    free = [one for one in view.outlets if not one.only_st]
    fitting = [one.id for one in free if SYSTEM_CODES[Medium(one.medium)] == system]
    return tuple(dict.fromkeys(named or fitting or [one.id for one in free]))


def _with_values(frame: Frame, view: LoggerView, receipt: Receipt) -> Intake:
    assert frame.data_time is not None  # a message without a time was set aside
    command, system, part = command_of(frame), frame.head.get("ST", "")[:SYSTEM_LENGTH], parts_of(frame.head)
    at, arrived = microseconds(frame.data_time), microseconds(receipt.at)
    table, told = table_of(command), Told(*row_of(frame))
    assert table is not None
    origin = Origin.SUPPLEMENT if _is_supplement(frame, receipt) else receipt.origin
    outlets = outlets_for(view, system)
    taken = Intake()
    for outlet in outlets:
        key = Key(outlet, command, at, system, part[0] if part else 0)
        taken.messages.append((table, MessageRow(key, told, arrived, view.id, int(origin))))
    if command in EVIDENCE or any(FAULTS[fault][0] >= Grave.REPAIR for fault in frame.faults):
        taken.raw = _raw(frame, view, receipt, outlet=outlets[0])
    if part:
        taken.part = PartRow(view.id, system, command, at, part[1], part[0], arrived)
    return taken


def _is_supplement(frame: Frame, receipt: Receipt) -> bool:
    return receipt.origin is Origin.LIVE and frame.head.get("RF") == SUPPLEMENT


def _without(frame: Frame, view: LoggerView, receipt: Receipt) -> Intake:
    note = NoteRow(
        logger=view.id,
        mn=view.mn,
        system=_clean(frame.head.get("ST", ""))[:SYSTEM_LENGTH],
        command=command_of(frame),
        request_number=_clean(frame.head.get("QN", ""))[:NUMBER_LENGTH],
        digest=digest_of(frame.segment),
        data_time=None if frame.data_time is None else microseconds(frame.data_time),
        arrived_at=microseconds(receipt.at),
        fields=[[_clean(one.name), _clean(one.text)] for one in frame.fields],
    )
    return Intake(note=note)


def _raw(frame: Frame, view: LoggerView, receipt: Receipt, *, outlet: int) -> RawRow:
    return RawRow(
        received_at=microseconds(receipt.at),
        logger=view.id,
        digest=digest_of(frame.segment),
        outlet=outlet,
        command=command_of(frame),
        data_time=None if frame.data_time is None else microseconds(frame.data_time),
        peer=receipt.peer,
        check_by=str(frame.check),
        faults=" ".join(map(str, frame.faults)),
        raw=frame.raw,
    )


def digest_of(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST).digest()


def _clean(text: str) -> str:
    """PostgreSQL keeps no NUL in a text."""
    return text.replace("\0", " ")


def answer_to(frame: Frame, view: LoggerView) -> bytes:
    """What the device is to be told once its frame is stored; nothing where it asked for no answer, answers
    us itself, or speaks a command of its maker's (HJ 212-2017 6.1; telemetry chapter 1.7, 1.10)."""
    command = command_of(frame)
    if not frame.wants_answer or command >= FIRST_VENDOR_COMMAND:
        return b""
    edition = frame.standard if frame.standard in EDITIONS.values() else view.edition
    if command in answers.ANSWERS:
        ends_an_old_request = edition == EDITIONS[0] and command == answers.EXECUTION_RESULT
        return (
            answers.answer(frame.head, answers.DATA_ANSWER, edition=edition) if ends_an_old_request else b""
        )
    kind = answers.NOTICE_ANSWER if command in answers.NOTICES else answers.DATA_ANSWER
    return answers.answer(frame.head, kind, edition=edition)
