"""What the frame around every page needs to know, gathered once per page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from bihuan.kernel.people.access import post_for, posts_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.web import navigation


@dataclass(frozen=True)
class Shell:
    user: Any
    work: list[navigation.Place]
    wings: list[tuple[navigation.Wing, list[navigation.Place]]]
    office: list[navigation.Place]
    administration: list[navigation.Place]
    phone: list[navigation.Place]
    current_url: str
    as_of: datetime | None
    as_of_day: date
    today: date
    unread: int
    inbox_url: str
    find_url: str
    place: str
    title: str
    language: str
    demo: bool

    def current(self, place: Any) -> bool:
        return bool(self.current_url) and place.url == self.current_url


def shell(request: HttpRequest) -> Shell:
    posts = posts_of(request.user)
    as_of: datetime | None = getattr(request, "as_of", None)
    work = list(navigation.built(navigation.WORK))
    office = list(navigation.open_to(request.user, navigation.OFFICE))
    wings = [(wing, list(navigation.built(wing.places))) for wing in navigation.WINGS]
    administration = _administration(request.user)
    places: list[Any] = [
        *work,
        *office,
        *administration,
        *(place for wing, below in wings for place in (wing, *below)),
    ]
    return Shell(
        user=request.user,
        work=work,
        wings=wings,
        office=office,
        administration=administration,
        phone=list(navigation.built(navigation.PHONE)),
        current_url=max((one.url for one in places if request.path.startswith(one.url)), key=len, default=""),
        as_of=as_of,
        as_of_day=timezone.localdate(as_of) if as_of else timezone.localdate(),
        today=timezone.localdate(),
        unread=_unread(request.user),
        inbox_url=navigation.address("inbox", (), settings.ROOT_URLCONF),
        find_url=navigation.address("find", (), settings.ROOT_URLCONF),
        place=_place(posts),
        title=_title(posts),
        language=getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        demo=settings.BIHUAN_DEMO,
    )


def _administration(user: Any) -> list[navigation.Place]:
    """The keeping of accounts, for those who may look at it."""
    return list(navigation.built(navigation.ADMINISTRATION)) if post_for(user, "account.read") else []


def _unread(user: Any) -> int:
    notices = apps.get_app_config("notices").get_model("Notice")
    return int(notices._default_manager.filter(recipient=user, read_at=None).count())


def public_places() -> list[navigation.Place]:
    return list(navigation.built(navigation.PUBLIC))


def _place(posts: list[Any]) -> str:
    """The widest place the user answers for, or the user's unit."""
    places = [post.jurisdiction for post in posts if post.jurisdiction is not None]
    if places:
        widest: Jurisdiction = min(places, key=lambda one: len(one.path))
        return widest.name
    return next((str(post.unit) for post in posts if post.unit is not None), "")


def _title(posts: list[Any]) -> str:
    return str(posts[0].title or posts[0].get_role_display()) if posts else ""
