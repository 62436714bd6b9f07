from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.models import Unit
from bihuan.oversight.enterprises.models.scope import Coordinates, EnterpriseScoped
from bihuan.oversight.enterprises.rules.colour import Colour
from bihuan.oversight.enterprises.rules.vocabulary import IdKind, ManagementClass, Operation


class Enterprise(EnterpriseScoped, Coordinates):
    """A body with one credit code. A duplicate that was merged stays, and points to the one that is kept."""

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    former_names = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    id_kind = models.CharField(_("kind of code"), max_length=8, choices=IdKind, default=IdKind.USCC)
    uscc = models.CharField(_("unified social credit code"), max_length=24, null=True, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    industry_code = models.CharField(_("industry code (GB/T 4754-2017)"), max_length=4, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    management_class = models.CharField(
        _("permit management class"), max_length=12, choices=ManagementClass, default=ManagementClass.NONE
    )
    key_unit = models.BooleanField(_("key pollutant-discharge unit"), default=False)
    operation = models.CharField(_("operation"), max_length=10, choices=Operation, default=Operation.RUNNING)
    operation_since = models.DateField(_("in this state since"), null=True, blank=True)
    registered_on = models.DateField(_("entered the register on"))

    colour = models.CharField(_("colour"), max_length=8, choices=Colour, default=Colour.GREY, editable=False)
    unit = models.OneToOneField(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="enterprise", editable=False
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed", editable=False
    )
    merged_at = models.DateTimeField(null=True, editable=False)
    search_text = models.TextField(default="", editable=False)
    search_terms = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("enterprise")
        ordering = ["pk"]
        indexes = [
            *EnterpriseScoped.Meta.indexes,
            GinIndex(fields=["search_terms"], name="enterprise_search"),
            models.Index(fields=["name"], name="enterprise_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(merged_into=None), name="enterprise_one_per_uscc"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
                name="enterprise_merged_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def stream(self) -> str:
        return f"enterprises:{self.pk}"

    @property
    def current(self) -> "Enterprise":
        """This entry, or the one into which it was merged."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


class Site(EnterpriseScoped, Coordinates):
    """One place of production (固定污染源). HJ 608-2017 numbers sites, not companies."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(_("name"), max_length=120)
    source_code = models.CharField(_("source code (HJ 608-2017)"), max_length=24, null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    industry_code = models.CharField(_("industry code (GB/T 4754-2017)"), max_length=4, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        ordering = ["enterprise", "pk"]
        indexes = [*EnterpriseScoped.Meta.indexes]
        constraints = [models.UniqueConstraint(fields=["source_code"], name="site_one_per_source_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"enterprises:{self.enterprise_id}"
