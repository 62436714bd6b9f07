"""Figures for a monitoring system, in Prometheus's text form.

Counts of requests are kept by each web process in a file of its own below PROMETHEUS_MULTIPROC_DIR and added
up when asked for; the state of queue, problems, ledger and disk is read from where it is, at that moment.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from bihuan.web.watch import gateway
from bihuan.web.watch.gateway import Gateway

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10)
OURS = CollectorRegistry()
REQUESTS = Counter(
    "bihuan_requests", "Requests by page, method and status", ["page", "method", "status"], registry=OURS
)
DURATION = Histogram(
    "bihuan_request_seconds", "Seconds for one answer", ["page"], buckets=SECONDS, registry=OURS
)

# name, what it says, its labels, the query: label columns first, the value last.
QUERIES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "bihuan_jobs",
        "Jobs in the queue by state; finished ones are those not yet cleared away",
        ("queue", "state"),
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2",
    ),
    (
        "bihuan_queue_lag_seconds",
        "How long the job that has waited longest has been due",
        (),
        "SELECT coalesce(extract(epoch FROM max(now() - due)), 0) FROM (SELECT coalesce(scheduled_at,"
        " (SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id)) AS due"
        " FROM procrastinate_jobs j WHERE status = 'todo') waiting WHERE due <= now()",
    ),
    (
        "bihuan_worker_heartbeat_seconds",
        "Seconds since a worker last said that it lives; absent where none ever did",
        (),
        "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers "
        "HAVING max(last_heartbeat) IS NOT NULL",
    ),
    (
        "bihuan_problems",
        "Problems by state",
        ("state",),
        "SELECT state, count(*) FROM loop_problem GROUP BY 1",
    ),
    (
        "bihuan_ledger_last_event",
        "Number of the newest event of the ledger",
        (),
        "SELECT coalesce(max(id), 0) FROM ledger_event",
    ),
    (
        "bihuan_database_bytes",
        "Size of the database",
        (),
        "SELECT pg_database_size(current_database())",
    ),
)


class State(Collector):
    """What is true now, whichever process is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _disks()
        reachable = GaugeMetricFamily("bihuan_database_up", "Whether the database answers")
        try:
            families = [_read(*query) for query in (*QUERIES, *gateway.QUERIES)]
        except DatabaseError:
            families = []
        reachable.add_metric([], 1 if families else 0)
        yield reachable
        yield from families


def text() -> bytes:
    """All figures of all processes."""
    registry: Any = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        counted = generate_latest(registry)
    else:
        counted = generate_latest(OURS)
    state = CollectorRegistry()
    state.register(State())
    state.register(Gateway())
    return counted + generate_latest(state)


def _read(name: str, says: str, labels: tuple[str, ...], query: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    with connection.cursor() as cursor:
        cursor.execute(query)
        for *values, number in cursor.fetchall():
            family.add_metric([str(value) for value in values], float(number))
    return family


def _disks() -> Iterator[GaugeMetricFamily]:
    free = GaugeMetricFamily("bihuan_disk_free_bytes", "Free space of the home's disk")
    total = GaugeMetricFamily("bihuan_disk_bytes", "Size of the home's disk")
    usage = shutil.disk_usage(settings.BIHUAN_HOME)
    free.add_metric([], usage.free)
    total.add_metric([], usage.total)
    yield free
    yield total
