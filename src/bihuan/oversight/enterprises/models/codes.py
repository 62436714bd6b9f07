import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.oversight.enterprises.models.enterprise import Enterprise


class CodeKey(CityModel):
    """One version of the key that signs codes. Retiring it takes its plates out of use."""

    version = models.PositiveSmallIntegerField(unique=True)
    sealed = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("key of the codes")
        ordering = ["version"]
        triggers = [pgtrigger.Protect(name="code_key_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.version)


class EnterpriseCode(CityModel):
    """The one code of an enterprise: a random token that says nothing by itself. A lost plate is revoked."""

    stays_when_merged = True

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="codes")
    token = models.CharField(max_length=26, unique=True)
    key_version = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("code of an enterprise")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(revoked_at=None), name="code_one_in_force"
            ),
        ]
        triggers = [pgtrigger.Protect(name="code_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.enterprise_id} v{self.key_version}"


class Scan(CityModel):
    """An officer read the code: looked at the card, or began an inspection with a task number."""

    stays_when_merged = True

    class Kind(models.TextChoices):
        LOOK = "look", _("looked at the card")
        INSPECTION = "inspection", _("inspection with a task")
        EMERGENCY = "emergency", _("emergency without a task")

    code = models.ForeignKey(EnterpriseCode, on_delete=models.PROTECT, related_name="scans")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="scans")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    scanned_at = models.DateTimeField(_("scanned at"))
    task = models.CharField(_("task number"), max_length=60, blank=True)
    task_known = models.BooleanField(_("task checked"), null=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    justify_by = models.DateTimeField(null=True)
    justification = models.TextField(_("justification"), blank=True)
    justified_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("scan")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["enterprise", "scanned_at"], name="scan_enterprise_time")]
        triggers = [pgtrigger.Protect(name="scan_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.kind} {self.scanned_at:%Y-%m-%d %H:%M}"


class CardCall(CityModel):
    """How often one address asked for cards in one minute; kept for a day, the address as a keyed hash."""

    caller = models.BinaryField(max_length=16)
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("calls for cards")
        constraints = [models.UniqueConstraint(fields=["caller", "minute"], name="card_calls_once_a_minute")]

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.calls}"
