from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.loop.models.problem import Problem


class PublicNotice(CityModel):
    """A notice with its period spelled out: start, end, unit, and whether the first day counts."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="notices")
    cycle = models.PositiveSmallIntegerField()
    text = models.TextField(_("text of the notice"))
    telephone = models.CharField(_("telephone"), max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    convention = models.CharField(max_length=20)
    length = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    start_inclusive = models.BooleanField()
    rule_version = models.CharField(max_length=80)
    provisional = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("public notice")
        ordering = ["-starts_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.starts_on}–{self.ends_on}"

    def is_over(self, today: date) -> bool:
        return today > self.ends_on


class Objection(CityModel):
    """What somebody said against a notice; `contact` is for the office alone and never shown to handlers."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    content = models.TextField(_("objection"))
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    received_at = models.DateTimeField()
    valid = models.BooleanField(null=True)
    finding = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("objection")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.content[:60]


class LookBack(CityModel):
    """One visit owed after closing, to see whether the problem came back."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="lookbacks")
    cycle = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    visited_on = models.DateField(null=True)
    finding = models.TextField(blank=True)
    rebound = models.BooleanField(default=False)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("look-back visit")
        ordering = ["due_on"]
        indexes = [models.Index(fields=["due_on"], condition=Q(visited_on=None), name="lookback_owed")]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.due_on}"
