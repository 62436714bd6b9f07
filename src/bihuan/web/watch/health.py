"""Is this instance able to serve? Each check says yes or no, and what it found."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from bihuan.kernel.errors import Unusable
from bihuan.kernel.evidence.storage import store

# Ours: a worker says every 10 s that it lives; a job that has waited for ten minutes has been forgotten.
HEARTBEAT_SECONDS = 60
LAG_SECONDS = 600


class Finding(NamedTuple):
    id: str
    ok: bool
    found: str


def findings() -> list[Finding]:
    """Every check's answer; where the database is gone, its dependants are not asked."""
    made: list[Finding] = []
    for name, look in CHECKS.items():
        try:
            made.append(Finding(name, *look()))
        except (DatabaseError, OSError, Unusable) as error:
            made.append(Finding(name, False, f"{type(error).__name__}: {error}".strip()))
            if name == "database":
                break
    return made


def _database() -> tuple[bool, str]:
    version = _value("SHOW server_version")
    read_only = _value("SHOW transaction_read_only") == "on"
    return not read_only, f"PostgreSQL {version}" + (", read-only" if read_only else "")


def _migrations() -> tuple[bool, str]:
    missing = _missing()
    if missing:
        _missing.cache_clear()  # asked again until the schema is there, and never after that
    return not missing, f"{missing} migrations not applied"


@cache
def _missing() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _evidence() -> tuple[bool, str]:
    store().probe()
    return True, store().where()


def _worker() -> tuple[bool, str]:
    age = _value("SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers")
    if age is None:
        return False, "no worker has ever run"
    return float(str(age)) <= HEARTBEAT_SECONDS, f"last heartbeat {float(str(age)):.0f} s ago"


def _queue() -> tuple[bool, str]:
    from bihuan.web.watch.metrics import QUERIES

    lag = next(query for name, _says, _labels, query in QUERIES if name == "bihuan_queue_lag_seconds")
    seconds = float(str(_value(lag)))
    return seconds <= LAG_SECONDS, f"the oldest due job has waited {seconds:.0f} s"


def _value(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "database": _database,
    "migrations": _migrations,
    "evidence": _evidence,
    "worker": _worker,
    "queue": _queue,
}
