"""`bihuan figures`: what the city counts, as of a day."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.table import Table


@click.command(short_help="Print the registered figures as of a day.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day, up to its end in Shanghai. Default: now."
)
@click.option("--scope", metavar="CODE", default="", help="Code of a jurisdiction. Default: the city.")
@click.option("--area", metavar="AREA", help="Only the figures of one area.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def figures(as_of: datetime | None, scope: str, area: str | None, as_json: bool) -> None:
    """Print every registered figure with its value, its kind and the number of records behind it."""
    from django.utils import timezone

    from bihuan.kernel.figures import queries, rules
    from bihuan.kernel.figures.registry import Scope

    moment = rules.end_of_day(as_of.date()) if as_of else timezone.now()
    path = queries.path_of(scope) if scope else queries.city_path()
    found = queries.values(Scope(as_of=moment, path=path), area=area)
    if as_json:
        click.echo(json.dumps([as_row(value) for value in found], ensure_ascii=False, indent=1))
    else:
        Console().print(_table(found))


def as_row(value: Any) -> dict[str, Any]:
    """One figure as a program reads it."""
    figure, number = value.figure, value.value
    if isinstance(number, Decimal):
        number = int(number) if number == number.to_integral_value() else float(number)
    return {
        "id": figure.id,
        "label_zh": figure.zh,
        "label_en": figure.en,
        "value": number,
        "unit": figure.unit,
        "kind": value.kind,
        "definition": figure.definition,
        "records": value.records,
        "url": value.url,
    }


def _table(found: list[Any]) -> Table:
    table = Table("", "", "", "", "")
    for column, title in zip(table.columns, ("id", "figure", "value", "kind", "records"), strict=True):
        column.header = title
    table.columns[2].justify = "right"
    for value in found:
        said = f"{value.text} {value.figure.unit}".strip()
        table.add_row(value.figure.id, value.figure.label, said, value.kind, str(value.records))
    return table
