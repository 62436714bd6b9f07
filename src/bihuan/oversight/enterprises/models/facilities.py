from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.oversight.enterprises.models.enterprise import Enterprise, Site
from bihuan.oversight.enterprises.models.outlets import Outlet
from bihuan.oversight.enterprises.models.scope import EnterpriseScoped
from bihuan.oversight.enterprises.rules.vocabulary import LinkMode, TreatedMedium


class Facility(EnterpriseScoped):
    """What production and treatment share: a code within the site, and the electricity that tells its state.

    `meter` is the equipment number under which a logger reports it (telemetry: d2…/d3…, SBn); power above
    `power_on_kw` for `confirm_on_s` means running, below `power_off_kw` for `confirm_off_s` means off. Where
    a threshold is empty the reader takes its own default.
    """

    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=20)
    nonstandard_code = models.BooleanField(default=False, editable=False)
    meter = models.CharField(_("electricity meter"), max_length=40, blank=True)
    rated_kw = models.DecimalField(
        _("rated power (kW)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    power_on_kw = models.DecimalField(
        _("runs above (kW)"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    power_off_kw = models.DecimalField(
        _("stands below (kW)"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    confirm_on_s = models.PositiveIntegerField(_("confirmed running after (s)"), null=True, blank=True)
    confirm_off_s = models.PositiveIntegerField(_("confirmed off after (s)"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta(EnterpriseScoped.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def stream(self) -> str:
        return f"enterprises:{self.enterprise_id}"  # type: ignore[attr-defined]


class ProductionFacility(Facility):
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="production")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="production")
    process = models.CharField(_("process"), max_length=80, blank=True)
    product = models.CharField(_("product"), max_length=80, blank=True)
    capacity = models.CharField(_("capacity"), max_length=60, blank=True)
    fuel = models.CharField(_("fuel"), max_length=40, blank=True)

    class Meta(Facility.Meta):
        verbose_name = _("production facility")
        ordering = ["site", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="production_code_once_per_site")]


class TreatmentFacility(Facility):
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="treatment")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="treatment")
    medium = models.CharField(_("medium"), max_length=8, choices=TreatedMedium)
    process = models.CharField(_("process"), max_length=80, blank=True)
    design_capacity = models.CharField(_("design capacity"), max_length=60, blank=True)
    feasible_technology = models.BooleanField(_("feasible technology"), default=True)

    class Meta(Facility.Meta):
        verbose_name = _("treatment facility")
        ordering = ["site", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="treatment_code_once_per_site")]


class FacilityLink(EnterpriseScoped):
    """Which production feeds which treatment, and through which outlet it leaves, from one day to another.

    `mode` says how many of the treatment facilities of one production must run; `lead_s`, `lag_s` and
    `grace_s` are the seconds by which treatment starts earlier, stops later, and may start late.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="facility_links")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="facility_links")
    production = models.ForeignKey(
        ProductionFacility, null=True, blank=True, on_delete=models.PROTECT, related_name="links"
    )
    treatment = models.ForeignKey(
        TreatmentFacility, null=True, blank=True, on_delete=models.PROTECT, related_name="links"
    )
    outlet = models.ForeignKey(Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="links")
    mode = models.CharField(_("treatment needed"), max_length=6, choices=LinkMode, default=LinkMode.ALL)
    needed = models.PositiveSmallIntegerField(_("how many are needed"), null=True, blank=True)
    lead_s = models.PositiveIntegerField(_("treatment starts earlier by (s)"), null=True, blank=True)
    lag_s = models.PositiveIntegerField(_("treatment stops later by (s)"), null=True, blank=True)
    grace_s = models.PositiveIntegerField(_("treatment may start late by (s)"), null=True, blank=True)
    meters = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("facility link")
        ordering = ["site", "pk"]
        indexes = [*EnterpriseScoped.Meta.indexes]
        constraints = [
            models.CheckConstraint(
                condition=Q(production__isnull=False) | Q(treatment__isnull=False),
                name="facility_link_begins_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(treatment__isnull=False) | Q(outlet__isnull=False),
                name="facility_link_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return " → ".join(str(end) for end in (self.production, self.treatment, self.outlet) if end)

    @property
    def stream(self) -> str:
        return f"enterprises:{self.enterprise_id}"
