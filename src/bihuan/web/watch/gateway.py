"""The gateway's figures: what its processes wrote into the home, and what the database knows of devices."""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bihuan.oversight.monitoring.gateway import figures

PREFIX = "bihuan_gateway_"
GAUGES = {
    "connections": "Connections of devices",
    "waiting": "Messages that wait to be stored",
    "lag_seconds": "How long the oldest of them has waited",
}
COUNTERS = {
    "accepted": "Connections taken since the process began",
    "refused": "Connections refused because of their address",
    "throttled": "Times a connection was made to wait",
    "outages": "Times the database could not be written",
}
DISTRIBUTIONS = {
    "batch_size": "Rows in one transaction",
    "commit_seconds": "Seconds until a batch was on disk, outages included",
    "answer_seconds": "Seconds between a frame and its answer",
}
# As in `metrics.QUERIES`: name, what it says, its labels, the query.
QUERIES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "bihuan_quarantine_frames",
        "Frames set aside that nobody has settled",
        ("reason",),
        "SELECT reason, count(*) FROM monitoring_quarantinedframe WHERE state = 'waiting' GROUP BY 1",
    ),
    (
        "bihuan_device_last_seen_seconds",
        "Seconds since a device was last heard",
        ("mn",),
        "SELECT mn, extract(epoch FROM now() - last_seen) FROM monitoring_devicestate",
    ),
    (
        "bihuan_device_orders",
        "Orders to devices by state",
        ("state",),
        "SELECT state, count(*) FROM monitoring_order GROUP BY 1",
    ),
)


class Gateway(Collector):
    """Each process under its own number; one that has not written for half a minute is gone."""

    def collect(self) -> Iterator[Metric]:
        said = list(figures.read(Path(settings.BIHUAN_HOME)))
        messages = CounterMetricFamily(
            f"{PREFIX}messages", "Messages by command and result", labels=["process", "command", "result"]
        )
        for number, one in said:
            for command, result, count in one["messages"]:
                messages.add_metric([number, command, result], count)
        yield messages
        for name, says in GAUGES.items():
            yield _filled(GaugeMetricFamily(PREFIX + name, says, labels=["process"]), said, "gauges", name)
        for name, says in COUNTERS.items():
            yield _filled(
                CounterMetricFamily(PREFIX + name, says, labels=["process"]), said, "counters", name
            )
        for name, says in DISTRIBUTIONS.items():
            yield _distribution(name, says, said)


def _filled(family: Any, said: list[tuple[str, dict[str, Any]]], kind: str, name: str) -> Metric:
    for number, one in said:
        family.add_metric([number], one[kind][name])
    made: Metric = family
    return made


def _distribution(name: str, says: str, said: list[tuple[str, dict[str, Any]]]) -> Metric:
    family = HistogramMetricFamily(PREFIX + name, says, labels=["process"])
    for number, one in said:
        found = one["distributions"][name]
        bounds = [*(str(float(bound)) for bound in found["bounds"]), "+Inf"]
        counts = accumulate(found["counts"])
        family.add_metric([number], list(zip(bounds, counts, strict=True)), found["total"])
    return family
