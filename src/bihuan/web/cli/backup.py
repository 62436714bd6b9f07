"""`bihuan backup`: everything in one file, while the instance runs."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from bihuan.web.cli.bars import Bar
from bihuan.web.cli.passphrases import from_file, passphrase_option

say = Console(stderr=True, highlight=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--encrypt", is_flag=True, help="Seal it with a passphrase that is asked for.")
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(file: Path, encrypt: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Write database, evidence and configuration into FILE as of one moment, while the instance runs.

    Exit code 1 when an evidence file was missing or damaged: the backup holds all else and names it.
    """
    from bihuan.kernel.database.beside import own_connection
    from bihuan.web.backup.making import make_backup
    from bihuan.web.home import bihuan_home

    passphrase = from_file(passphrase_file) if passphrase_file else None
    if encrypt and passphrase is None:
        passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    with own_connection() as connection, Bar(say) as bar:
        made = make_backup(file, home=bihuan_home(), connection=connection, passphrase=passphrase, tell=bar)
    if as_json:
        click.echo(json.dumps({"file": str(file), "encrypted": passphrase is not None, **made._asdict()}))
    else:
        counts = f"{made.tables} tables, {made.rows} rows, {made.evidence} evidence files"
        click.echo(f"{file}: {counts}, {made.bytes} bytes.")
        for word in ("missing", "damaged"):
            for sha256 in getattr(made, word):
                click.echo(f"{word}: {sha256}")
    sys.exit(1 if made.missing or made.damaged else 0)
