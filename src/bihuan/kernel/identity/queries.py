from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.kernel.identity.defaults import NUMBERS
from bihuan.kernel.identity.models import SecurityRule, SignIn
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import Reader, posts_of
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import roles_with

REMEMBERED_SECONDS = 30


def numbers() -> Mapping[str, int]:
    """The security rules in force today; a change reaches every process within half a minute."""
    return _numbers(int(monotonic() // REMEMBERED_SECONDS))


@lru_cache(maxsize=1)
def _numbers(_tick: int) -> Mapping[str, int]:
    return {rule_id: (row.value if row else NUMBERS[rule_id].value) for rule_id, row in rules_today().items()}


def forget_numbers() -> None:
    _numbers.cache_clear()


def rules_today() -> dict[str, SecurityRule | None]:
    """The version in force of each rule, in the order of the defaults."""
    rows = SecurityRule.objects.filter(valid_from__lte=timezone.localdate()).order_by("valid_from", "pk")
    latest = {row.rule_id: row for row in rows}
    return {rule_id: latest.get(rule_id) for rule_id in NUMBERS}


def idle_limit() -> timedelta:
    return timedelta(minutes=numbers()["idle_minutes"])


def open_sessions(user: User) -> QuerySet[SignIn]:
    """Sessions that neither ended nor lay idle too long."""
    return SignIn.objects.filter(user=user, ended_at=None, last_seen_at__gt=timezone.now() - idle_limit())


def idle_sessions(now: datetime) -> QuerySet[SignIn]:
    return SignIn.objects.filter(ended_at=None, last_seen_at__lte=now - idle_limit())


def reach(user: Reader, permission: str) -> list[str]:
    """The places over which `user` holds `permission`."""
    roles = roles_with(permission)
    return [post.jurisdiction.path for post in posts_of(user) if post.role in roles and post.jurisdiction]


def accounts_for(user: Reader, permission: str = "account.read") -> "QuerySet[Any]":
    """Accounts with a post, present or past, in a place over which `user` holds `permission`."""
    inside = Q(pk__in=[])
    for path in reach(user, permission):
        inside |= Q(jurisdiction__path__startswith=path) | Q(unit__jurisdiction__path__startswith=path)
    return User.objects.filter(pk__in=Post.objects.filter(inside).values("user"))


def account_events(user: User) -> QuerySet[Event]:
    """The story of the account itself, newest first; its sign-ins stand in the login log."""
    passing = ("account.signed_in", "account.signed_out")
    return Event.objects.filter(stream=f"account:{user.pk}").exclude(kind__in=passing).order_by("-seq")
