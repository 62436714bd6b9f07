import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bihuan.oversight.enterprises.models.enterprise import Enterprise, Site
from bihuan.oversight.enterprises.models.scope import Coordinates, EnterpriseScoped
from bihuan.oversight.enterprises.rules.vocabulary import (
    Averaging,
    DischargeMode,
    LimitKind,
    Medium,
    OutletKind,
)


class Outlet(EnterpriseScoped, Coordinates):
    """Where something leaves a site, or is measured at its boundary. Its key is site and code together."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="outlets")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="outlets")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    medium = models.CharField(_("medium"), max_length=14, choices=Medium)
    kind = models.CharField(_("kind"), max_length=12, choices=OutletKind, default=OutletKind.GENERAL)
    system_code = models.CharField(_("system code ST (HJ 212)"), max_length=4)
    nonstandard_code = models.BooleanField(default=False, editable=False)
    must_monitor = models.BooleanField(_("automatic monitoring required"), default=False)
    height_m = models.DecimalField(_("height (m)"), max_digits=6, decimal_places=2, null=True, blank=True)
    diameter_m = models.DecimalField(_("diameter (m)"), max_digits=6, decimal_places=2, null=True, blank=True)
    area_m2 = models.DecimalField(_("duct area (m²)"), max_digits=8, decimal_places=3, null=True, blank=True)
    mode = models.CharField(
        _("mode of discharge"), max_length=10, choices=DischargeMode, default=DischargeMode.DIRECT
    )
    continuous = models.BooleanField(_("discharges continuously"), default=True)
    destination = models.CharField(_("goes to"), max_length=120, blank=True)
    opened_on = models.DateField(_("in use since"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("outlet")
        ordering = ["site", "code"]
        indexes = [*EnterpriseScoped.Meta.indexes]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="outlet_code_once_per_site")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def stream(self) -> str:
        return f"enterprises:{self.enterprise_id}"


NEVER_EDITED = (
    "outlet",
    "factor_code",
    "kind",
    "averaging",
    "upper",
    "lower",
    "unit",
    "decimals",
    "reference_oxygen_pct",
    "valid_from",
    "source",
)


class DayRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class OutletLimit(EnterpriseScoped):
    """A limit from one day to another, both included. A change is a new row that closes the old one.

    `upper` and, for an interval such as pH, `lower`; a value on the limit itself does not exceed it.
    `reference_oxygen_pct` belongs to the limit, for the permit sets both. `withdrawn_at` marks a row that
    should never have been entered; nothing is judged by it, and it stays as evidence of what was believed.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="limits")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="limits")
    factor_code = models.CharField(_("factor"), max_length=10)
    kind = models.CharField(_("kind"), max_length=12, choices=LimitKind, default=LimitKind.PERMIT)
    averaging = models.CharField(_("averaging"), max_length=10, choices=Averaging)
    upper = models.DecimalField(_("upper limit"), max_digits=18, decimal_places=6, null=True, blank=True)
    lower = models.DecimalField(_("lower limit"), max_digits=18, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=12)
    decimals = models.PositiveSmallIntegerField(_("decimals of the limit"), default=2)
    reference_oxygen_pct = models.DecimalField(
        _("reference oxygen (%)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source document"), max_length=200)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_because = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("limit")
        ordering = ["outlet", "factor_code", "-valid_from"]
        indexes = [*EnterpriseScoped.Meta.indexes]
        constraints = [
            models.CheckConstraint(
                condition=Q(upper__isnull=False) | Q(lower__isnull=False), name="limit_has_a_value"
            ),
            models.CheckConstraint(
                condition=Q(upper=None) | Q(lower=None) | Q(lower__lt=F("upper")),
                name="limit_lower_below_upper",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="limit_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="limit_one_at_a_time",
                expressions=[
                    ("outlet", RangeOperators.EQUAL),
                    ("factor_code", RangeOperators.EQUAL),
                    ("averaging", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DayRange("valid_from", "valid_to", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="limit_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="limit_is_never_edited",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*NEVER_EDITED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor_code} {self.valid_from}"

    @property
    def stream(self) -> str:
        return f"enterprises:{self.enterprise_id}"
