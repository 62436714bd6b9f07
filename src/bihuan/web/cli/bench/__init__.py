"""`bihuan bench`: how fast the house is. Each benchmark is a module of its own with a command of its name."""

from importlib import import_module

import click

BENCHMARKS = (
    "ingest",
    "hj212",
    "ledger",
    "photos",
    "problems",
    "telemetry",
)


class Benchmarks(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(BENCHMARKS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in BENCHMARKS:
            return None
        command: click.Command = getattr(import_module(f"bihuan.web.cli.bench.{name}"), name)
        return command


@click.group(cls=Benchmarks)
def bench() -> None:
    """Measure in a database of its own beside the real one, which is thrown away afterwards."""
