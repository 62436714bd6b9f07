"""What devices sent: one row a message, in partitions by the day of the data; and how it is laid out."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.oversight.monitoring.models.judged import RealField


class MessageLayout(CityModel):
    """The names of a message in order, kept once for all messages that have them."""

    digest = models.CharField(max_length=32, unique=True)
    names = ArrayField(models.TextField())
    first_seen = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("layout of messages")

    def __str__(self) -> str:
        return self.digest[:8]


class LayoutColumn(CityModel):
    """One field of a layout; `position` counts from 1 in `values` (kinds value, age) or `flags`.

    `factor` is the code of the 2017 tables for `code` as sent; `flag_position` leads a value to its flag.
    """

    layout = models.ForeignKey(MessageLayout, on_delete=models.PROTECT, related_name="columns")
    kind = models.CharField(max_length=5)
    name = models.TextField()
    code = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    factor = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()
    flag_position = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("field of a layout")
        ordering = ["layout", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["layout", "kind", "position"], name="layout_column_once"),
        ]
        indexes = [models.Index(fields=["factor", "suffix"], name="layout_column_factor")]

    def __str__(self) -> str:
        return self.name


class Origin(models.IntegerChoices):
    """How a message came: as it happened, as a supplement, as asked for, or out of quarantine."""

    LIVE = 0, _("live")
    SUPPLEMENT = 1, _("supplement of the device")
    REQUESTED = 2, _("supplement on request")
    REPLAYED = 3, _("replayed from quarantine")


class Message(models.Model):
    """One message of one outlet. A later one with other values is a new version, the old one stays.

    Written by COPY alone (see `store.writing`). `values` are as sent, in the unit of the device; NaN where
    the text was no number; `flags` one letter a flag; `extras` the texts that are neither.
    """

    pk = models.CompositePrimaryKey("outlet", "command", "data_time", "system", "part", "version")
    data_time = models.DateTimeField()
    arrived_at = models.DateTimeField()
    outlet = models.IntegerField()
    logger = models.IntegerField()
    layout = models.IntegerField()
    command = models.SmallIntegerField()
    part = models.SmallIntegerField()
    version = models.SmallIntegerField()
    origin = models.SmallIntegerField(choices=Origin)
    system = models.TextField()
    city = models.CharField(max_length=6, editable=False)
    flags = models.TextField()
    extras = models.TextField()
    values = ArrayField(RealField())

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.outlet} {self.command} {self.data_time}"


class RealtimeMessage(Message):
    class Meta:
        verbose_name = _("real-time message")


class MinuteMessage(Message):
    class Meta:
        verbose_name = _("minute message")


class PeriodMessage(Message):
    class Meta:
        verbose_name = _("hour or day message")
