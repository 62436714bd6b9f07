"""Making a backup: the instance's own files, every table, every evidence content, as of one moment."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

import psycopg
from django.conf import settings
from django.utils import timezone

from bihuan.kernel.database.backup.container import Writer
from bihuan.kernel.database.backup.tables import Snapshot
from bihuan.kernel.evidence.storage import store
from bihuan.web.backup.errors import AlreadyThere

# Beside these a home holds what can't be made again: the secret, waiting imports, archives.
NOT_KEPT = ("postgres", "logs", "evidence", "metrics", "bench", "running.json")
CONTENTS = "SELECT sha256, display_sha256, size FROM evidence_evidencefile ORDER BY id"
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
# Where the records lie is the new place's own matter; and the address holds a password.
PLACES_OF_THIS_MACHINE = ("BIHUAN_HOME",)


class Progress(Protocol):
    def begin(self, what: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Made(NamedTuple):
    tables: int
    rows: int
    evidence: int
    bytes: int
    missing: list[str]
    damaged: list[str]


def make_backup(
    target: Path, *, home: Path, connection: psycopg.Connection[Any], passphrase: str | None, tell: Progress
) -> Made:
    """Write `target`; an interrupted backup leaves no file of that name behind."""
    with _new_file(target) as file:
        writer = Writer(file, passphrase=passphrase)
        snapshot = Snapshot(connection, without=caches())
        files = list(own_files(home))
        writer.manifest(_manifest(snapshot, [name for name, _path in files]))
        for name, path in files:
            with path.open("rb") as content:
                writer.file(name, content, os.fstat(content.fileno()).st_size)
        rows = _tables(writer, snapshot, tell)
        _evidence(writer, snapshot, tell)
        writer.close()
        seal = writer.seal
        size = file.tell()
    return Made(len(snapshot.tables), rows, seal["evidence"], size, seal["missing"], seal["damaged"])


def own_files(home: Path) -> Iterator[tuple[str, Path]]:
    """The files of a home that a backup keeps, by their path within it."""
    for top in sorted(home.iterdir()):
        if top.name in NOT_KEPT:
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home).as_posix(), path


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in variables.items() if name.startswith("BIHUAN_")}
    return {name: value for name, value in sorted(kept.items()) if name not in PLACES_OF_THIS_MACHINE}


def caches() -> set[str]:
    """Tables that Django keeps as caches: made by no migration, and empty after any restart of a city."""
    return {one["LOCATION"] for one in settings.CACHES.values() if one["BACKEND"].endswith("DatabaseCache")}


def _manifest(snapshot: Snapshot, files: list[str]) -> dict[str, Any]:
    return {
        "program": version("bihuan"),
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "city": settings.BIHUAN_CITY,
        "server": snapshot.query("SHOW server_version")[0][0],
        "migrations": [list(row) for row in snapshot.query(MIGRATIONS)],
        "environment": environment(os.environ),
        "files": files,
        "tables": [table._asdict() for table in snapshot.tables],
        "partitions": [partition._asdict() for partition in snapshot.partitions],
        "sequences": snapshot.sequences,
    }


def _tables(writer: Writer, snapshot: Snapshot, tell: Progress) -> int:
    tell.begin("rows", snapshot.estimate())
    total = 0
    for table in snapshot.tables:
        total += writer.table(table.name, _counted(snapshot.rows(table), tell))
    return total


def _counted(rows: Iterator[bytes], tell: Progress) -> Iterator[bytes]:
    for row in rows:
        tell.step()
        yield row


def _evidence(writer: Writer, snapshot: Snapshot, tell: Progress) -> None:
    contents = [sha for row in snapshot.query(CONTENTS) for sha in row[:2] if sha]
    tell.begin("evidence files", len(contents))
    held = store()
    for sha256 in dict.fromkeys(contents):
        tell.step()
        size = held.size_of(sha256)
        if size is None:
            writer.seal["missing"].append(sha256)
            continue
        with held.read(sha256) as content:
            writer.evidence(sha256, content, size)


@contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name only when it is complete and on the disk."""
    if target.exists():
        raise AlreadyThere(file=target)
    draft = target.with_name(f"{target.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)  # unlike a renaming, it never replaces a file that came meanwhile
    finally:
        draft.unlink(missing_ok=True)
