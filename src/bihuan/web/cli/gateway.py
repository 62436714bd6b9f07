"""`bihuan gateway`: the HJ 212 server by itself, for a host that serves no pages."""

import os

import click

from bihuan.web.cli.errors import PortInUse
from bihuan.web.cli.running import port_is_free
from bihuan.web.cli.supervisor import GATEWAY_PORT, HOST


@click.command()
@click.option("--port", default=GATEWAY_PORT, show_default=True, help="Port to which the devices connect.")
@click.option("--host", default=HOST, show_default=True, help="Address to listen on; 0.0.0.0 is all.")
@click.option(
    "--processes", type=click.IntRange(1, 256), help="Processes beside each other; as many as cores."
)
def gateway(port: int, host: str, processes: int | None) -> None:
    """Take what the devices send, store it, answer when it is stored; pass orders on to them.

    HJ/T 212-2005, HJ 212-2017 and HJ 212-2025 side by side. Ctrl-C stores and answers what was read, then
    ends.
    """
    from django.conf import settings

    from bihuan.oversight.monitoring.gateway.limits import networks_of
    from bihuan.oversight.monitoring.gateway.processes import run

    networks_of(settings.BIHUAN_GATEWAY_NETWORKS)
    if not port_is_free(port, host):
        raise PortInUse(port=port)
    click.echo(f"HJ 212 gateway on {host}:{port}", err=True)
    run(host, port, processes=processes or os.cpu_count() or 1)
