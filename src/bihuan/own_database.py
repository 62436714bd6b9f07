"""A pytest plugin: the run's own PostgreSQL in a home of its own. It must be loaded (`-p`) before Django's
plugin reads the settings, because the settings read where the database is.

The home is `var/test`, and the migrated schema stays in it, so that the next run starts at once; a second run
at the same time gets a home of its own.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import psycopg

OWNER = "BIHUAN_TEST_OWNER"
BASE_WORLD, UNFINISHED = "base_world", "unfinished"
ROOT = Path(__file__).parents[2]
STAYS = {"postgres", "lock"}
_held: list[IO[str]] = []


def _home() -> Path:
    kept = ROOT / "var" / "test"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        lock = open(kept / "lock", "w")  # noqa: SIM115  held until the run ends
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    _held.append(lock)
    _clear(kept)
    return kept


def _clear(home: Path) -> None:
    for path in home.iterdir():
        if path.is_dir() and path.name not in STAYS:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in STAYS:
            path.unlink()


if OWNER not in os.environ:
    os.environ[OWNER] = str(os.getpid())
    os.environ["BIHUAN_HOME"] = str(_home())
    os.environ.pop("DATABASE_URL", None)
    os.environ["BIHUAN_SECOND_FACTOR"] = "optional"

HOME = Path(os.environ["BIHUAN_HOME"])


def pytest_configure() -> None:
    """One server for the whole run; the workers of a parallel run find it by the home they inherit."""
    if os.environ[OWNER] == str(os.getpid()):
        from bihuan.kernel.database.launcher import Launcher

        HOME.chmod(0o755)
        _drop_what_is_left(Launcher(HOME, durable=False).start())


def _drop_what_is_left(url: str) -> None:
    """Of an earlier run, also one that was killed, only the schema may serve again."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as postgres:
        left = "SELECT datname FROM pg_database WHERE datname ~ '^(base_world|unfinished|test_|elsewhere_)'"
        for (name,) in postgres.execute(left).fetchall():
            postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def pytest_unconfigure(config: pytest.Config) -> None:
    if os.environ[OWNER] == str(os.getpid()) and not hasattr(config, "workerinput"):
        from bihuan.kernel.database.launcher import Launcher

        Launcher(HOME, durable=False).stop()
        if not _held:
            shutil.rmtree(HOME, ignore_errors=True)


@contextmanager
def a_copy(template: str, name: str) -> Iterator[str]:
    """Django works on a copy of a database until the block ends; then the copy is dropped."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    with server() as postgres:
        copy_database(postgres, template, name)
    use_database(name)
    try:
        yield name
    finally:
        use_database(before)
        with server() as postgres:
            postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def server() -> "psycopg.Connection[Any]":
    """For making and dropping databases."""
    from bihuan.kernel.database.beside import own_connection

    return own_connection(dbname="postgres")


def copy_database(postgres: "psycopg.Connection[Any]", template: str, name: str) -> None:
    """A template may have no other session: those that an earlier test's threads left behind are ended."""
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
    postgres.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def use_database(name: str) -> None:
    """Let Django work on another database of the same server."""
    from django.conf import settings
    from django.db import connection

    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def base_world_database(postgres: "psycopg.Connection[Any]") -> str:
    """The name of the database with the base world; the first worker of a run builds it, the others wait."""
    from bihuan.base_world import build_base_world

    postgres.execute("SELECT pg_advisory_lock(0)")
    if not _exists(postgres, BASE_WORLD):
        copy_database(postgres, _schema(postgres), UNFINISHED)
        use_database(UNFINISHED)
        build_base_world()
        use_database("postgres")
        postgres.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {BASE_WORLD}")
    return BASE_WORLD


def _schema(postgres: "psycopg.Connection[Any]") -> str:
    """The name of a database with every migration and no record."""
    from django.core.management import call_command

    files = [*sorted(ROOT.rglob("src/**/migrations/*.py")), ROOT / "requirements.lock", Path(__file__)]
    name = f"schema_{sha256(b''.join(file.read_bytes() for file in files)).hexdigest()[:16]}"
    if not _exists(postgres, name):
        copy_database(postgres, "template0", UNFINISHED)
        use_database(UNFINISHED)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        use_database("postgres")
        postgres.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {name}")
    return name


def _exists(postgres: "psycopg.Connection[Any]", name: str) -> bool:
    return bool(postgres.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())
