from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.people.models import Unit, User
from bihuan.loop.models.problem import Problem


class ProgressEntry(CityModel):
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="progress")
    cycle = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("progress"))

    class Meta:
        verbose_name = _("progress entry")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(CityModel):
    """A file shown for a problem, with what its giver claims and where the file contradicts it."""

    class Side(models.TextChoices):
        BEFORE = "before", _("before")
        AFTER = "after", _("after")
        RECORD = "record", _("record")

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="attachments")
    cycle = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20)
    side = models.CharField(_("side"), max_length=10, choices=Side)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="attachments")
    caption = models.CharField(_("caption"), max_length=120, blank=True)
    claimed_at = models.DateTimeField(_("taken at"), null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    mismatches = ArrayField(models.CharField(max_length=40), default=list)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.caption or self.file.name


class Likeness(CityModel):
    """Two attachments that look alike, as found when the later one was made: a hint, never a finding."""

    class Kind(models.TextChoices):
        SAME = "same", _("the same file")
        WHOLE = "whole", _("looks like the same photo")
        PART = "part", _("looks like a part of the same photo")

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="likenesses")
    other = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="likened")
    kind = models.CharField(max_length=10, choices=Kind)
    distance = models.PositiveSmallIntegerField()
    rule_version = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("likeness")
        ordering = ["distance", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attachment", "other"], name="likeness_once_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id}~{self.other_id} {self.distance}"


class SelfCheck(CityModel):
    """The lead unit's statement on the five general standards, one per attempt."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="self_checks")
    cycle = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField()
    standards = models.JSONField()
    statement = models.TextField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("self-check")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.problem_id}/{self.cycle}/{self.attempt}"


class Acceptance(CityModel):
    """One level's decision on one attempt."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="acceptances")
    cycle = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    passed = models.BooleanField()
    checklist = models.JSONField(default=dict)
    defects = models.TextField(blank=True)
    visited_on = models.DateField(null=True)
    signatures = models.JSONField(default=list)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acceptance")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.problem_id}/{self.cycle}/{self.attempt}"
