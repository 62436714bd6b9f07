"""`bihuan restore`: a backup back into an empty place."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import click
from rich.console import Console

from bihuan.kernel.database.backup.container import Reader
from bihuan.kernel.database.beside import own_connection
from bihuan.kernel.database.launcher import Launcher
from bihuan.web.backup.errors import HalfRestored
from bihuan.web.cli.bars import Bar
from bihuan.web.cli.instance import embedded, load_django, migrate, reach_database
from bihuan.web.cli.passphrases import from_file, passphrase_option
from bihuan.web.home import bihuan_home

say = Console(stderr=True, highlight=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--check", "only_check", is_flag=True, help="Read it through, say what it holds, write nothing."
)
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(file: Path, only_check: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Bring a backup back into an empty BIHUAN_HOME and an empty database.

    The whole file is read and compared with its own seal before anything is written. An older backup is
    brought up to date; one of a newer program is refused. Exit code 1 when ledger or evidence have faults.
    """
    load_django()
    given = from_file(passphrase_file) if passphrase_file else None
    if only_check:
        say_held(checked(file, given), as_json=as_json)
        return
    server = embedded()
    with started(server):
        reach_database()
        verdict = bring_back(file, given, server)
    say_verdict(verdict, as_json=as_json)
    sys.exit(1 if verdict["faults"] or verdict["missing"] else 0)


def bring_back(file: Path, given: str | None, server: Launcher | None) -> dict[str, Any]:
    from bihuan.web.backup import restoring

    with own_connection() as connection:
        place = restoring.Place(bihuan_home(), connection)
        reader = checked(file, given, place)
        try:
            restoring.make_schema(reader.manifest)
            with Bar(say) as bar, opened(file, given, bar) as again:
                restoring.fill(again, place)
            migrate()
        except BaseException as error:
            undo(reader.manifest, server, error)
            raise
    verdict = restoring.judge()
    return {**held(reader), **verdict._asdict()}


def checked(file: Path, given: str | None, place: Any = None) -> Reader:
    """The backup read through; with a `place`, refused at once where it doesn't fit."""
    from bihuan.web.backup import restoring

    with Bar(say) as bar, opened(file, given, bar) as reader:
        if place is not None:
            restoring.assert_fits(reader.manifest, place)
        restoring.check_through(reader)
    return reader


def undo(manifest: dict[str, Any], server: Launcher | None, error: BaseException) -> None:
    """Leave the place as empty as it was found, so that the next attempt can begin."""
    from django.conf import settings
    from django.db import connections

    for name in manifest["files"]:
        (bihuan_home() / name).unlink(missing_ok=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    connections.close_all()
    if server is None:
        raise HalfRestored(reason=error) from error
    server.recreate_database()


@contextmanager
def started(server: Launcher | None) -> Iterator[None]:
    was_running = server is None or server.is_running()
    if server is not None:
        server.start()
    try:
        yield
    finally:
        from django.db import connections

        connections.close_all()
        if server is not None and not was_running:
            server.stop(unless_in_use=True)


@contextmanager
def opened(file: Path, given: str | None, bar: Bar) -> Iterator[Reader]:
    with file.open("rb") as content:
        bar.begin("reading", file.stat().st_size)
        yield Reader(cast(IO[bytes], Counted(content, bar)), passphrase=lambda: given or asked())


def asked() -> str | None:
    """The passphrase from the keyboard; None where nobody sits at one."""
    if not sys.stdin.isatty():
        return None
    return str(click.prompt("Passphrase", hide_input=True, err=True))


class Counted:
    """A file that tells a bar how much of it has been read."""

    def __init__(self, file: IO[bytes], bar: Bar) -> None:
        self._file, self._bar = file, bar

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._bar.step(len(data))
        return data

    def seek(self, place: int) -> int:
        return self._file.seek(place)


def held(reader: Reader) -> dict[str, Any]:
    """What the backup holds, from its manifest and its seal."""
    tables = reader.seal["tables"]
    return {
        "made_at": reader.manifest["made_at"],
        "program": reader.manifest["program"],
        "city": reader.manifest["city"],
        "tables": len(tables),
        "rows": sum(table["rows"] for table in tables.values()),
        "evidence": reader.seal["evidence"],
        "files": len(reader.seal["files"]),
    }


def say_held(reader: Reader, *, as_json: bool) -> None:
    found = held(reader)
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo("The backup is whole: " + ", ".join(f"{name} {value}" for name, value in found.items()) + ".")


def say_verdict(verdict: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(verdict, ensure_ascii=False))
        return
    click.echo(
        f"Restored {verdict['tables']} tables, {verdict['rows']} rows, {verdict['evidence']} evidence files; "
        f"the ledger's {verdict['events']} events were verified: {len(verdict['faults'])} faults."
    )
    for fault in verdict["faults"]:
        click.echo(fault)
    for sha256 in verdict["missing"]:
        click.echo(f"missing: {sha256}")
