"""What one gateway process counts, and the file in which the web pages find it for `/metrics`.

The file is written whole and put in place every few seconds, so a reader never sees half of it.
"""

import json
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bihuan.oversight.monitoring.store.writing import Batch, Stored

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SIZES = (1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0)
STALE_SECONDS = 30  # a process that hasn't written for longer is gone


class Distribution:
    """How many values lie up to each bound, and their sum."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds, self.counts, self.total = bounds, [0] * (len(bounds) + 1), 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def plain(self) -> dict[str, Any]:
        return {"bounds": self.bounds, "counts": self.counts, "total": self.total}


class Figures:
    def __init__(self) -> None:
        self.messages: Counter[tuple[str, str]] = Counter()
        self.connections = self.waiting = 0
        self.accepted = self.refused = self.throttled = self.outages = 0
        self.lag_seconds = 0.0
        self.batch_size, self.commit_seconds = Distribution(SIZES), Distribution(SECONDS)
        self.answer_seconds = Distribution(SECONDS)

    def stored(self, batch: Batch, done: Stored, *, seconds: float) -> None:
        self.batch_size.add(len(batch))
        self.commit_seconds.add(seconds)
        for rows in batch.messages.values():
            self._count((row.key.command for row in rows), "stored")
        self._count((row.command for row in batch.notes), "noted")
        for row in batch.quarantined:
            self.messages["", row.reason] += 1
        if done.repeated:
            self.messages["", "repeated"] += done.repeated

    def _count(self, commands: Iterable[int], result: str) -> None:
        for command, number in Counter(commands).items():
            self.messages[str(command), result] += number

    def write(self, path: Path) -> None:
        said = {
            "at": time.time(),
            "messages": [[*key, number] for key, number in list(self.messages.items())],
            "gauges": {
                "connections": self.connections,
                "waiting": self.waiting,
                "lag_seconds": self.lag_seconds,
            },
            "counters": {
                "accepted": self.accepted,
                "refused": self.refused,
                "throttled": self.throttled,
                "outages": self.outages,
            },
            "distributions": {
                "batch_size": self.batch_size.plain(),
                "commit_seconds": self.commit_seconds.plain(),
                "answer_seconds": self.answer_seconds.plain(),
            },
        }
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(said))
        fresh.replace(path)


def folder(home: Path) -> Path:
    return home / "gateway"


def read(home: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each process of this home wrote last, by its number; those that are gone say nothing."""
    for path in sorted(folder(home).glob("*.json")):
        said = json.loads(path.read_text())
        if time.time() - said["at"] <= STALE_SECONDS:
            yield path.stem, said
