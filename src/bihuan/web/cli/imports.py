"""`bihuan import`: bring records in from a file, row by row, refusing what can't go in with its reason."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

IMPORTERS = {
    "units": ("bihuan.kernel.identity.units", "UnitImporter"),
    "petitions": ("bihuan.governance.petitions.imports", "PetitionImporter"),
    "batches": ("bihuan.governance.petitions.imports", "BatchImporter"),
    "enterprises": ("bihuan.oversight.enterprises.imports", "EnterpriseImporter"),
    "outlets": ("bihuan.oversight.enterprises.imports", "OutletImporter"),
    "facilities": ("bihuan.oversight.enterprises.imports", "FacilityImporter"),
    "limits": ("bihuan.oversight.enterprises.imports", "LimitImporter"),
    "loggers": ("bihuan.oversight.enterprises.imports", "LoggerImporter"),
    "rectification": ("bihuan.governance.inspections.imports", "RectificationImporter"),
}
FINDINGS = 1
SHOWN = 20


@click.command(name="import", short_help="Import petition cases, tasks, enterprises, loggers … from a file.")
@click.argument("kind", type=click.Choice(list(IMPORTERS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--as", "username", metavar="USER", help="The user who imports. Default: the system.")
def import_(kind: str, file: Path, *, dry_run: bool, as_json: bool, username: str | None) -> None:
    """Read FILE (xlsx, csv or jsonl) as KIND. The good rows go in, the others into FILE.refused.csv.

    Importing the same file again changes nothing. Exit code 1: rows were refused; 2: nothing could be read.
    """
    from bihuan.kernel.registers.importing import run_import

    module, name = IMPORTERS[kind]
    importer = getattr(import_module(module), name)()
    quiet = Console(stderr=True, quiet=as_json)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=quiet, transient=True) as bar:
        task = bar.add_task(file.name)

        def tell(rows: int) -> None:
            bar.update(task, description=f"{file.name}: {rows}")

        result = run_import(importer, file, by=_user(username), dry_run=dry_run, progress=tell)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _print(result)
    sys.exit(FINDINGS if result.refused else 0)


def _user(username: str | None) -> Any:
    from bihuan.kernel.people.models import User

    if username is None:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.UsageError(f"There is no user {username}.")
    return user


def _print(result: Any) -> None:
    console = Console()
    counts = f"new {result.new} · changed {result.changed} · unchanged {result.unchanged}"
    note = " (dry run, nothing kept)" if result.dry_run else ""
    console.print(f"{counts} · refused {len(result.refused)}{note}")
    if not result.refused:
        return
    table = Table("row", "field", "reason")
    for refusal in result.refused[:SHOWN]:
        table.add_row(str(refusal.row), refusal.field, str(refusal.reason))
    console.print(table)
    if len(result.refused) > SHOWN:
        console.print(f"… {len(result.refused) - SHOWN} more")
    if result.refused_file:
        console.print(f"The refused rows are in {result.refused_file}")
