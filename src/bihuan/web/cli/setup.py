"""`bihuan setup`: what a new instance needs before its first record."""

from pathlib import Path

import click

existing_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def setup() -> None:
    """Give a new instance its city: first the places, then the people."""


@setup.command("places")
@click.argument("divisions", type=existing_file)
@click.option("--areas", type=existing_file, help="Functional areas (csv).")
@click.option("--boundaries", type=existing_file, help="GeoJSON, WGS-84.")
def places(divisions: Path, *, areas: Path | None, boundaries: Path | None) -> None:
    """Load DIVISIONS (csv: code, name, level, parent) with areas and boundaries, or nothing at all.

    Areas: code, name, parent, label_lon, label_lat. Boundaries: features with the division's code in
    properties.code. Loading newer files changes what differs and takes nothing away.
    """
    from bihuan.kernel.ledger.rules import SYSTEM
    from bihuan.kernel.places.actions import load_city

    loaded = load_city(divisions, by=SYSTEM, areas=areas, boundaries=boundaries)
    click.echo(" · ".join(f"{kind.replace('_', ' ')} {rows}" for kind, rows in loaded.items()))
