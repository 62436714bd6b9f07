"""`bihuan bench ingest`: how many messages of devices are stored and acknowledged a second, and how soon."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bihuan.kernel.database.connection import free_port
from bihuan.web.cli.bench import load
from bihuan.web.cli.bench.processes import cpu_seconds, family_of, server_of
from bihuan.web.cli.bench.results import show
from bihuan.web.cli.bench.scratch import scratch
from bihuan.web.cli.instance import logs
from bihuan.web.cli.supervisor import COMMAND, HOST

SOURCE = Path(__file__).with_name("load.c")
START_SECONDS = 120
SETTLE_SECONDS = 2.0
WAY = {True: "C", False: "Python"}


@click.command()
@click.option("--connections", default=10_199, show_default=True, help="Devices, each on its own connection.")
@click.option("--rate", default=15_000, show_default=True, help="Messages a second of all devices together.")
@click.option("--seconds", default=30.0, show_default=True, help="How long they send.")
@click.option("--processes", type=click.IntRange(1), help="Processes of the gateway; as many as cores.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ingest(connections: int, rate: int, seconds: float, processes: int | None, as_json: bool) -> None:
    """Minute data of seven factors from many devices, each answered when it is on disk.

    The load comes from a process of its own (C where a compiler is there, else Python). Synchronous commit
    and the unique key are on; what was acknowledged is counted against what is stored.
    """
    with scratch("ingest"):
        _refuse_unsafe()
        mns = make_devices(connections)
        port = free_port()
        with _gateway(port, processes or os.cpu_count() or 1) as gateway:
            row = _measure(gateway.pid, port, mns, rate=rate, seconds=seconds)
            time.sleep(SETTLE_SECONDS)
        show(f"Ingest, {connections:,} connections", [row | _stored(row)], as_json=as_json)


def _refuse_unsafe() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] != "on":
                raise click.ClickException(f"{name} is not on: the figures would be worth nothing.")


def make_devices(number: int) -> list[str]:
    """So many loggers with an outlet each, of one enterprise."""
    from datetime import UTC, datetime

    from django.utils import timezone

    from bihuan.kernel.places.models import Jurisdiction
    from bihuan.oversight.enterprises.models import Enterprise, LoggerOutlet, Site
    from bihuan.oversight.enterprises.public import Logger, Outlet

    place = Jurisdiction.objects.create(code="330400", name="bench", level="city", path="/330400/")
    where = Enterprise.where(place)
    enterprise = Enterprise.objects.create(name="bench", registered_on=timezone.localdate(), **where)
    site = Site.objects.create(name="bench", source_code="bench", enterprise=enterprise, **where)
    at = {**where, "enterprise": enterprise, "site": site}
    mns = [f"{n:024X}" for n in range(1, number + 1)]
    outlets = Outlet.objects.bulk_create(
        [Outlet(code=f"DW{n}", name=mn, medium="water", system_code="32", **at) for n, mn in enumerate(mns)]
    )
    loggers = Logger.objects.bulk_create(
        [Logger(mn=mn, edition="2017", valid_from=datetime(2020, 1, 1, tzinfo=UTC), **at) for mn in mns]
    )
    pairs = zip(loggers, outlets, strict=True)
    LoggerOutlet.objects.bulk_create([LoggerOutlet(logger=one, outlet=outlet) for one, outlet in pairs])
    return mns


@contextmanager
def _gateway(port: int, processes: int) -> Iterator[subprocess.Popen[bytes]]:
    words = ["gateway", "--port", str(port), "--processes", str(processes)]
    with (logs() / "gateway.log").open("wb") as log:
        gateway = subprocess.Popen([sys.executable, "-c", COMMAND, *words], stderr=log)
    try:
        until = time.monotonic() + START_SECONDS
        while not _listens(port):
            if gateway.poll() is not None or time.monotonic() > until:
                raise click.ClickException("The gateway did not start.")
            time.sleep(0.1)
        time.sleep(SETTLE_SECONDS)
        yield gateway
    finally:
        gateway.terminate()
        gateway.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _measure(gateway: int, port: int, mns: list[str], *, rate: int, seconds: float) -> dict[str, Any]:
    from django.db import connection

    connection.ensure_connection()
    watched = {"gateway": gateway, "database": server_of(connection.connection.info.backend_pid)}
    before = {name: cpu_seconds(family_of(process)) for name, process in watched.items()}
    begun = time.monotonic()
    said, compiled = _load(port, mns, rate=rate, seconds=seconds)
    took = time.monotonic() - begun
    used = {
        f"cpu_{name}": (cpu_seconds(family_of(process)) - before[name]) / took
        for name, process in watched.items()
    }
    return {
        "offered/s": rate,
        "seconds": said["seconds"],
        "offered": said["offered"],
        "sent": said["sent"],
        "acknowledged": said["acknowledged"],
        "acknowledged/s": said["acknowledged"] / max(said["seconds"], 0.001),
        "p50_ms": said["p50_ms"],
        "p99_ms": said["p99_ms"],
        "longest_ms": said["longest_ms"],
        **used,
        "load": WAY[compiled],
    }


def _load(port: int, mns: list[str], *, rate: int, seconds: float) -> tuple[dict[str, Any], bool]:
    """Run the load in a process of its own; says what it counted, and whether it was compiled."""
    compiler = shutil.which("cc")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, load.__file__]
        if compiler:
            program = f"{folder}/load"
            subprocess.run([compiler, "-O2", "-o", program, str(SOURCE)], check=True)
            command = [program]
        words = [*command, HOST, str(port), str(rate), str(seconds)]
        done = subprocess.run(words, input="\n".join(mns), capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    if said["connected"] != len(mns):
        raise click.ClickException(f"Only {said['connected']} of {len(mns)} connections came about.")
    return said, bool(compiler)


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """What the database holds; fewer than were acknowledged, or one twice, would make it all worthless."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT (outlet, data_time)), coalesce(sum(cardinality(values)), 0)"
            " FROM monitoring_minutemessage"
        )
        stored, different, values = cursor.fetchone()
        cursor.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'monitoring_minutemessage'::regclass"
        )
        size = int(cursor.fetchone()[0] or 0)
    if stored < row["acknowledged"] or stored != different:
        raise click.ClickException(
            f"{row['acknowledged']} acknowledged, {stored} stored, {different} of them once."
        )
    return {"stored": stored, "bytes/value": size / max(int(values), 1)}
