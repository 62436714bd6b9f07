"""`bihuan up` and `bihuan demo`: start everything, watch over it, stop everything."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
from rich.console import Console
from rich.table import Table

from bihuan.kernel.database.launcher import Launcher
from bihuan.kernel.people.permissions import Role
from bihuan.web.cli.errors import AlreadyRunning, NotADemo, NotOursToReset, PortInUse
from bihuan.web.cli.instance import embedded, load_django, migrate, reach_database
from bihuan.web.cli.running import noted, port_is_free, running_gateway, running_port
from bihuan.web.cli.supervisor import GATEWAY_PORT, HOST, NOWHERE, Listening, Supervisor

DEFAULT_PORT = 8000
say = Console(stderr=True, highlight=False)

port_option = click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port of the web pages.")
gateway_option = click.option(
    "--gateway-port", default=GATEWAY_PORT, show_default=True, help="Port for monitoring devices; 0 is none."
)


class Stop(BaseException):
    """Ctrl-C, a closed terminal or a service manager asked us to end."""


@click.command()
@port_option
@gateway_option
@click.option("--host", default=HOST, show_default=True, help="Address on which the pages are served.")
@click.option("--gateway-host", help="Address to which the devices connect; that of the pages.")
def up(port: int, gateway_port: int, host: str, gateway_host: str | None) -> None:
    """Start the database, bring its schema up to date, start the web pages, the worker and the gateway.

    Ctrl-C stops every process that this command started.
    """
    run(port=port, host=host, gateway=Listening(gateway_host or host, gateway_port))


@click.command()
@port_option
@gateway_option
@click.option(
    "--scale", type=click.Choice(["small", "city"]), default="small", show_default=True, help="City size."
)
@click.option("--reset", is_flag=True, help="Throw the database of this home away and start over.")
@click.option("--json", "as_json", is_flag=True, help="Print address and accounts as JSON when it is up.")
def demo(port: int, gateway_port: int, scale: str, reset: bool, as_json: bool) -> None:
    """Start a generated city with an account for each role; a second start keeps the data.

    While it runs, the same command elsewhere prints address and accounts again. Where the port for devices
    is taken, the next free one is used.
    """
    os.environ["BIHUAN_DEMO"] = "1"
    if (at := running_port()) and not reset:
        load_django()
        announce(address(at), demo_accounts(), gateway=running_gateway(), as_json=as_json)
        return
    run(
        port=port, gateway=Listening(HOST, next_free(gateway_port)), scale=scale, reset=reset, as_json=as_json
    )


def next_free(port: int) -> int:
    """The port, or the first free one above it; 0 stays 0."""
    while port and not port_is_free(port):
        port += 1
    return port


def run(
    *,
    port: int,
    host: str = HOST,
    gateway: Listening = NOWHERE,
    scale: str = "",
    reset: bool = False,
    as_json: bool = False,
) -> None:
    server = embedded()
    if reset and server is None:
        raise NotOursToReset
    if at := running_port():
        raise AlreadyRunning(url=address(at))
    refuse_taken(Listening(host, port), gateway)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with database(server):
            with step("program"):
                load_django()
                reach_database()
            if scale:
                refuse_other_records()
            if server is not None and reset:
                start_over(server)
            build(scale)
            supervisor = Supervisor(port=port, host=host, gateway=gateway, server=server)
            serve(supervisor, scale=scale, as_json=as_json)
    except Stop:
        say.print("[green]✓[/green] everything has stopped")


def refuse_taken(*wanted: Listening) -> None:
    for host, port in wanted:
        if port and not port_is_free(port, host):
            raise PortInUse(port=port)


@contextmanager
def database(server: Launcher | None) -> Iterator[None]:
    """The embedded server, running; stopped at the end by whoever started it."""
    if server is None:
        yield
        return
    was_running = server.is_running()
    try:
        with step("database"):
            server.start()
        yield
    finally:
        if not was_running:
            server.stop()


def refuse_other_records() -> None:
    """A demo beside real records would show them as invented, or throw them away."""
    from django.db import connection

    from bihuan.kernel.people.models import User

    begun = User._meta.db_table in connection.introspection.table_names()
    if begun and User.objects.exists() and not demo_accounts():
        raise NotADemo


def start_over(server: Launcher) -> None:
    from django.conf import settings
    from django.db import connections

    with step("starting over with an empty database"):
        connections.close_all()
        server.recreate_database()
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def build(scale: str) -> None:
    from bihuan.web.assets import collect

    with step("schema, working calendar and rules"):
        migrate()
    with step("style sheets and scripts, compressed"):
        collect()
    if scale:
        from bihuan.web.demo_city import build_once

        with step("demo city"):
            build_once(scale, progress=lambda text: say.print(f"  [dim]· {text}[/dim]"))


def serve(supervisor: Supervisor, *, scale: str, as_json: bool) -> None:
    from django.db import connections

    accounts = demo_accounts() if scale else []
    connections.close_all()
    with supervisor as children:
        with step("web pages and worker"):
            children.start()
        with noted(children.port, gateway=children.gateway.port):
            announce(address(children.port), accounts, gateway=children.gateway.port, as_json=as_json)
            say.print("Ctrl-C stops it.")
            children.watch()


def address(port: int) -> str:
    return f"http://{HOST}:{port}/"


@contextmanager
def step(name: str) -> Iterator[None]:
    """One line of progress: what is being done, then how long it took."""
    start = time.monotonic()
    with say.status(f"{name} …"):
        yield
    say.print(f"[green]✓[/green] {name} [dim]{time.monotonic() - start:.1f} s[/dim]")


def demo_accounts() -> list[dict[str, str]]:
    from bihuan.web.demo_city.accounts import accounts

    return accounts()


def announce(url: str, accounts: list[dict[str, str]], *, gateway: int, as_json: bool) -> None:
    if as_json:
        shown = [{key: account[key] for key in ("role", "username", "password")} for account in accounts]
        said = {"url": url, "gateway": f"{HOST}:{gateway}" if gateway else "", "accounts": shown}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    console = Console()
    console.print(f"\n[bold green]{url}[/bold green]")
    if gateway:
        console.print(f"monitoring devices connect to [bold]{HOST}:{gateway}[/bold] (HJ 212)")
    if accounts:
        table = Table("role", "username", "password", "name")
        for one in accounts:
            table.add_row(str(Role(one["role"]).label), one["username"], one["password"], one["name"])
        console.print(table)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Only the first signal counts, so that an impatient second one can't cut the stopping short."""
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise Stop
