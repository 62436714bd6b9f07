"""`bihuan database`: where the records are."""

import os

import click

from bihuan.kernel.database.connection import Embedded
from bihuan.web.home import bihuan_home


@click.group()
def database() -> None:
    """The database in use."""


@database.command("url")
def url() -> None:
    """Print the URL of the database in use: DATABASE_URL, else this home's embedded one."""
    click.echo(os.environ.get("DATABASE_URL") or Embedded(bihuan_home()).url)
