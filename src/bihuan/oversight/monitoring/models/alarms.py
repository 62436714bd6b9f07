from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.models import User
from bihuan.loop.models import SourceRecord
from bihuan.oversight.enterprises.public import (
    Enterprise,
    EnterpriseScoped,
    EnterpriseScopeQuerySet,
    Outlet,
)
from bihuan.oversight.monitoring.models.rules import RuleVersion
from bihuan.oversight.monitoring.rules.catalogue import BY_ID, LEVEL_LABELS


class Handling(models.TextChoices):
    NEW = "new", _("not looked at yet")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    MARKED = "marked", _("explained by a mark")
    DISMISSED = "dismissed", _("dismissed with a reason")
    RAISED = "raised", _("in the loop")
    ANNULLED = "annulled", _("annulled by later data")


WAITING = (Handling.NEW, Handling.ACKNOWLEDGED)
STANDING = (*WAITING, Handling.RAISED)


class AlarmQuerySet(EnterpriseScopeQuerySet["Alarm"]):
    def standing(self) -> Self:
        """Alarms that nobody explained, dismissed or annulled."""
        return self.filter(handling__in=STANDING)

    def open(self) -> Self:
        """Alarms that wait for somebody: not yet handled, whether or not the episode goes on."""
        return self.filter(handling__in=WAITING)


class Alarm(EnterpriseScoped):
    """One episode under one rule: from start over peak to end. `ended_at` empty is still going on.

    `values` are the periods beyond, `level` falls from 4 (information) to 1 (city) while nobody answers.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="alarms")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="alarms")
    rule = models.CharField(_("rule"), max_length=4)
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    factor_code = models.CharField(_("factor"), max_length=10, blank=True)
    period = models.CharField(max_length=4, blank=True)
    started_at = models.DateTimeField(_("start"))
    ended_at = models.DateTimeField(_("end"), null=True)
    peak = models.FloatField(_("peak"), null=True)
    peak_at = models.DateTimeField(null=True)
    limit = models.DecimalField(_("limit"), max_digits=18, decimal_places=6, null=True)
    lower_limit = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit = models.CharField(max_length=12, blank=True)
    multiple = models.FloatField(null=True)
    count = models.PositiveIntegerField(default=1)
    evidence = ArrayField(models.DateTimeField(), default=list)
    level = models.PositiveSmallIntegerField(_("level"))
    needs_review = models.BooleanField(_("data need review"), default=False)
    handling = models.CharField(_("settlement"), max_length=12, choices=Handling, default=Handling.NEW)
    handled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), blank=True)
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        ordering = ["-started_at", "-pk"]
        indexes = [
            *EnterpriseScoped.Meta.indexes,
            models.Index(fields=["outlet", "rule", "factor_code", "started_at"], name="alarm_key"),
            models.Index(fields=["handling", "level", "-started_at"], name="alarm_desk"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "rule", "factor_code", "period"],
                condition=Q(ended_at=None) & ~Q(handling="annulled"),
                name="alarm_one_open_per_key",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="alarm_ends_after_start"
            ),
        ]
        triggers = [pgtrigger.Protect(name="alarm_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.label} {self.factor_code}"

    @property
    def stream(self) -> str:
        return f"alarms:{self.pk}"

    @property
    def label(self) -> Any:
        return BY_ID[self.rule].label

    @property
    def level_label(self) -> Any:
        return LEVEL_LABELS[self.level]


class AlarmSource(SourceRecord):
    """The numbered record by which an alarm entered the loop; once per episode."""

    alarm = models.OneToOneField(Alarm, on_delete=models.PROTECT, related_name="source")

    class Meta:
        verbose_name = _("alarm as a source")
