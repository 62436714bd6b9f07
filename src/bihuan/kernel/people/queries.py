from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q, QuerySet, Value

from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import roles_with


def holders(permission: str, *, path: str = "", units: Iterable[int] = (), on: date) -> QuerySet[User]:
    """Active users who hold `permission` in one of `units`, or over the place `path`, on a day."""
    posts = _posts(permission, path=path, units=units, on=on)
    return User.objects.filter(is_active=True, posts__in=posts).distinct()


def units_of_holders(
    permission: str, *, path: str = "", units: Iterable[int] = (), on: date
) -> QuerySet[Post, int]:
    """The units in which those users hold it."""
    posts = _posts(permission, path=path, units=units, on=on).exclude(unit=None)
    return posts.order_by().values_list("unit", flat=True).distinct()


def _posts(permission: str, *, path: str, units: Iterable[int], on: date) -> QuerySet[Post]:
    posts = Post.objects.valid_on(on).filter(role__in=roles_with(permission))
    where = Q(unit__in=list(units))
    if path:
        over = posts.annotate(place=Value(path)).filter(place__startswith=F("jurisdiction__path"))
        where |= Q(pk__in=over.values("pk"))
    return posts.filter(where)
