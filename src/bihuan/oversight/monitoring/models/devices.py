"""Devices as the gateway knows them: when they were last heard, what they were asked, what they said."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User


class DeviceState(CityModel):
    """One row a device number, written every few seconds while it is connected; no evidence of anything."""

    mn = models.CharField(_("device number MN"), max_length=40, unique=True)
    logger = models.IntegerField(null=True, db_index=True)
    last_seen = models.DateTimeField(_("last heard"))
    last_data_time = models.DateTimeField(_("newest data"), null=True)
    clock_error_s = models.FloatField(_("clock error (s)"), null=True)
    peer = models.CharField(_("address"), max_length=60)
    connected = models.BooleanField(_("connected"), default=False)
    edition = models.CharField(_("edition spoken"), max_length=8, blank=True)
    messages = models.BigIntegerField(_("messages"), default=0)
    faults = models.JSONField(default=dict)
    second_peer = models.CharField(max_length=60, blank=True)
    second_seen = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of a device")
        indexes = [models.Index(fields=["last_seen"], name="device_last_seen")]

    def __str__(self) -> str:
        return self.mn


class DeviceNote(CityModel):
    """A message without measured values: a log, a restart, an answer, an alarm, a command nobody defined."""

    logger = models.IntegerField()
    mn = models.CharField(max_length=40)
    system = models.CharField(max_length=8)
    command = models.PositiveSmallIntegerField()
    request_number = models.CharField(max_length=20, blank=True)
    digest = models.BinaryField(max_length=16)
    data_time = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField()
    fields = models.JSONField(default=list)

    class Meta:
        verbose_name = _("note of a device")
        ordering = ["-arrived_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["logger", "command", "request_number", "digest"], name="device_note_once"
            ),
        ]
        indexes = [models.Index(fields=["logger", "-arrived_at"], name="device_note_recent")]

    def __str__(self) -> str:
        return f"{self.mn} {self.command}"


class Order(CityModel):
    """A command to a device: who wants it and why, how far it is, what the device answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for the device")
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted by the device")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused by the device")
        FAILED = "failed", _("not carried out")
        SILENT = "silent", _("no answer")
        WITHDRAWN = "withdrawn", _("withdrawn")

    logger = models.IntegerField()
    mn = models.CharField(_("device number MN"), max_length=40)
    system = models.CharField(max_length=2)
    command = models.PositiveSmallIntegerField(_("command"))
    parameters = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    request_number = models.CharField(max_length=17, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    not_after = models.DateTimeField(_("only until"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(_("ended"), null=True)
    accepted_code = models.PositiveSmallIntegerField(null=True)
    result_code = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(default=list)
    gap = models.ForeignKey("Gap", null=True, on_delete=models.PROTECT, related_name="orders")

    OPEN = (State.WAITING, State.SENT, State.ACCEPTED)
    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("order to a device")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["mn"], condition=Q(state__in=["sent", "accepted"]), name="order_one_under_way"
            ),
        ]
        indexes = [
            models.Index(fields=["mn", "-made_at"], name="order_of_device"),
            models.Index(
                fields=["made_at"], condition=Q(state__in=["waiting", "sent", "accepted"]), name="order_open"
            ),
        ]
        triggers = [pgtrigger.Protect(name="order_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.mn} {self.command}"

    @property
    def stream(self) -> str:
        return f"devices:{self.mn}"


class Gap(CityModel):
    """Records that should be there and are not, found by the sweep; closed when they came or can't come."""

    class State(models.TextChoices):
        OPEN = "open", _("not yet filled")
        FILLED = "filled", _("filled")
        NO_DATA = "no_data", _("the device has none")
        GIVEN_UP = "given_up", _("given up")

    outlet = models.IntegerField()
    logger = models.IntegerField()
    mn = models.CharField(max_length=40)
    command = models.PositiveSmallIntegerField(_("command"))
    begin = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("to"))
    missing = models.PositiveIntegerField(_("missing records"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("gap in the records")
        ordering = ["-begin"]
        constraints = [
            models.UniqueConstraint(fields=["outlet", "command", "begin"], name="gap_once"),
        ]
        indexes = [models.Index(fields=["mn", "begin"], condition=Q(state="open"), name="gap_open")]

    def __str__(self) -> str:
        return f"{self.outlet} {self.command} {self.begin}"


class SplitMessage(CityModel):
    """Which parts of a message in several parts have come; known by its time, not by the QN of each part."""

    logger = models.IntegerField()
    system = models.CharField(max_length=8)
    command = models.PositiveSmallIntegerField()
    data_time = models.DateTimeField()
    parts = models.PositiveSmallIntegerField()
    came = ArrayField(models.PositiveSmallIntegerField(), default=list)
    first_at = models.DateTimeField()
    complete_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message in parts")
        constraints = [
            models.UniqueConstraint(
                fields=["logger", "system", "command", "data_time", "parts"], name="split_message_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.logger} {self.command} {self.data_time}"
