"""What all records about one enterprise share: where they lie, whose they are, and who may see them."""

from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.access import Reader, posts_of
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.people.scope import ScopedModel, ScopedQuerySet, within

M = TypeVar("M", bound=models.Model)


class EnterpriseScopeQuerySet(ScopedQuerySet[M]):
    @classmethod
    def readable(cls, user: Reader) -> Q:
        """Who reads by place or is a party; and grid workers, who visit the enterprises of their own town."""
        towns = [
            post.jurisdiction.path
            for post in posts_of(user)
            if post.role == Role.GRID_WORKER and post.jurisdiction is not None
        ]
        return super().readable(user) | within(towns)


class EnterpriseScoped(ScopedModel):
    """`parties` holds the unit of the enterprise, so that its own clerk sees it and no other's does."""

    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects: ClassVar[Any] = EnterpriseScopeQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(OpClass("jurisdiction_path", name="varchar_pattern_ops"), name="%(class)s_path"),
            GinIndex(fields=["parties"], name="%(class)s_parties"),
        ]


class Coordinates(models.Model):
    """WGS-84 degrees; what comes in another frame is converted on the way in."""

    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)

    class Meta:
        abstract = True
