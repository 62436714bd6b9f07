"""`bihuan simulate`: the registered devices, played, against a gateway."""

import asyncio
import json
import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console

SPAN = re.compile(r"(\d+)([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
DEFAULT_PORT = 2120


class Since(click.ParamType):
    """A moment (YYYY-MM-DD or YYYY-MM-DDTHH:MM) or how long ago: 90m, 3h, 2d."""

    name = "when"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        from django.utils import timezone

        if isinstance(value, datetime):
            return value
        if found := SPAN.fullmatch(value):
            return timezone.localtime() - timedelta(**{UNITS[found[2]]: int(found[1])})
        for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%d"):
            try:
                return timezone.make_aware(datetime.strptime(value, form))
            except ValueError:
                continue
        return self.fail(f"{value} is no moment like 2026-11-26T08:00 and no span like 3h", param, ctx)


@click.command()
@click.option("--enterprises", type=click.IntRange(1), help="Only the first so many. Default: all.")
@click.option("--every", default=60.0, show_default=True, help="Seconds between two real-time messages.")
@click.option(
    "--faults",
    "named",
    default="",
    metavar="NAMES",
    help="gaps, duplicates, clock, halves, rubbish, check, late, flags, storm, exceedance, or all.",
)
@click.option("--exceed", metavar="OUTLET", help="MN or outlet code, with /FACTOR too: goes above its limit.")
@click.option("--from", "since", type=Since(), help="First deliver minutes, hours and days since then.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the gateway listens.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port of the gateway.")
@click.option("--seconds", type=float, help="End after so long; 0 ends when the past is delivered.")
@click.option("--seed", default=1, show_default=True, help="The same seed measures the same values.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON at the end.")
def simulate(
    enterprises: int | None,
    every: float,
    named: str,
    exceed: str | None,
    since: datetime | None,
    host: str,
    port: int,
    seconds: float | None,
    seed: int,
    as_json: bool,
) -> None:
    """Play the data loggers in the registers of this home: a daily rhythm, drift, noise, and faults by name.

    Ctrl-C ends it. What was sent and answered is printed each second.
    """
    from bihuan.oversight.monitoring.simulation import faults, running
    from bihuan.oversight.monitoring.simulation.session import Counts, Setting

    console = Console(stderr=True, highlight=False)
    chosen = faults.chosen(named)
    field = running.field_of(enterprises, seed=seed)
    if exceed is not None or "exceedance" in chosen:
        excess = running.make_exceed(field, exceed or "")
        console.print(f"{excess.mn} {excess.outlet} {excess.factor} > limit, {excess.since:%Y-%m-%d %H:%M} …")
    setting = Setting(host, port, every, chosen, Counts(), since, live=seconds is None or seconds > 0)
    console.print(f"{len(field)} devices → {host}:{port}")
    with console.status("…") as status:
        tell = lambda counts: status.update(_line(counts))  # noqa: E731
        with suppress(KeyboardInterrupt):
            asyncio.run(running.run(field, setting, seed=seed, seconds=seconds or None, tell=tell))
    said = setting.counts.as_json()
    click.echo(json.dumps(said) if as_json else _line(setting.counts))


def _line(counts: Any) -> str:
    said = counts.as_json()
    faults = said.pop("faults")
    shown = " · ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in said.items())
    return shown + "".join(f" · {name} {number}" for name, number in sorted(faults.items()))
