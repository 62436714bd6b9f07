"""Filling the factor table from the one that ships with the program."""

import csv
from collections.abc import Iterator
from pathlib import Path

from bihuan.oversight.enterprises.models import Factor

FILE = Path(__file__).parents[1] / "data" / "factors.csv"
ONLY_2005 = "2005 only"


def load_factors() -> int:
    """Add the rows that are not there yet; a row that a city corrected stays. Returns the rows read."""
    rows = list(_rows())
    Factor.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _rows() -> Iterator[Factor]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            later = "" if row["table"] == ONLY_2005 else row["unit"]
            yield Factor(
                code=row["code"],
                old_code=row["old_code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                kind=row["kind"],
                unit_2005=row["unit_2005"],
                unit_2017=later,
                unit_2025=later,
                emission_unit=row["emission_unit"],
                format_2005=row["format_2005"],
                format_2017=row["format"],
                source=row["table"],
                note=row["note"],
            )
