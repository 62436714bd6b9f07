"""`bihuan check`: is this instance fit to run?"""

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table

from bihuan.web.cli.deploy import DEPLOYMENT

MINIMUM_POSTGRESQL = 15


class Finding(NamedTuple):
    id: str
    ok: bool
    found: str
    do: str = ""


@click.command()
@click.option(
    "--deploy", is_flag=True, help="Also refuse what is unsafe in a deployment, and say what to set."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(deploy: bool, as_json: bool) -> None:
    """Look at database, schema, evidence folder, calendar and assets. Exit code 1 when something is amiss."""
    findings = [Finding(name, *look()) for name, look in CHECKS.items()]
    if deploy:
        findings += [Finding(name, *look()) for name, look in DEPLOYMENT.items()]
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in findings], ensure_ascii=False))
    else:
        table = Table("", "check", "found", *(["what to set"] if deploy else []))
        for finding in findings:
            row = ["ok" if finding.ok else "!!", finding.id, finding.found]
            table.add_row(*row, *(["" if finding.ok else finding.do] if deploy else []))
        Console().print(table)
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


def shown(setting: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        return str(cursor.fetchone()[0])


def server_version() -> tuple[bool, str]:
    version = shown("server_version")
    return int(version.split(".")[0]) >= MINIMUM_POSTGRESQL, f"PostgreSQL {version}"


def durability() -> tuple[bool, str]:
    values = {name: shown(name) for name in ("fsync", "synchronous_commit")}
    return set(values.values()) <= {"on"}, ", ".join(f"{name} {value}" for name, value in values.items())


def schema() -> tuple[bool, str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not missing, f"{len(missing)} migrations not applied"


def evidence() -> tuple[bool, str]:
    from bihuan.kernel.errors import Unusable
    from bihuan.kernel.evidence.storage import store

    try:
        store().probe()
    except (OSError, Unusable) as error:
        return False, str(error)
    return True, store().where()


def calendar() -> tuple[bool, str]:
    from django.utils import timezone

    from bihuan.kernel.calendar.queries import load_calendar

    horizon = load_calendar().horizon
    return horizon >= timezone.localdate(), f"official days until {horizon}"


def assets() -> tuple[bool, str]:
    from django.contrib.staticfiles import finders

    found = finders.find("vendor/tabler.min.css")
    return bool(found), "front-end libraries are there" if found else "run make install"


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "database": server_version,
    "durability": durability,
    "schema": schema,
    "evidence": evidence,
    "calendar": calendar,
    "assets": assets,
}
