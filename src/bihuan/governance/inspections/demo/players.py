"""Who plays which part in the demo stories, found by their posts rather than by name."""

from collections.abc import Iterable
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
    city: Jurisdiction
    places: tuple[Jurisdiction, ...]
    city_officer: User
    list_manager: User
    leader: User
    workers: tuple[Worker, ...]
    acceptors: tuple[Worker, ...]
    officers: dict[str, User]

    def place(self, name: str) -> Jurisdiction:
        """A place by its name; the city where the world doesn't have it."""
        return next((one for one in self.places if one.name == name), self.city)

    def worker(self, place: Jurisdiction, word: str = "", *, turn: int = 0) -> Worker:
        """A responsible unit: of that place and trade if there is one, else of that place, else any."""
        near = [one for one in self.workers if one.unit.jurisdiction.path == place.path]
        fitting = [one for one in near if word and word in one.unit.name]
        choices = fitting or near or list(self.workers)
        return choices[turn % len(choices)]

    def acceptor(self, word: str = "") -> Worker:
        fitting = [one for one in self.acceptors if word and word in one.unit.name]
        return (fitting or list(self.acceptors))[0]

    def officer(self, place: Jurisdiction) -> User:
        """The county's officer, or the city's where the county has none."""
        return self.officers.get(place.path, self.city_officer)


def cast_of(_city_world: Any = None) -> Cast:
    city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
    posts = list(
        Post.objects.valid_on(timezone.localdate())
        .select_related("user", "unit__jurisdiction", "jurisdiction")
        .order_by("pk")
    )
    inside = Jurisdiction.objects.filter(path__startswith=city.path, level__in=("county", "functional"))
    return Cast(
        city=city,
        places=tuple(inside.order_by("path")),
        city_officer=_holder(posts, Role.CITY_OFFICE),
        list_manager=_holder(posts, Role.LIST_MANAGER),
        leader=_holder(posts, Role.LEADER),
        workers=_workers(posts, Role.RESPONSIBLE_UNIT),
        acceptors=_workers(posts, Role.ACCEPTANCE_UNIT),
        officers={
            post.jurisdiction.path: post.user
            for post in posts
            if post.role == Role.COUNTY_OFFICE and post.jurisdiction is not None
        },
    )


def _holder(posts: Iterable[Post], role: str) -> User:
    return next(post.user for post in posts if post.role == role)


def _workers(posts: Iterable[Post], role: str) -> tuple[Worker, ...]:
    return tuple(
        Worker(post.unit, post.user) for post in posts if post.role == role and post.unit is not None
    )
