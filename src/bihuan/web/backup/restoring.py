"""Bringing a backup back into an empty place: read it through, fill the place, bring it up to date."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.database.backup.container import EVIDENCE, HOME, TABLES, Reader
from bihuan.kernel.database.backup.tables import Partition, Table, is_empty, loading
from bihuan.kernel.database.errors import BackupDamaged
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.evidence.storage import store
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.ledger.queries.anchoring import contradiction
from bihuan.web.backup.errors import NewerSchema, OtherCity, PlaceNotEmpty, UnsafeName

PIECE = 1024 * 1024
# Made by the program itself as soon as its settings are read; the backup's own takes its place.
MADE_BY_ITSELF = "secret_key"
ENVIRONMENT_FILE = "restored.env"


class Place(NamedTuple):
    """Where a backup is brought back to."""

    home: Path
    connection: psycopg.Connection[Any]


class Verdict(NamedTuple):
    """What the restored place says of itself."""

    events: int
    faults: list[str]
    missing: list[str]


def check_through(reader: Reader) -> None:
    """Read the whole backup and compare it with its seal, writing nothing."""
    for name, stream in reader.members():
        table = name.startswith(TABLES)
        for _piece in reader.rows(name.removeprefix(TABLES)) if table else _pieces(stream):
            pass


def assert_fits(manifest: dict[str, Any], place: Place) -> None:
    """Refuse what can't end well, before anything is written."""
    if manifest["city"] != settings.BIHUAN_CITY:
        raise OtherCity(theirs=manifest["city"], ours=settings.BIHUAN_CITY)
    if unknown := unknown_migrations(manifest):
        raise NewerSchema(names=", ".join(unknown), program=manifest["program"])
    if not is_empty(place.connection):
        raise PlaceNotEmpty(what=_("tables"))
    evidence = Path(settings.MEDIA_ROOT)
    there = [path for path in evidence.rglob("*") if path.is_file()] if evidence.exists() else []
    there += [path for name in manifest["files"] if (path := _inside(place.home, name)).exists()]
    for path in there:
        if path != place.home / MADE_BY_ITSELF:
            raise PlaceNotEmpty(what=path)


def unknown_migrations(manifest: dict[str, Any]) -> list[str]:
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).disk_migrations)
    return [f"{app}.{name}" for app, name in manifest["migrations"] if (app, name) not in known]


def make_schema(manifest: dict[str, Any]) -> None:
    """Bring the schema of the empty database to where it stood when the backup was made."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    applied = {(app, name) for app, name in manifest["migrations"]}
    nodes = executor.loader.graph.node_map
    last = [key for key in applied & nodes.keys() if not applied & {one.key for one in nodes[key].children}]
    executor.migrate(sorted(last))


def fill(reader: Reader, place: Place) -> None:
    """Files, tables and evidence; the tables all or not at all."""
    manifest = reader.manifest
    tables = {one["name"]: Table(**one) for one in manifest["tables"]}
    partitions = [Partition(**one) for one in manifest["partitions"]]
    with loading(place.connection, tables=list(tables.values()), partitions=partitions) as target:
        for name, stream in reader.members():
            kind, rest = name.split("/", 1)
            if f"{kind}/" == HOME:
                _write(_inside(place.home, rest), _pieces(stream))
            elif f"{kind}/" == EVIDENCE:
                _keep(rest, stream)
            elif rest in tables:
                target.load(tables[rest], reader.rows(rest))
            else:
                raise BackupDamaged
        target.set_sequences(manifest["sequences"])
    lines = [f"{name}={_quoted(value)}\n" for name, value in manifest["environment"].items()]
    _write(place.home / ENVIRONMENT_FILE, [line.encode() for line in lines])


def judge() -> Verdict:
    """The ledger's chains and checkpoints recomputed, and each evidence file looked for."""
    run = Verification()
    faults = [f"{fault.stream}#{fault.seq}: {fault.what}" for fault in run.faults()]
    if (false := contradiction()) is not None:
        faults.append(f"{false.stream}#{false.seq}: {false.what}")
    held = store()
    contents = EvidenceFile.objects.values_list("sha256", "display_sha256").iterator()
    missing = [sha for row in contents for sha in row if sha and held.size_of(sha) is None]
    return Verdict(run.events, faults, missing)


def _inside(home: Path, name: str) -> Path:
    path = (home / name).resolve()
    if not path.is_relative_to(home):
        raise UnsafeName(name=name)
    return path


def _write(path: Path, pieces: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _keep(sha256: str, stream: IO[bytes]) -> None:
    with store().arriving() as path:
        with path.open("wb") as file:
            for piece in _pieces(stream):
                file.write(piece)
        store().keep(path, sha256)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _quoted(value: str) -> str:
    """A value as an environment file of systemd or a shell reads it."""
    escaped = "".join(f"\\{letter}" if letter in '"\\$`' else letter for letter in value)
    return f'"{escaped}"'
