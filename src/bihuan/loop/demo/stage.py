"""Where solved problems are set and who plays in them: plain data, so that other processes can read it."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.calendar.models import DurationRule
from bihuan.kernel.calendar.queries import load_calendar, rule_for
from bihuan.kernel.calendar.rules import Calendar
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.ledger.rules import Actor
from bihuan.kernel.people.models import Post
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.rules.procedures import procedure

PROCEDURE = "patrol"
SINCE = date(2019, 1, 1)
CLOCKS = ("triage", "verify", "assign", "handling", "accept", "verify_closure")
PHOTOS = 200


@dataclass(frozen=True)
class Player:
    actor: Actor
    user_id: int
    unit_id: int = 0
    unit: str = ""


@dataclass(frozen=True)
class Spot:
    """A village with the county it lies in and the people who deal with what is found there."""

    jurisdiction_id: int
    path: str
    code: str
    town: str
    village: str
    lon: float
    lat: float
    finder: Player
    officer: Player
    leads: tuple[Player, ...]


@dataclass(frozen=True)
class Stage:
    spots: tuple[Spot, ...]
    list_manager: Player
    city_officer: Player
    acceptors: tuple[Player, ...]
    photos: tuple[tuple[int, str], ...]
    calendar: Calendar
    rules: dict[str, DurationRule]


def set_stage() -> Stage:
    """Read everything the players need from the demo city as it has been built so far."""
    posts = list(Post.objects.select_related("user", "unit__jurisdiction", "jurisdiction"))
    calendar = load_calendar()
    return Stage(
        spots=tuple(_spots(posts)),
        list_manager=_one(posts, Role.LIST_MANAGER),
        city_officer=_one(posts, Role.CITY_OFFICE),
        acceptors=tuple(_player(post) for post in posts if post.role == Role.ACCEPTANCE_UNIT),
        photos=tuple(EvidenceFile.objects.exclude(display_sha256="").values_list("pk", "sha256")[:PHOTOS]),
        calendar=calendar,
        rules={name: rule_for(procedure(PROCEDURE).rule_for(name) or name, SINCE) for name in CLOCKS},
    )


def _spots(posts: Iterable[Post]) -> Iterator[Spot]:
    """One spot a village; what lies in a county without bureaus of its own has nobody to solve it."""
    places = Jurisdiction.objects.in_bulk()
    offices = {post.jurisdiction_id: _player(post) for post in posts if post.role == Role.COUNTY_OFFICE}
    finders = {post.jurisdiction_id: _player(post) for post in posts if post.role == Role.GRID_WORKER}
    leads: dict[int, list[Player]] = {}
    for post in posts:
        if post.role == Role.RESPONSIBLE_UNIT and post.unit is not None:
            leads.setdefault(post.unit.jurisdiction_id, []).append(_player(post))
    scatter = random.Random(PROCEDURE)
    for place in sorted(places.values(), key=lambda place: place.path):
        if place.level != Jurisdiction.Level.VILLAGE:
            continue
        town = places[place.parent_id or 0]
        county = places[town.parent_id or 0]
        if town.pk in finders and county.pk in offices and county.pk in leads:
            yield Spot(
                jurisdiction_id=place.pk,
                path=place.path,
                code=place.code,
                town=town.name,
                village=place.name,
                lon=round((county.label_lon or 0) + scatter.uniform(-0.09, 0.09), 6),
                lat=round((county.label_lat or 0) + scatter.uniform(-0.07, 0.07), 6),
                finder=finders[town.pk],
                officer=offices[county.pk],
                leads=tuple(leads[county.pk]),
            )


def _one(posts: Iterable[Post], role: Role) -> Player:
    return next(_player(post) for post in posts if post.role == role)


def _player(post: Post) -> Player:
    actor = Actor(id=f"user:{post.user_id}", name=post.user.name, role=post.role)
    return Player(actor, post.user_id, post.unit_id or 0, post.unit.name if post.unit else "")
