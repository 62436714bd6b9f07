from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.people.models import Unit, User
from bihuan.kernel.registers.asked import VIEW


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """The user's own, and those shared with an office in which the user holds a post."""
        if not user.is_authenticated:
            return self.none()
        units = [post.unit_id for post in posts_of(user) if post.unit_id]
        return self.filter(Q(owner=user) | Q(shared_with__in=units))


class SavedView(CityModel):
    """A question asked of a register, kept under a name: filters, search, sort and columns."""

    register = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    shared_with = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    asked = models.TextField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "register", "name"], name="one_view_per_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The address holds the whole question, so that a view reads like any other list."""
        data = QueryDict(self.asked, mutable=True)
        data[VIEW] = str(self.pk)
        return f"{reverse(f'{self.register}-list')}?{data.urlencode()}"


class Habit(CityModel):
    """How one person likes to see one register: the columns, and the view it opens with."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    columns = ArrayField(models.CharField(max_length=60), default=list)
    opens_with = models.ForeignKey(SavedView, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("habit")
        constraints = [
            models.UniqueConstraint(fields=["user", "register"], name="one_habit_per_register"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.register}"
