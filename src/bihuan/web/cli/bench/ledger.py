"""`bihuan bench ledger`: events appended a second by many writers, and verified a second."""

import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import click

from bihuan.web.cli.bench.results import percentile, show
from bihuan.web.cli.bench.scratch import scratch

STREAMS = 10_000
BATCH = 5_000
HEAD_START = 1.0


@click.command()
@click.option("--writers", default=16, show_default=True, help="Processes that append at the same time.")
@click.option("--seconds", default=10.0, show_default=True, help="How long they append.")
@click.option("--events", default=100_000, show_default=True, help="Events to verify.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ledger(writers: int, seconds: float, events: int, as_json: bool) -> None:
    """Append with many writers, each event durable on its own; then seal and verify many events."""
    with scratch("ledger"):
        rows = [
            appending("appended, many streams", writers=writers, seconds=seconds, streams=STREAMS),
            appending("appended, all in one stream", writers=writers, seconds=seconds, streams=1),
            *verifying(events),
        ]
        show(f"Ledger, {writers} writers", [row._asdict() for row in rows], as_json=as_json)


class Row(NamedTuple):
    what: str
    events: int
    seconds: float
    per_second: float
    p50_ms: float | str = ""
    p95_ms: float | str = ""
    memory_mb: float | str = ""


def appending(what: str, *, writers: int, seconds: float, streams: int) -> Row:
    from django.db import connections

    connections.close_all()
    start = time.time() + HEAD_START
    jobs = [(number, start, seconds, streams) for number in range(writers)]
    with multiprocessing.get_context("fork").Pool(writers) as pool:
        taken = [one for latencies in pool.starmap(write, jobs) for one in latencies]
    return Row(
        what=what,
        events=len(taken),
        seconds=seconds,
        per_second=len(taken) / seconds,
        p50_ms=percentile(taken, 0.5),
        p95_ms=percentile(taken, 0.95),
    )


def write(number: int, start: float, seconds: float, streams: int) -> list[float]:
    """One writer: append until the time is over; returns how many milliseconds each event took."""
    from bihuan.kernel.ledger.actions import append
    from bihuan.kernel.ledger.rules import SYSTEM

    chosen = random.Random(number)
    taken: list[float] = []
    time.sleep(max(0.0, start - time.time()))
    until = time.monotonic() + seconds
    while (begun := time.monotonic()) < until:
        stream = f"bench:{chosen.randrange(streams)}"
        append(stream, "bench.noted", by=SYSTEM, payload=payload(number, len(taken)))
        taken.append((time.monotonic() - begun) * 1000)
    return taken


def payload(writer: int, number: int) -> dict[str, Any]:
    """About as much as a step of the loop says."""
    return {
        "cycle": 1,
        "from": "rectifying",
        "to": "self_checked",
        "writer": writer,
        "number": number,
        "statement": "现场已清理完毕,厂区雨污分流改造完成,周边居民走访无异议。",
    }


def verifying(events: int) -> Iterator[Row]:
    from bihuan.kernel.ledger.actions.sealing import make_checkpoint
    from bihuan.kernel.ledger.models import Event
    from bihuan.kernel.ledger.queries import Verification
    from bihuan.kernel.ledger.queries.anchoring import contradiction

    yield timed("filled in bulk", events, lambda: fill(events))
    whole = Event.objects.count()
    yield timed("sealed", whole, make_checkpoint)
    yield timed("chains verified", whole, lambda: _none(Verification().faults()))
    yield timed("checkpoints verified", whole, lambda: _none(filter(None, [contradiction()])))


def timed(what: str, events: int, work: Callable[[], object]) -> Row:
    before, begun = memory_mb(), time.monotonic()
    work()
    taken = time.monotonic() - begun
    return Row(what, events, taken, events / taken, memory_mb=memory_mb() - before)


def _none(faults: Iterable[object]) -> None:
    """A figure for a broken ledger would be worth nothing."""
    for fault in faults:
        raise click.ClickException(f"The benchmark's own ledger is broken: {fault}")


def fill(events: int) -> None:
    """Write chains in bulk, as an importer of a million old records would."""
    from django.utils import timezone

    from bihuan.kernel.ledger.actions import seal
    from bihuan.kernel.ledger.models import Event, Stream

    moment, heads = timezone.now(), [bytes(32)] * STREAMS
    for first in range(0, events, BATCH):
        rows = []
        for number in range(first, min(first + BATCH, events)):
            lane, seq = number % STREAMS, number // STREAMS + 1
            event = Event(
                stream=f"filled:{lane}",
                seq=seq,
                kind="bench.noted",
                occurred_at=moment,
                recorded_at=moment,
                actor="system",
                actor_name="system",
                role="system",
                payload=payload(0, number),
                previous_hash=heads[lane],
            )
            seal(event)
            heads[lane] = bytes(event.entry_hash)
            rows.append(event)
        Event.objects.bulk_create(rows)
    lengths = [(lane, (events - lane - 1) // STREAMS + 1) for lane in range(min(STREAMS, events))]
    Stream.objects.bulk_create(
        [Stream(name=f"filled:{lane}", seq=length, head=heads[lane]) for lane, length in lengths],
        batch_size=BATCH,
    )


def memory_mb() -> float:
    """The most memory this process has had so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 if os.uname().sysname == "Linux" else 1024**2)
