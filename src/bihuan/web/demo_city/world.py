"""The people of the demo city: offices, units and a user for each, in every county and functional area."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.contrib.auth.hashers import make_password

from bihuan.kernel.people.models import Post, Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places import actions as places
from bihuan.kernel.places.models import Jurisdiction

HERE = Path(__file__).parent
CITY = "3304"
SINCE = date(2019, 1, 1)
PASSWORD = "bihuan-demo"
NOBODYS = "!"  # can't be logged in with

CITY_UNITS = (
    ("city_office", "嘉兴市整改工作协调联络组办公室", "office"),
    ("eco_bureau", "嘉兴市生态环境局", "department"),
    ("housing_bureau", "嘉兴市住房和城乡建设局", "department"),
    ("farm_bureau", "嘉兴市农业农村局", "department"),
)
COUNTY_UNITS = (
    ("office", "整改工作办公室", "office"),
    ("housing", "住房和城乡建设局", "department"),
    ("water", "水利局", "department"),
    ("farm", "农业农村局", "department"),
    ("government", "人民政府", "government"),
)
AREA_NAMES = {
    "government": "管理委员会",
    "housing": "建设交通局",
    "farm": "社会发展局",
    "water": "综合行政执法局",
}

CITY_PEOPLE = (
    ("shiban", "林晓", Role.CITY_OFFICE, "", "city_office"),
    ("shiban2", "沈昀", Role.CITY_OFFICE, "", "city_office"),
    ("qingdan", "周衡", Role.LIST_MANAGER, "city", ""),
    ("lingdao", "陈市领导", Role.LEADER, "city", ""),
    ("shenji", "卫审计", Role.AUDITOR, "city", ""),
    ("xitong", "韩系统", Role.ADMINISTRATOR, "city", ""),
    ("yanshou", "王验收", Role.ACCEPTANCE_UNIT, "", "eco_bureau"),
    ("yanshou2", "顾验收", Role.ACCEPTANCE_UNIT, "", "housing_bureau"),
    ("nongye", "吕承办", Role.RESPONSIBLE_UNIT, "", "farm_bureau"),
)
SHOWN_COUNTY = "330481"
SHOWN_TOWN = "330481103"


@dataclass
class CityWorld:
    """What the areas' shares of the demo city build on."""

    jurisdictions: dict[str, Jurisdiction] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def build_world(scale: str = "small") -> CityWorld:
    """The places and the people; at city scale each town has a grid worker of its own."""
    places.load_divisions(HERE / "divisions.csv")
    places.load_functional_areas(HERE / "functional_areas.csv")
    places.load_boundaries(HERE / "boundaries.geojson")
    world = CityWorld(jurisdictions={place.code: place for place in Jurisdiction.objects.all()})
    builder = _Builder(world)
    builder.city()
    for place in world.jurisdictions.values():
        if place.level in (Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL):
            builder.county(place)
    builder.shown_people()
    if scale != "small":
        build_grid_workers()
    return world


def build_grid_workers() -> None:
    """One for each town but the one that has its own; they find what is solved at full scale."""
    for place in Jurisdiction.objects.filter(level=Jurisdiction.Level.TOWN).exclude(code=SHOWN_TOWN):
        user = User.objects.create(username=f"grid{place.code}", name=f"{place.name}网格员", password=NOBODYS)
        Post.objects.create(user=user, role=Role.GRID_WORKER, jurisdiction=place, valid_from=SINCE)


class _Builder:
    def __init__(self, world: CityWorld) -> None:
        self.world = world
        self.password = make_password(PASSWORD)

    def city(self) -> None:
        city = self.world.jurisdictions[CITY]
        for key, name, kind in CITY_UNITS:
            self.unit(key, name, kind=kind, place=city)
        for username, name, role, over, unit in CITY_PEOPLE:
            office = role == Role.CITY_OFFICE
            self.user(username, name, role=role, over=city if over or office else None, unit=unit)

    def county(self, place: Jurisdiction) -> None:
        """Offices and bureaus of one county; each has one user, named by the county's code."""
        functional = place.level == Jurisdiction.Level.FUNCTIONAL
        for key, name, kind in COUNTY_UNITS:
            title = AREA_NAMES.get(key, name) if functional else name
            unit = f"{key}:{place.code}"
            self.unit(unit, f"{place.name}{title}", kind=kind, place=place)
            role = Role.COUNTY_OFFICE if key == "office" else Role.RESPONSIBLE_UNIT
            over = place if key == "office" else None
            self.user(
                f"{key}{place.code.lower()}", f"{place.name}{title[:2]}经办", role=role, over=over, unit=unit
            )

    def shown_people(self) -> None:
        """The roles that only one demo account plays."""
        county, town = self.world.jurisdictions[SHOWN_COUNTY], self.world.jurisdictions[SHOWN_TOWN]
        self.user("wangge", "冯网格", role=Role.GRID_WORKER, over=town, unit="")
        self.unit("enterprise", "海宁演示印染有限公司", kind="enterprise", place=county)
        self.user("qiye", "褚企业", role=Role.ENTERPRISE_CLERK, over=None, unit="enterprise")

    def unit(self, key: str, name: str, *, kind: str, place: Jurisdiction) -> None:
        self.world.units[key] = Unit.objects.create(name=name, kind=kind, jurisdiction=place)

    def user(self, username: str, name: str, *, role: str, over: Jurisdiction | None, unit: str) -> None:
        user = User.objects.create(username=username, name=name, password=self.password)
        Post.objects.create(
            user=user, role=role, jurisdiction=over, unit=self.world.units.get(unit), valid_from=SINCE
        )
        self.world.users[username] = user
