"""Who plays which part, found by their posts rather than by name."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from bihuan.kernel.people.models import Post, Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places.models import Jurisdiction


@dataclass(frozen=True)
class Worker:
    unit: Unit
    user: User


@dataclass(frozen=True)
class Cast:
    places: tuple[Jurisdiction, ...]
    towns: dict[str, tuple[str, ...]]
    city_officer: User
    list_manager: User
    leader: User
    acceptor: Worker
    officers: dict[str, User]
    workers: dict[str, tuple[Worker, ...]]

    def officer(self, place: Jurisdiction) -> User:
        return self.officers.get(place.path, self.city_officer)

    def worker(self, place: Jurisdiction, turn: int) -> Worker:
        """A responsible unit of the place; of any other where it has none."""
        near = self.workers.get(place.path) or next(iter(self.workers.values()))
        return near[turn % len(near)]


def cast_of() -> Cast:
    city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
    inside = Jurisdiction.objects.filter(path__startswith=city.path, level__in=("county", "functional"))
    places = tuple(inside.order_by("path"))
    posts = Post.objects.valid_on(timezone.localdate()).select_related(
        "user", "unit__jurisdiction", "jurisdiction"
    )
    held = list(posts.order_by("pk"))
    return Cast(
        places=places,
        towns={place.path: _towns(place) for place in places},
        city_officer=_holder(held, Role.CITY_OFFICE),
        list_manager=_holder(held, Role.LIST_MANAGER),
        leader=_holder(held, Role.LEADER),
        acceptor=_workers(held, Role.ACCEPTANCE_UNIT)[0],
        officers={
            post.jurisdiction.path: post.user
            for post in held
            if post.role == Role.COUNTY_OFFICE and post.jurisdiction is not None
        },
        workers=_by_place(_workers(held, Role.RESPONSIBLE_UNIT)),
    )


def _towns(place: Jurisdiction) -> tuple[str, ...]:
    names = Jurisdiction.objects.filter(path__startswith=place.path, level="town").order_by("path")
    return tuple(names.values_list("name", flat=True)) or (place.name,)


def _holder(posts: Any, role: str) -> User:
    user: User = next(post.user for post in posts if post.role == role)
    return user


def _workers(posts: Any, role: str) -> list[Worker]:
    return [Worker(post.unit, post.user) for post in posts if post.role == role and post.unit is not None]


def _by_place(workers: list[Worker]) -> dict[str, tuple[Worker, ...]]:
    found: dict[str, tuple[Worker, ...]] = {}
    for worker in workers:
        path = worker.unit.jurisdiction.path
        found[path] = (*found.get(path, ()), worker)
    return found
