"""Who sees what: one abstract model, one query-set method, used by every list, count and export."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.access import Reader, party_tokens, reach_of
from bihuan.kernel.places.models import Jurisdiction

M = TypeVar("M", bound=models.Model)


def within(paths: Iterable[str]) -> Q:
    """Rows that lie below one of the paths; none where there is no path."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(jurisdiction_path__startswith=path)
    return condition


class ScopedQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Reader) -> Self:
        return self.filter(self.readable(user))

    @classmethod
    def readable(cls, user: Reader) -> Q:
        """Rows inside the user's jurisdictions, or naming the user or one of their units as a party."""
        inside, tokens = within(reach_of(user)), party_tokens(user)
        return inside | Q(parties__overlap=tokens) if tokens else inside

    def visible_parts(self, user: Reader) -> tuple[Self, ...]:
        """The same rows in parts without overlap, each of which an index can count by itself."""
        reach, tokens = reach_of(user), party_tokens(user)
        inside = within(reach)
        parts = [self.filter(inside)] if reach else []
        if tokens:
            named = self.filter(parties__overlap=tokens)
            parts.append(named.exclude(inside) if reach else named)
        return tuple(parts)

    def inside(self, path: str) -> Self:
        return self.filter(jurisdiction_path__startswith=path)


class ScopedModel(CityModel):
    """A record that lies in a jurisdiction and has parties (see `access.party_tokens`)."""

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    jurisdiction_path = models.CharField(max_length=60, editable=False)
    parties = ArrayField(models.CharField(max_length=20), default=list, editable=False)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(OpClass("jurisdiction_path", name="varchar_pattern_ops"), name="%(class)s_path"),
            GinIndex(fields=["parties"], name="%(class)s_parties"),
        ]

    @staticmethod
    def where(jurisdiction: Jurisdiction) -> dict[str, Any]:
        """The two fields that place a row, always set together."""
        return {"jurisdiction": jurisdiction, "jurisdiction_path": jurisdiction.path}


def seen_with(model: type[ScopedModel]) -> Callable[[Reader, str], bool]:
    """For (user, key as text): whether the user may read the row of `model` with that key."""

    def seen(user: Reader, key: str) -> bool:
        return key.isdecimal() and bool(model.objects.visible_to(user).filter(pk=int(key)).exists())

    return seen
