"""The base world of the tests: a province, a city, two counties, a functional area, two towns, and the
people of one loop, with an outsider from the other county."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from bihuan.kernel.calendar.actions import load_days, load_rules
from bihuan.kernel.notices.actions.rules import load_rules as load_notice_rules
from bihuan.kernel.people.models import Post, Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises.actions import load_defaults
from bihuan.oversight.monitoring.actions.rules import load_rule_versions

PASSWORD = "bihuan-test"
LONG_AGO = date(2000, 1, 1)

PLACES: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("province", "33", "浙江省", "province", None),
    ("city", "3304", "嘉兴市", "city", "province"),
    ("county", "330481", "海宁市", "county", "city"),
    ("other_county", "330483", "桐乡市", "county", "city"),
    ("area", "3304GQ", "嘉兴港区", "functional", "city"),
    ("town", "330481103", "长安镇", "town", "county"),
    ("other_town", "330483101", "濮院镇", "town", "other_county"),
)
UNITS = (
    ("city_office_unit", "嘉兴市整改工作协调联络组", "office", "city"),
    ("county_office_unit", "海宁市整改办", "office", "county"),
    ("bureau", "海宁市住房和城乡建设局", "department", "county"),
    ("second_bureau", "海宁市综合行政执法局", "department", "county"),
    ("acceptance_bureau", "嘉兴市生态环境局", "department", "city"),
    ("enterprise", "海宁某印染有限公司", "enterprise", "county"),
    ("other_bureau", "桐乡市水利局", "department", "other_county"),
)
USERS: tuple[tuple[str, str, Role, str | None, str | None], ...] = (
    ("leader", "陈领导", Role.LEADER, "city", None),
    ("city_officer", "林市办", Role.CITY_OFFICE, "city", "city_office_unit"),
    ("list_manager", "周清单", Role.LIST_MANAGER, "city", None),
    ("county_officer", "吴县办", Role.COUNTY_OFFICE, "county", "county_office_unit"),
    ("handler", "郑承办", Role.RESPONSIBLE_UNIT, None, "bureau"),
    ("acceptor", "王验收", Role.ACCEPTANCE_UNIT, None, "acceptance_bureau"),
    ("grid_worker", "冯网格", Role.GRID_WORKER, "town", None),
    ("clerk", "褚企业", Role.ENTERPRISE_CLERK, None, "enterprise"),
    ("auditor", "卫审计", Role.AUDITOR, "city", None),
    ("administrator", "韩系统", Role.ADMINISTRATOR, "city", None),
    ("outsider", "蒋外县", Role.COUNTY_OFFICE, "other_county", None),
)


@dataclass(frozen=True)
class World:
    province: Jurisdiction
    city: Jurisdiction
    county: Jurisdiction
    other_county: Jurisdiction
    area: Jurisdiction
    town: Jurisdiction
    other_town: Jurisdiction
    city_office_unit: Unit
    county_office_unit: Unit
    bureau: Unit
    second_bureau: Unit
    acceptance_bureau: Unit
    enterprise: Unit
    other_bureau: Unit
    leader: User
    city_officer: User
    list_manager: User
    county_officer: User
    handler: User
    acceptor: User
    grid_worker: User
    clerk: User
    auditor: User
    administrator: User
    outsider: User


def build_base_world() -> World:
    load_days()
    load_rules()
    load_defaults()
    load_rule_versions()
    load_notice_rules()
    made: dict[str, Any] = {}
    for key, code, name, level, parent in PLACES:
        above = made[parent] if parent else None
        path = f"{above.path if above else ''}{code}/"
        made[key] = Jurisdiction.objects.create(code=code, name=name, level=level, parent=above, path=path)
    for key, name, kind, place in UNITS:
        made[key] = Unit.objects.create(name=name, kind=kind, jurisdiction=made[place])
    password = make_password(PASSWORD)  # once: it is slow on purpose
    for key, name, role, held_over, held_in in USERS:
        user = User.objects.create(username=key, password=password, name=name)
        over, member = made.get(held_over or ""), made.get(held_in or "")
        Post.objects.create(user=user, role=role, jurisdiction=over, unit=member, valid_from=LONG_AGO)
        made[key] = user
    return World(**made)


def find_base_world() -> World:
    """The base world that was built before, by another process or an earlier test."""
    found: dict[str, Any] = {}
    found |= {key: Jurisdiction.objects.get(code=code) for key, code, *_rest in PLACES}
    found |= {key: Unit.objects.get(name=name) for key, name, *_rest in UNITS}
    found |= {key: User.objects.get(username=key) for key, *_rest in USERS}
    return World(**found)
