"""Building the solved problems: other processes write the rows, this one copies them in."""

import multiprocessing
import os
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from bihuan.kernel.database.copying import Part, copy, encode, lightened
from bihuan.loop.demo.solving import Writer
from bihuan.loop.demo.stage import Stage, set_stage
from bihuan.loop.models import Problem

SOLVED = {"small": 0, "city": 960_000}
BATCH = 2_000
TOLD_EVERY = 40_000
YEARS_BACK = 5
QUIET_DAYS = 60
WORKDAY_START, WORKDAY_MINUTES = 8, 600
KEYED = (Problem,)
WRITTEN = (
    "loop.Problem",
    "loop.Problem_responsible_units",
    "loop.StateSpan",
    "loop.Clock",
    "loop.AcceptanceStep",
    "loop.Attachment",
    "loop.SelfCheck",
    "loop.Acceptance",
    "ledger.Event",
    "ledger.Stream",
)


def build(_world: Any, _rng: Any, progress: Callable[[str], None], *, scale: str) -> None:
    """The share of the demo city: nothing at the small scale."""
    build_solved(SOLVED[scale], progress=progress)


def build_solved(count: int, *, progress: Callable[[str], None]) -> None:
    """Write `count` solved problems with all their history, in the current transaction."""
    if not count:
        return
    job = _Job(set_stage(), timezone.now(), _reserve(count), count)
    done = 0
    with lightened(WRITTEN):
        for parts in _written(job):
            copy(parts)
            done = min(done + BATCH, count)
            if done % TOLD_EVERY == 0 or done == count:
                progress(f"已解决问题 {done:,}/{count:,}")


@dataclass(frozen=True)
class _Job:
    stage: Stage
    now: datetime
    first: int
    count: int

    def batches(self) -> Iterator[range]:
        for start in range(self.first, self.first + self.count, BATCH):
            yield range(start, min(start + BATCH, self.first + self.count))

    def found_at(self, key: int) -> datetime:
        """Numbers follow the days on which problems were found, a little faster every year."""
        share = ((key - self.first) / self.count) ** 0.8
        days = YEARS_BACK * 365 - QUIET_DAYS
        day = timezone.localtime(self.now) - timedelta(days=QUIET_DAYS + days * (1 - share))
        minute = random.Random(key).randrange(WORKDAY_MINUTES)
        start = day.replace(hour=WORKDAY_START, minute=0, second=0, microsecond=0)
        return start + timedelta(minutes=minute)


_job: _Job


def _written(job: _Job) -> Iterator[list[Part]]:
    """Batches in order, with a few written ahead by processes that inherit the job and touch no database."""
    global _job
    _job = job
    workers = os.cpu_count() or 1
    waiting: deque[Future[list[Part]]] = deque()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for batch in job.batches():
            waiting.append(pool.submit(_write, batch))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _write(batch: range) -> list[Part]:
    writer = Writer(_job.stage, recorded_at=_job.now)
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for key in batch:
        for row in writer.solved(key, found_at=_job.found_at(key)).rows:
            by_model[type(row)].append(row)
    ordered = sorted(by_model, key=lambda model: model is not Problem)
    return [encode(by_model[model], with_key=model in KEYED) for model in ordered]


def _reserve(count: int) -> int:
    """Take `count` keys of problems out of their sequence; returns the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('loop_problem', 'id'),"
            " nextval(pg_get_serial_sequence('loop_problem', 'id')) + %s)",
            [count - 1],
        )
        last: int = cursor.fetchone()[0]
    return last - count + 1
