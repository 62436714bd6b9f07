"""Is every chain unbroken? Each event is recomputed from what it says and from the event before it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger import rules
from bihuan.kernel.ledger.queries.reading import stream_rows


class Fault(NamedTuple):
    """What is wrong with one place of one chain; `kind` is the event's own, empty where the event is gone."""

    stream: str
    seq: int
    kind: str
    what: Promise | str


CHANGED = _("its content was changed after it was written")
RESEALED = _("its hash does not follow from its content and the event before it")
UNLINKED = _("it does not continue the event before it: an event was changed, exchanged or re-ordered")
REMOVED = _("this event was removed")
HEADLESS = _("the stream has events but no head")
OTHER_HEAD = _("the head of the stream is not its newest event")
UNPLACED = _("it was written past the database's guard and never given to be sealed")

MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# In the order in which a chain is walked; the content's columns are named as they are hashed.
EVENTS = f"""
SELECT event.stream, event.seq, event.kind, algorithm, payload_hash, previous_hash, entry_hash,
    head.seq, head.head,
    actor, actor_name, event.city, evidence, {MOMENT.format("occurred_at")}, payload::text, reason,
    {MOMENT.format("recorded_at")}, role, rule_version
FROM ledger_event event LEFT JOIN ledger_stream head ON head.name = event.stream
WHERE %(stream)s IN ('', event.stream) ORDER BY event.stream, event.seq
"""
STREAMS = "SELECT count(*) FROM ledger_stream WHERE %(stream)s IN ('', name)"
EMPTIED = """
SELECT name, seq FROM ledger_stream WHERE %(stream)s IN ('', name) AND seq > 0
AND NOT EXISTS (SELECT 1 FROM ledger_event WHERE stream = name) ORDER BY name
"""
UNKNOWN_TO_THE_TREE = """
SELECT stream, seq, kind FROM ledger_event event WHERE %(stream)s IN ('', event.stream)
AND NOT EXISTS (SELECT 1 FROM ledger_leaf WHERE event_id = event.id)
AND NOT EXISTS (SELECT 1 FROM ledger_unsealed WHERE event_id = event.id)
ORDER BY id
"""


class Row(NamedTuple):
    """One event as it is read for verification; the last ten columns are its content."""

    stream: str
    seq: int
    kind: str
    algorithm: str
    payload_hash: bytes
    previous_hash: bytes
    entry_hash: bytes
    head_seq: int | None
    head: bytes | None
    actor: str
    actor_name: str
    city: str
    evidence: list[str]
    occurred_at: str
    payload: str
    reason: str
    recorded_at: str
    role: str
    rule_version: str

    def content(self) -> dict[str, Any]:
        """As `actions.sealed_content` says it."""
        return {
            "actor": self.actor,
            "actor_name": self.actor_name,
            "city": self.city,
            "evidence": self.evidence,
            "kind": self.kind,
            "occurred_at": self.occurred_at,
            "payload": json.loads(self.payload),
            "reason": self.reason,
            "recorded_at": self.recorded_at,
            "role": self.role,
            "rule_version": self.rule_version,
            "stream": self.stream,
        }


class Verification:
    """One run over one stream or all, in constant memory; counts what it has read."""

    def __init__(self, stream: str = "") -> None:
        self.only = {"stream": stream}
        self.events = 0
        self.streams = 0

    def faults(self) -> Iterator[Fault]:
        with transaction.atomic():
            yield from self._faults_of_events()
            yield from self._faults_of_the_rest()

    def _faults_of_events(self) -> Iterator[Fault]:
        ((self.streams,),) = stream_rows(STREAMS, self.only)
        last: Row | None = None
        for row in map(Row._make, stream_rows(EVENTS, self.only)):
            self.events += 1
            if last is not None and last.stream != row.stream:
                yield from _faults_of_end(last)
                last = None
            yield from _faults_of_place(row, last)
            yield from _faults_of(row)
            last = row
        if last is not None:
            yield from _faults_of_end(last)

    def _faults_of_the_rest(self) -> Iterator[Fault]:
        """Streams without an event, and events without a place."""
        for name, length in stream_rows(EMPTIED, self.only):
            yield from (Fault(name, gone, "", REMOVED) for gone in range(1, length + 1))
        for stream, seq, kind in stream_rows(UNKNOWN_TO_THE_TREE, self.only):
            yield Fault(stream, seq, kind, UNPLACED)


def _faults_of_place(row: Row, last: Row | None) -> Iterator[Fault]:
    """Does the event follow the one before it?"""
    seq, previous = (last.seq, last.entry_hash) if last else (0, rules.GENESIS)
    if last is None and row.head_seq is None:
        yield Fault(row.stream, row.seq, row.kind, HEADLESS)
    yield from (Fault(row.stream, gone, "", REMOVED) for gone in range(seq + 1, row.seq))
    if row.seq == seq + 1 and row.previous_hash != previous:
        yield Fault(row.stream, row.seq, row.kind, UNLINKED)


def _faults_of_end(last: Row) -> Iterator[Fault]:
    """Does the stream end where its head says?"""
    length = last.seq if last.head_seq is None else last.head_seq
    yield from (Fault(last.stream, gone, "", REMOVED) for gone in range(last.seq + 1, length + 1))
    if length == last.seq and last.head is not None and last.head != last.entry_hash:
        yield Fault(last.stream, last.seq, last.kind, OTHER_HEAD)


def _faults_of(row: Row) -> Iterator[Fault]:
    """Do the event's hashes follow from what it says?"""
    try:
        content = rules.payload_hash(row.content(), row.algorithm)
        entry = rules.entry_hash(
            row.previous_hash, seq=row.seq, payload_hash=row.payload_hash, algorithm=row.algorithm
        )
    except KeyError:
        yield Fault(row.stream, row.seq, row.kind, RESEALED)
        return
    if content != row.payload_hash:
        yield Fault(row.stream, row.seq, row.kind, CHANGED)
    if entry != row.entry_hash:
        yield Fault(row.stream, row.seq, row.kind, RESEALED)
