from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.rules import Unit
from bihuan.kernel.database.models import CityModel


class CalendarDay(CityModel):
    """One official day; an override replaces it and says why."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    source = models.CharField(max_length=120)
    overridden_because = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calendar day")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'work' if self.is_working else 'rest'}"


class DurationRule(CityModel):
    """A length of time with its source; `ours` marks a default for which no official value was found."""

    rule_id = models.CharField(max_length=40)
    length = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12, choices=Unit)
    start_inclusive = models.BooleanField(default=False)
    roll = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField()
    ours = models.BooleanField()

    class Meta:
        verbose_name = _("duration rule")
        ordering = ["rule_id", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["rule_id", "valid_from"], name="duration_rule_version_once"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """What a clock remembers of the rule that made its date."""
        return f"{self.rule_id}@{self.valid_from.isoformat()}"


class ClockBase(models.Model):
    """A running or stopped clock. `due_on` is kept with the versions that made it and never recomputed;
    only a pause moves it, by the working days that were left. `pauses` are [from, to] intervals."""

    rule_id = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=80, blank=True)
    calendar_version = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    pauses = models.JSONField(default=list)
    remaining = models.PositiveSmallIntegerField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["due_on"], condition=Q(stopped_at=None), name="%(class)s_running")]

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None
