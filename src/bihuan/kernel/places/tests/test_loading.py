from pathlib import Path

import pytest

from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.kernel.places import actions, queries
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.rules import BadCode

pytestmark = pytest.mark.django_db
CITY = Path(__file__).resolve().parents[3] / "web/demo_city"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_city_s_table_loads_and_loads_again(db) -> None:
    assert actions.load_divisions(CITY / "divisions.csv") == 1283
    count = Jurisdiction.objects.count()
    actions.load_divisions(CITY / "divisions.csv")
    assert Jurisdiction.objects.count() == count
    haining = Jurisdiction.objects.get(code="330481")
    assert (haining.path, haining.parent.code) == ("33/3304/330481/", "3304")
    assert queries.children_of(haining).filter(name="长安镇").exists()


def test_functional_areas_hang_under_the_city_without_a_code_of_the_standard(world) -> None:
    actions.load_functional_areas(CITY / "functional_areas.csv")
    area = Jurisdiction.objects.get(name="嘉兴经开区")
    assert (area.level, area.path) == ("functional", "33/3304/3304JK/")
    assert area.label_lon is not None


def test_the_smallest_area_around_a_point(world) -> None:
    actions.load_boundaries(CITY / "boundaries.geojson")
    county = Jurisdiction.objects.get(code="330481")
    assert county.schematic
    assert queries.jurisdiction_at(county.label_lon, county.label_lat) == county
    assert queries.jurisdiction_at(0, 0) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [("海宁", "海宁市"), ("海宁市", "海宁市"), ("长安", "长安镇"), ("火星县", None), ("", None)],
)
def test_a_name_is_found_with_and_without_its_ending(world, said, found) -> None:
    place = queries.place_named(said, within=world.city.path)
    assert (place.name if place else None) == found


def test_missing_columns_are_named(tmp_path) -> None:
    with pytest.raises(Unusable, match="level"):
        actions.load_divisions(write(tmp_path / "d.csv", "code,name,parent\n33,浙江省,\n"))


def test_a_bad_code_loads_nothing(tmp_path) -> None:
    with pytest.raises(BadCode):
        actions.load_divisions(
            write(tmp_path / "d.csv", "code,name,level,parent\n34,安徽省,province,\n34x,坏,city,34\n")
        )
    assert not Jurisdiction.objects.filter(code="34").exists()


def test_a_city_s_files_go_in_together_and_the_ledger_knows_them(world) -> None:
    loaded = actions.load_city(
        CITY / "divisions.csv",
        by=SYSTEM,
        areas=CITY / "functional_areas.csv",
        boundaries=CITY / "boundaries.geojson",
    )
    assert loaded == {"divisions": 1283, "functional_areas": 2, "boundaries": 7}
    event = Event.objects.get(stream="places")
    assert event.payload == loaded
    assert len(event.evidence) == 3


@pytest.mark.parametrize(
    ("boundaries", "said"),
    [
        ("{}", "GeoJSON"),
        ("not json", "GeoJSON"),
        ('{"features": [{"geometry": {}, "properties": {"code": "330481"}}]}', "GeoJSON"),
        (
            '{"features": [{"geometry": {"type": "Point"}, "properties": {"code": "999999"}}]}',
            "没有本市任何区划",
        ),
    ],
)
def test_a_wrong_file_of_boundaries_loads_nothing_at_all(world, tmp_path, boundaries, said) -> None:
    before = Jurisdiction.objects.count()
    with pytest.raises(Unusable, match=said):
        actions.load_city(
            CITY / "divisions.csv", by=SYSTEM, boundaries=write(tmp_path / "b.geojson", boundaries)
        )
    assert Jurisdiction.objects.count() == before
    assert not Event.objects.filter(stream="places").exists()


def test_an_area_below_an_unknown_city_is_named(world, tmp_path) -> None:
    table = write(tmp_path / "a.csv", "code,name,parent\n9999XX,火星新区,9999\n")
    with pytest.raises(Unusable, match="9999"):
        actions.load_functional_areas(table)
