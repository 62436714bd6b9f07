from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.oversight.enterprises.public import Outlet

HOURS = 24
FINAL_CHANGED = pgtrigger.Condition(
    "OLD.final AND (OLD.statuses, OLD.means, OLD.converted, OLD.day_mean)"
    " IS DISTINCT FROM (NEW.statuses, NEW.means, NEW.converted, NEW.day_mean)"
)


class RealField(models.FloatField):
    """Single precision: as much as a device sends, in half the room."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "real"


def hours() -> Any:
    return ArrayField(RealField(null=True), size=HOURS, null=True)


class Rejudgement(CityModel):
    """A recomputation of past days somebody asked for; its new versions are the difference list."""

    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT, related_name="+")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    examined = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("recomputation")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class JudgedDay(CityModel):
    """One factor of one outlet on one day, as we computed it from what had arrived by `read_at`.

    Hours 0–23 stand in arrays: `statuses` and `reasons` one letter each (see rules.letters), `means` in the
    unit of the factor table of 2017, `converted` at reference oxygen, `sent` what the device computed itself
    where that differs from what we took, `quantities` m³ of a flow and kg of all else. Until `final` the row
    of the day grows; afterwards every change is a new version and `current` moves to it.
    """

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="+", db_index=False)
    factor_code = models.CharField(max_length=10)
    day = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    final = models.BooleanField(default=False)
    statuses = models.CharField(max_length=HOURS)
    reasons = models.CharField(max_length=HOURS)
    means = hours()
    converted = hours()
    sent = hours()
    sent_converted = hours()
    quantities = hours()
    day_mean = RealField(null=True)
    day_status = models.CharField(max_length=8, blank=True)
    day_method = models.CharField(max_length=14, blank=True)
    day_sent = RealField(null=True)
    quantity = models.FloatField(null=True)
    substituted = models.FloatField(null=True)
    substitution = models.JSONField(null=True)
    due = models.PositiveSmallIntegerField(default=0)
    came = models.PositiveSmallIntegerField(default=0)
    must_be_valid = models.PositiveSmallIntegerField(default=0)
    valid = models.PositiveSmallIntegerField(default=0)
    rules = models.CharField(max_length=120)
    read_at = models.DateTimeField()
    because = models.CharField(max_length=12, blank=True)
    rejudgement = models.ForeignKey(
        Rejudgement, null=True, on_delete=models.PROTECT, related_name="days", db_index=False
    )

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("judged day")
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "factor_code", "day", "version"], name="judged_version_once"
            ),
            models.UniqueConstraint(
                fields=["outlet", "day", "factor_code"],
                condition=Q(current=True),
                name="judged_one_current",
                include=["due", "came", "must_be_valid", "valid"],
            ),
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(current=True), name="judged_day"),
            models.Index(fields=["rejudgement"], condition=Q(rejudgement__isnull=False), name="judged_again"),
        ]
        triggers = [
            pgtrigger.Protect(name="judged_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="judged_final_stands",
                operation=pgtrigger.Update,
                condition=FINAL_CHANGED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.factor_code} {self.day} v{self.version}"


class OutletMonth(CityModel):
    """Factor-hours of one outlet and month, summed from judged days so that a table of a year is one read.

    `first_*` are those of the first versions: what had come and was valid when the days became final.
    """

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    due = models.PositiveIntegerField(default=0)
    came = models.PositiveIntegerField(default=0)
    must_be_valid = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0)
    first_came = models.PositiveIntegerField(default=0)
    first_must_be_valid = models.PositiveIntegerField(default=0)
    first_valid = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("month of an outlet")
        constraints = [models.UniqueConstraint(fields=["month", "outlet"], name="outlet_month_once")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.month:%Y-%m}"


class Progress(CityModel):
    """How far a recurring job has read."""

    name = models.CharField(max_length=20, unique=True)
    reached = models.DateTimeField()

    class Meta:
        verbose_name = _("progress of a job")

    def __str__(self) -> str:
        return f"{self.name} {self.reached}"
