"""`bihuan setup`: a new instance gets its city."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.kernel.places.models import Jurisdiction
from bihuan.web.cli.setup import setup

pytestmark = pytest.mark.django_db
CITY = Path(__file__).resolve().parents[1] / "demo_city"


def test_the_places_of_a_city_are_loaded_and_counted(world):
    files = [
        str(CITY / "divisions.csv"),
        "--areas",
        str(CITY / "functional_areas.csv"),
        "--boundaries",
        str(CITY / "boundaries.geojson"),
    ]
    done = CliRunner().invoke(setup, ["places", *files])
    assert (done.exit_code, done.output) == (0, "divisions 1283 · functional areas 2 · boundaries 7\n")
    assert Jurisdiction.objects.get(code="330481").boundary


def test_a_file_that_is_not_there_is_named(world):
    done = CliRunner().invoke(setup, ["places", "nowhere.csv"])
    assert done.exit_code == 2
    assert "nowhere.csv" in done.output
