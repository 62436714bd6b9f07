from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.oversight.enterprises.models.enterprise import Enterprise, Site
from bihuan.oversight.enterprises.models.outlets import Outlet
from bihuan.oversight.enterprises.models.scope import EnterpriseScoped
from bihuan.oversight.enterprises.rules.vocabulary import Edition


class MomentRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Logger(EnterpriseScoped):
    """One data logger (数采仪) while it stands at one site with one number, edition and set of outlets.

    A changed number, edition or outlet is a new row that ends the old one, so that a frame of the past is
    read as it was meant. `mn` is kept in capitals; `valid_to` is the first moment that no longer counts.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="loggers")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="loggers")
    mn = models.CharField(_("device number MN"), max_length=24)
    edition = models.CharField(_("edition of HJ 212"), max_length=4, choices=Edition, default=Edition.E2017)
    maker = models.CharField(_("maker"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=60, blank=True)
    serial = models.CharField(_("hardware number"), max_length=60, blank=True)
    password = models.CharField(_("password PW"), max_length=12, blank=True)
    sealed_key = models.CharField(max_length=200, blank=True, editable=False)
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    allow_modbus_crc = models.BooleanField(_("accept the Modbus check value"), default=False)
    realtime_interval_s = models.PositiveIntegerField(_("real-time interval (s)"), default=60)
    minute_interval_min = models.PositiveSmallIntegerField(_("minute-data interval (min)"), default=10)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)
    outlets: models.ManyToManyField = models.ManyToManyField(
        Outlet, through="LoggerOutlet", related_name="loggers"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("data logger")
        ordering = ["mn", "-valid_from"]
        indexes = [*EnterpriseScoped.Meta.indexes, models.Index(fields=["changed_at"], name="logger_changed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="logger_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="logger_mn_once_at_a_time",
                expressions=[
                    ("mn", RangeOperators.EQUAL),
                    (MomentRange("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.mn

    @property
    def stream(self) -> str:
        return f"enterprises:{self.enterprise_id}"


class LoggerOutlet(CityModel):
    """An outlet that a logger speaks for: all that it sends, or only one system code or channel of it."""

    logger = models.ForeignKey(Logger, on_delete=models.CASCADE, related_name="bindings")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="bindings")
    system_code = models.CharField(_("only for system code ST"), max_length=4, blank=True)
    channel = models.CharField(_("only for channel"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("outlet of a logger")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["logger", "outlet", "system_code", "channel"], name="logger_outlet_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.logger} → {self.outlet}"


class LoggerFactor(CityModel):
    """What one logger says about a factor where it differs from the table: unit, range, detection limit."""

    logger = models.ForeignKey(Logger, on_delete=models.CASCADE, related_name="factors")
    factor_code = models.CharField(_("factor"), max_length=10)
    unit = models.CharField(_("unit sent"), max_length=12, blank=True)
    range_upper = models.DecimalField(
        _("upper range"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    detection_limit = models.DecimalField(
        _("detection limit"), max_digits=18, decimal_places=6, null=True, blank=True
    )

    class Meta:
        verbose_name = _("factor of a logger")
        ordering = ["factor_code"]
        constraints = [
            models.UniqueConstraint(fields=["logger", "factor_code"], name="logger_factor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.logger} {self.factor_code}"
