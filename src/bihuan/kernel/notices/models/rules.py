from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel


class SendingRule(CityModel):
    """When messages go out, from a day on; `ours` marks a version without an official source."""

    valid_from = models.DateField(_("valid from"), unique=True)
    morning_from = models.TimeField(_("morning from"))
    morning_to = models.TimeField(_("morning to"))
    afternoon_from = models.TimeField(_("afternoon from"))
    afternoon_to = models.TimeField(_("afternoon to"))
    digest_at = models.TimeField(_("digest at"))
    remind_at = models.TimeField(_("reminders at"))
    retry_minutes = ArrayField(
        models.PositiveIntegerField(), verbose_name=_("minutes before each new attempt")
    )
    reminder_days = ArrayField(
        models.SmallIntegerField(), verbose_name=_("reminders on days before (−) and after")
    )
    repeat_days = models.PositiveSmallIntegerField(_("then every … days"))
    source = models.CharField(_("source of the rule"), max_length=200)
    ours = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sending rule")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(morning_from__lt=models.F("morning_to"))
                & models.Q(morning_to__lte=models.F("afternoon_from"))
                & models.Q(afternoon_from__lt=models.F("afternoon_to")),
                name="sending_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"sending@{self.valid_from.isoformat()}"


class KindRule(CityModel):
    """Whether one kind of message is urgent, from a day on."""

    template = models.CharField(_("kind of message"), max_length=60)
    urgent = models.BooleanField(_("urgent"))
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source of the rule"), max_length=200)
    ours = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("kind rule")
        ordering = ["template", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["template", "valid_from"], name="kind_rule_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template}@{self.valid_from.isoformat()}"


class ReminderRun(CityModel):
    """A day whose reminders have all been written; the next run begins after it."""

    day = models.DateField(unique=True)
    finished_at = models.DateTimeField(auto_now_add=True)
    told = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("reminder run")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()
