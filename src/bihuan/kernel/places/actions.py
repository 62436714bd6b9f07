"""Loading the places of a city; each loader can be run again and changes only what differs."""

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import Actor
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.rules import check_code, path_of

DIVISION_COLUMNS = ("code", "name", "level", "parent")


@transaction.atomic
def load_city(
    divisions: Path, *, by: Actor, areas: Path | None = None, boundaries: Path | None = None
) -> dict[str, int]:
    """Load all that is known of the city's places, or nothing: rows read per kind of file."""
    loaded = {"divisions": load_divisions(divisions)}
    if areas is not None:
        loaded["functional_areas"] = load_functional_areas(areas)
    if boundaries is not None:
        loaded["boundaries"] = load_boundaries(boundaries)
    files = [file for file in (divisions, areas, boundaries) if file is not None]
    append(
        "places",
        "places.load",
        by=by,
        payload=loaded,
        evidence=[hashlib.sha256(file.read_bytes()).hexdigest() for file in files],
    )
    return loaded


@transaction.atomic
def load_divisions(file: Path) -> int:
    """Load a division table with the columns code, name, level, parent (any city's); returns the rows."""
    rows = list(_rows(file, DIVISION_COLUMNS))
    codes = {row["code"] for row in rows} | set(Jurisdiction.objects.values_list("code", flat=True))
    for row in sorted(rows, key=lambda row: len(row["code"])):
        check_code(row["code"], row["level"])
        _place(row["code"], row["name"], level=row["level"], path=path_of(row["code"], codes))
    _hang_up()
    return len(rows)


@transaction.atomic
def load_functional_areas(file: Path) -> int:
    """Areas that answer for themselves without a GB/T 2260 code; columns as divisions plus a label point."""
    rows = list(_rows(file, ("code", "name", "parent")))
    for row in rows:
        parent = _known(row["parent"], file)
        place = _place(
            row["code"], row["name"], level=Jurisdiction.Level.FUNCTIONAL, path=f"{parent.path}{row['code']}/"
        )
        place.parent = parent
        place.label_lon, place.label_lat = _number(row.get("label_lon")), _number(row.get("label_lat"))
        place.save(update_fields=["parent", "label_lon", "label_lat"])
    return len(rows)


@transaction.atomic
def load_boundaries(file: Path) -> int:
    """GeoJSON features with the division's code in `properties.code`, WGS-84; returns the places drawn.

    A file of a whole province may be given: what lies outside the city is passed over.
    """
    places = Jurisdiction.objects.in_bulk(field_name="code")
    drawn = []
    for feature in _features(file):
        facts = feature["properties"]
        place = places.get(str(facts["code"]))
        if place is not None:
            place.boundary = feature["geometry"]
            place.label_lon, place.label_lat = facts.get("label_lon"), facts.get("label_lat")
            place.schematic = bool(facts.get("schematic"))
            drawn.append(place)
    if not drawn:
        raise Unusable(reason=_("%(file)s draws none of the city's divisions.") % {"file": file.name})
    Jurisdiction.objects.bulk_update(drawn, ["boundary", "label_lon", "label_lat", "schematic"])
    return len(drawn)


def _features(file: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file, each of which names its division."""
    try:
        features: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["features"]
        named = all(feature["geometry"] and feature["properties"]["code"] for feature in features)
    except (ValueError, KeyError, TypeError):
        named = False
    if not named:
        raise Unusable(
            reason=_("%(file)s is no GeoJSON whose features carry the division in properties.code.")
            % {"file": file.name}
        )
    return features


def _known(code: str, file: Path) -> Jurisdiction:
    place = Jurisdiction.objects.filter(code=code).first()
    if place is None:
        raise Unusable(
            reason=_("%(file)s names %(code)s, which is not in the table of divisions.")
            % {"file": file.name, "code": code}
        )
    return place


def _place(code: str, name: str, *, level: str, path: str) -> Jurisdiction:
    fields = {"name": name, "level": level, "path": path}
    place, _made = Jurisdiction.objects.update_or_create(code=code, defaults=fields)
    return place


def _hang_up() -> None:
    """Give each division the parent that its path names."""
    by_path = {place.path: place for place in Jurisdiction.objects.all()}
    changed = []
    for path, place in by_path.items():
        above = path.rstrip("/").rpartition("/")[0]
        parent = by_path.get(f"{above}/") if above else None
        if place.parent_id != (parent.pk if parent else None):
            place.parent = parent
            changed.append(place)
    Jurisdiction.objects.bulk_update(changed, ["parent"], batch_size=500)


def _rows(file: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise Unusable(
                reason=_("%(file)s lacks the columns: %(columns)s.")
                % {"file": file.name, "columns": ", ".join(missing)}
            )
        yield from reader


def _number(text: str | None) -> float | None:
    return float(text) if text else None
