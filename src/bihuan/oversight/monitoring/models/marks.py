from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.people.models import User
from bihuan.oversight.enterprises.public import EnterpriseScoped, Outlet
from bihuan.oversight.monitoring.rules.marking import Kind, Mark


class MarkKind(models.TextChoices):
    CONDITION = Kind.CONDITION, _("mark of the working condition")
    MONITOR = Kind.MONITOR, _("mark of the monitor")


class MarkLabel(models.TextChoices):
    NORMAL = "normal", _("normal operation")
    STOPPED = "stopped", _("facility stopped")
    DRY_OUT = "dry_out", _("drying out the furnace")
    START_UP = "start_up", _("start-up")
    SHUT_DOWN = "shut_down", _("shut-down")
    COOL_DOWN = "cool_down", _("cooling down")
    CONNECT = "connect", _("connected to the grid")
    DISCONNECT = "disconnect", _("disconnected from the grid")
    FAULT = "fault", _("fault")
    ACCIDENT = "accident", _("accident")
    FAULT_ACCIDENT = "fault_accident", _("fault or accident")
    CALIBRATION = "calibration", _("calibration")
    STANDARD_CHECK = "standard_check", _("check with a standard sample")
    MAINTENANCE = "maintenance", _("routine maintenance")


class Standing(models.TextChoices):
    """Where the exchange about a mark stands; it holds unless it was refused or withdrawn."""

    STATED = "stated", _("stated")
    QUESTIONED = "questioned", _("questioned")
    ACCEPTED = "accepted", _("taken as true")
    REFUSED = "refused", _("not taken as true")
    WITHDRAWN = "withdrawn", _("withdrawn")


HOLDING = (Standing.STATED, Standing.QUESTIONED, Standing.ACCEPTED)


class DataMark(EnterpriseScoped):
    """An interval of an outlet's data with a label of the rules of 2022. Its facts are never edited."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(_("kind"), max_length=10, choices=MarkKind)
    label = models.CharField(_("label"), max_length=16, choices=MarkLabel)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("to"))
    automatic = models.BooleanField(_("made by the device"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing, default=Standing.STATED)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    evidence = models.ManyToManyField(EvidenceFile, related_name="+")

    class Meta:
        verbose_name = _("data mark")
        ordering = ["-start", "-pk"]
        indexes = [*EnterpriseScoped.Meta.indexes, models.Index(fields=["outlet", "start", "end"])]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="mark_ends_after_start")]
        triggers = [
            pgtrigger.Protect(name="mark_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="mark_is_never_edited",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "outlet", "kind", "label", "start", "end", "automatic", "made_by"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_label_display()} {self.start:%m-%d %H:%M}"

    @property
    def stream(self) -> str:
        return f"marks:{self.pk}"

    @property
    def fact(self) -> Mark:
        return Mark(Kind(self.kind), self.label, self.start, self.end, self.automatic, self.pk)

    @property
    def holds(self) -> Any:
        return self.standing in HOLDING


class MarkNote(CityModel):
    """One line of the exchange about a mark: a question, an answer, a decision."""

    mark = models.ForeignKey(DataMark, on_delete=models.PROTECT, related_name="notes")
    standing = models.CharField(max_length=12, choices=Standing)
    text = models.TextField(_("text"))
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note on a mark")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
