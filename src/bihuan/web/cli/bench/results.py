"""How a benchmark tells what it found: a table with the machine it ran on, or JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bihuan.kernel.database.launcher import machine_memory

FEW = 3  # rows with three times as many measures are laid on their side


def show(title: str, rows: Sequence[Mapping[str, Any]], *, as_json: bool, with_database: bool = True) -> None:
    """Rows of one table: every row has the keys of the first."""
    found = machine() | (database() if with_database else {})
    if as_json:
        said = {"title": title, "machine": found, "rows": list(rows)}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    lines = [list(rows[0]), *([written(value) for value in row.values()] for row in rows)]
    if len(rows) * FEW < len(rows[0]):
        lines = [list(line) for line in zip(*lines, strict=True)]  # a line for each measure fits any terminal
    table = Table(*lines[0], title=title)
    for line in lines[1:]:
        table.add_row(*line)
    Console().print(table, ", ".join(found.values()), sep="\n")


def written(value: Any) -> str:
    """Counts with their thousands apart; measured values with three digits that mean something."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine() -> dict[str, str]:
    """The day and the machine, as docs/benchmarks.md names them."""
    memory = machine_memory() / 2**30
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "cores": f"{os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "python": f"Python {platform.python_version()}",
    }


def database() -> dict[str, str]:
    from django.db import connection

    connection.ensure_connection()
    version = connection.connection.info.server_version
    return {"database": f"PostgreSQL {version // 10000}.{version % 10000}"}


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if not described.exists():
        return platform.processor() or platform.machine()
    lines = described.read_text().splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0–1) of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
