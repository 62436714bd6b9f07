"""Frames as they came: kept where they are evidence or faulty, set aside where nothing could be stored."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User


class RawFrame(models.Model):
    """One frame as received, in partitions by the day of receipt; kept by the rules `raw_*`."""

    pk = models.CompositePrimaryKey("received_at", "logger", "digest")
    received_at = models.DateTimeField()
    logger = models.IntegerField()
    digest = models.BinaryField(max_length=16)
    outlet = models.IntegerField()
    command = models.SmallIntegerField()
    data_time = models.DateTimeField(null=True)
    city = models.CharField(max_length=6, editable=False)
    peer = models.TextField()
    check_by = models.TextField()
    faults = models.TextField()
    raw = models.BinaryField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("raw frame")

    def __str__(self) -> str:
        return f"{self.logger} {self.received_at}"


class QuarantinedFrame(CityModel):
    """A frame that could not be stored, with the reason; the same bytes again are counted, not repeated."""

    class Reason(models.TextChoices):
        UNREADABLE = "unreadable", _("not readable")
        WRONG_CHECK = "wrong_check", _("check value wrong")
        MODBUS = "modbus", _("Modbus check value not allowed for this device")
        NO_KEY = "no_key", _("encrypted, key missing or wrong")
        UNKNOWN_DEVICE = "unknown_device", _("unknown device number")
        NO_OUTLET = "no_outlet", _("the device speaks for no outlet")
        PASSWORD = "password", _("wrong password")
        NETWORK = "network", _("address outside the allowed networks")
        FUTURE = "future", _("time of the data in the future")
        TOO_OLD = "too_old", _("time of the data too long ago")
        NO_TIME = "no_time", _("no time of the data")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        REPLAYED = "replayed", _("replayed")
        DISCARDED = "discarded", _("discarded")

    digest = models.BinaryField(max_length=16)
    mn = models.CharField(_("device number MN"), max_length=40, blank=True)
    peer = models.CharField(_("address"), max_length=60)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    faults = ArrayField(models.CharField(max_length=30), default=list)
    raw = models.BinaryField()
    received_at = models.DateTimeField(_("first received"))
    last_at = models.DateTimeField(_("last received"))
    times = models.PositiveIntegerField(_("times"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("quarantined frame")
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(state="waiting"), name="quarantine_waiting_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-last_at"], name="quarantine_recent"),
            models.Index(fields=["mn", "-last_at"], name="quarantine_of_device"),
        ]
        triggers = [pgtrigger.Protect(name="quarantine_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.mn or self.peer} {self.received_at}"


class Keeping(CityModel):
    """One version of a number that the gateway or the store goes by, with its source; never edited."""

    name = models.CharField(_("rule"), max_length=30)
    value = models.PositiveIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=10)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("basis"), max_length=200)
    ours = models.BooleanField(_("our own number"))
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("rule of gateway and store")
        ordering = ["name", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="keeping_version_once")]
        triggers = [pgtrigger.Protect(name="keeping_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.name}@{self.valid_from}"


class PackedDay(CityModel):
    """A partition that went to the archive: what it held, where it lies, what was compared before."""

    table = models.CharField(_("table"), max_length=20)
    begin = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("to"))
    messages = models.BigIntegerField(_("messages"))
    values = models.BigIntegerField(_("values"))
    bytes_hot = models.BigIntegerField(_("bytes before"))
    bytes_cold = models.BigIntegerField(_("bytes after"))
    files = models.JSONField(default=list)
    checked = models.JSONField(default=dict)
    packed_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("day in the archive")
        ordering = ["-begin", "table"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "begin"], condition=Q(current=True), name="packed_day_current_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="packed_day_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.table} {self.begin}"
