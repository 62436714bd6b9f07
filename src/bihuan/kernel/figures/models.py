from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.figures.rules import Number
from bihuan.kernel.people.scope import ScopedModel


class CompleteRecords(CityModel):
    """A city's word that from a day on its own records of one subject hold all there is to count."""

    subject = models.CharField(max_length=40, unique=True)
    since = models.DateField(_("complete since"))
    document_ref = models.CharField(_("document"), max_length=200)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("complete records")

    def __str__(self) -> str:
        return f"{self.subject} {self.since}"


class RecordedFigure(ScopedModel):
    """One official statement of a figure. A later statement stands beside it and never replaces it."""

    figure_id = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    value_text = models.CharField(max_length=200, blank=True)
    as_of = models.DateField()
    document_ref = models.CharField(max_length=200)
    author = models.CharField(max_length=120)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recorded figure")
        ordering = ["-as_of", "-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(value_text=""), name="recorded_figure_says_something"
            ),
            models.CheckConstraint(condition=~Q(document_ref=""), name="recorded_figure_has_document"),
        ]
        indexes = [
            *ScopedModel.Meta.indexes,
            models.Index(fields=["figure_id", "as_of"], name="recorded_figure_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id} {self.as_of}: {self.said}"

    @property
    def said(self) -> Number | str:
        """The value as stated: a whole number where it is one, a text where there is no number."""
        if self.value is None:
            return self.value_text
        whole = self.value.to_integral_value()
        return int(whole) if whole == self.value else self.value.normalize()
