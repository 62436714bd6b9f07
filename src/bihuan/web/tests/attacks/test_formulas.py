"""A line that a spreadsheet would run, in the one csv that we give out."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.kernel.registers.register import REGISTERS

pytestmark = pytest.mark.django_db
STARTS = ("=", "+", "-", "@", "\t=", "\r=")


@pytest.mark.parametrize("start", STARTS)
def test_the_table_of_refused_rows_runs_nothing_either(world, as_user, settings, tmp_path, start):
    """What it gives back was sent by somebody."""
    settings.BIHUAN_HOME = tmp_path
    client = as_user(world.city_officer)
    importer = REGISTERS["petitions"].importer
    names = sorted(importer.required)
    row = [f"{start}cmd|'/c calc'!A1" for _name in names]
    written = io.StringIO()
    csv.writer(written).writerows([names, row])
    upload = SimpleUploadedFile("rows.csv", written.getvalue().encode())
    address: Any = client.post(reverse("petitions-import"), {"file": upload})["Location"]
    refused = client.get(f"{address}refused.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(refused)))
    assert len(rows) == 2
    assert [cell for one in rows for cell in one if cell.lstrip()[:1] in ("=", "+", "@") and cell] == []
    assert not any(cell.lstrip().startswith("-") for cell in rows[1])
