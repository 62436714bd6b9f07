"""Who may do what, where: the one place that weighs a user's posts against an object."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from bihuan.kernel.errors import Forbidden
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import READERS_BY_PLACE, roles_with

Reader: TypeAlias = User | AnonymousUser


def posts_of(user: Reader) -> list[Post]:
    """The posts held today, read once per user object."""
    if not user.is_authenticated:
        return []
    held: list[Post] | None = getattr(user, "_posts_held", None)
    if held is None:
        today = timezone.localdate()
        held = list(user.posts.valid_on(today).select_related("jurisdiction", "unit__jurisdiction"))
        user._posts_held = held  # type: ignore[attr-defined]
    return held


def reach_of(user: Reader) -> list[str]:
    """Path prefixes in which the user reads everything."""
    return [
        post.jurisdiction.path
        for post in posts_of(user)
        if post.jurisdiction is not None and post.role in READERS_BY_PLACE
    ]


def party_tokens(user: Reader) -> list[str]:
    """The tokens under which an object may name this user among its parties."""
    if not user.is_authenticated:
        return []
    units = {post.unit_id for post in posts_of(user) if post.unit_id}
    return [user_token(user.pk), *(unit_token(unit) for unit in sorted(units))]


def user_token(user_id: int) -> str:
    return f"u{user_id}"


def unit_token(unit_id: int) -> str:
    return f"o{unit_id}"


def post_for(
    user: Reader, permission: str, *, path: str | None = None, units: Iterable[int | None] = ()
) -> Post | None:
    """The post under which `user` holds `permission` over `path` or in one of `units`, if any.

    With neither a path nor units, any post that holds the permission will do.
    """
    roles, wanted = roles_with(permission), {unit for unit in units if unit}
    for post in posts_of(user):
        if post.role not in roles:
            continue
        if path is None and not wanted:
            return post
        if path and post.jurisdiction is not None and path.startswith(post.jurisdiction.path):
            return post
        if post.unit_id in wanted:
            return post
    return None


def require(
    user: Reader, permission: str, *, path: str | None = None, units: Iterable[int | None] = ()
) -> Actor:
    """The ledger actor for an allowed act; raises Forbidden otherwise."""
    post = post_for(user, permission, path=path, units=units)
    if post is None:
        raise Forbidden(permission=permission)
    return actor_of(user, role=post.role)


def actor_of(user: Any, *, role: str = "") -> Actor:
    """The ledger's name for a user; None is the system."""
    if user is None:
        return SYSTEM
    return Actor(id=f"user:{user.pk}", name=user.name, role=role or _first_role(user))


def _first_role(user: User) -> str:
    posts = posts_of(user)
    return posts[0].role if posts else ""
