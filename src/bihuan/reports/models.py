from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.access import Reader
from bihuan.kernel.people.scope import ScopedModel, ScopedQuerySet

FROZEN_FIELDS = (
    "kind",
    "as_of",
    "title",
    "publisher",
    "issue_date",
    "claims",
    "texts",
    "content",
    "content_hash",
    "template_id",
    "generated_by_id",
    "edited_by_id",
    "released_by_id",
    "released_at",
    "anchor",
    "jurisdiction_id",
)


class ReportQuerySet(ScopedQuerySet["Report"]):
    @classmethod
    def readable(cls, user: Reader) -> Q:
        """What lies in the user's reach, and every released report."""
        own = super().readable(user)
        return own | Q(state=Report.State.RELEASED) if user.is_authenticated else own

    def released(self) -> "ReportQuerySet":
        return self.filter(state=Report.State.RELEASED)


class ReportTemplate(CityModel):
    """A Word file in the office's own style. Rows are never changed: an old report keeps its look."""

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report template")
        ordering = ["-uploaded_at", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class Report(ScopedModel):
    """One report for one day. `content` is the frozen snapshot: figures with the keys of their records,
    paragraphs, annex rows and the outcome of every check."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CHECKED = "checked", _("checked")
        RELEASED = "released", _("released")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(_("kind"), max_length=30)
    as_of = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    publisher = models.CharField(_("publisher"), max_length=120)
    issue_date = models.DateField(_("issue date"))
    claims = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    template = models.ForeignKey(ReportTemplate, null=True, blank=True, on_delete=models.PROTECT)
    generated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    generated_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    anchor = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        ordering = ["-as_of", "-pk"]
        indexes = [*ScopedModel.Meta.indexes]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "jurisdiction", "as_of"],
                condition=Q(state__in=["draft", "checked"]),
                name="report_one_in_work",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=models.F("generated_by")),
                name="report_second_person",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="released_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["released", "withdrawn"]),
                func="IF (NEW.state NOT IN ('released', 'withdrawn')) OR (OLD.state = 'withdrawn' AND"
                " NEW.state <> 'withdrawn') OR ROW("
                + ", ".join(f"NEW.{name}" for name in FROZEN_FIELDS)
                + ") IS DISTINCT FROM ROW("
                + ", ".join(f"OLD.{name}" for name in FROZEN_FIELDS)
                + ") THEN RAISE EXCEPTION 'a released report is frozen'; END IF; RETURN NEW;",
            ),
            pgtrigger.Protect(
                name="released_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["released", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.as_of})"

    @property
    def in_work(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.CHECKED)

    @property
    def refused_checks(self) -> list[dict[str, Any]]:
        return [check for check in self.content.get("checks", []) if not check["passed"]]
