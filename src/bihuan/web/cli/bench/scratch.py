"""A database to measure in: the ledger can't be emptied, so no benchmark may write into the real one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bihuan.kernel.database.connection import Embedded
from bihuan.web.cli.instance import embedded, load_django, migrate
from bihuan.web.home import bihuan_home


@contextmanager
def scratch(name: str, *, keep: bool = False) -> Iterator[None]:
    """Load Django on the database `bihuan_bench_<name>`, migrated, with a home of its own for files.

    It is new and is dropped at the end; with `keep` it is used again as it was left, and left again.
    """
    server, home = embedded(), bihuan_home() / "bench" / name
    started = server is not None and not server.is_running()
    if server is not None and started:
        server.start()
    real = os.environ.get("DATABASE_URL") or Embedded(bihuan_home()).url
    database = f"bihuan_bench_{name}"
    _create(real, database, anew=not keep)
    try:
        home.mkdir(parents=True, exist_ok=True)
        os.environ["DATABASE_URL"] = urlsplit(real)._replace(path=f"/{database}").geturl()
        os.environ["BIHUAN_HOME"] = str(home)
        # Its readers come without a password, and so without a second factor.
        os.environ["BIHUAN_SECOND_FACTOR"] = "optional"
        load_django()
        migrate()
        yield
    finally:
        _leave(real, database, keep=keep)
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
        if server is not None and started:
            server.stop(unless_in_use=True)


def _create(real: str, database: str, *, anew: bool) -> None:
    with psycopg.connect(real, autocommit=True) as connection:
        if anew:
            _drop(connection, database)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def _leave(real: str, database: str, *, keep: bool) -> None:
    from django.db import connections

    connections.close_all()
    if not keep:
        with psycopg.connect(real, autocommit=True) as connection:
            _drop(connection, database)


def _drop(connection: psycopg.Connection, database: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
