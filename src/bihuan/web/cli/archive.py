"""`bihuan archive`: move finished days of monitoring data into the archive by hand."""

import json
import sys
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

KINDS = ("realtime", "minute", "period")


@click.command()
@click.option(
    "--day",
    "days",
    multiple=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day that is over, however recent; several times for several. Default: all that are due.",
)
@click.option(
    "--table",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only these records; hours and days (period) go month by month.",
)
@click.option("--list", "listing", is_flag=True, help="Only show what the archive holds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def archive(days: tuple[datetime, ...], kinds: tuple[str, ...], listing: bool, as_json: bool) -> None:
    """Write finished days to Parquet, compare them with the database, then drop them there.

    Exit code 1 when a day did not agree; it stays in the database.
    """
    from bihuan.kernel.errors import BihuanError
    from bihuan.oversight.monitoring.models import PackedDay
    from bihuan.oversight.monitoring.store import retiring

    chosen = kinds or KINDS
    refused: list[str] = []
    if listing:
        packed = list(PackedDay.objects.filter(current=True, table__in=chosen))
    else:
        packed = []
        for partition in retiring.chosen([day.date() for day in days], chosen):
            try:
                packed += retiring.pack_or_drop(partition)
            except BihuanError as error:
                refused.append(str(error))
    if as_json:
        shown = {"packed": [as_row(day) for day in packed], "refused": refused}
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        Console().print(_table(packed))
        for text in refused:
            click.echo(text, err=True)
    sys.exit(1 if refused else 0)


def as_row(day: Any) -> dict[str, Any]:
    """One day of the archive as a program reads it."""
    from django.utils import timezone

    return {
        "table": day.table,
        "begin": timezone.localtime(day.begin).isoformat(),
        "end": timezone.localtime(day.end).isoformat(),
        "revision": day.revision,
        "messages": day.messages,
        "values": day.values,
        "bytes_before": day.bytes_hot,
        "bytes_after": day.bytes_cold,
        "bytes_a_value": round(day.bytes_cold / day.values, 2) if day.values else None,
        "files": day.files,
    }


def _table(packed: list[Any]) -> Table:
    table = Table("table", "from", "messages", "values", "MB before", "MB after", "bytes a value", "revision")
    for row in map(as_row, packed):
        sizes = (f"{row[name] / 1e6:.1f}" for name in ("bytes_before", "bytes_after"))
        counts = (f"{row[name]:,}" for name in ("messages", "values"))
        each = str(row["bytes_a_value"])
        table.add_row(row["table"], row["begin"][:16], *counts, *sizes, each, str(row["revision"]))
    return table
