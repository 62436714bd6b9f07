import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.notices.models.robot import Robot
from bihuan.kernel.notices.rules.timing import Rhythm
from bihuan.kernel.notices.templates import render_text
from bihuan.kernel.notices.why import said_why
from bihuan.kernel.people.models import User


class Notice(CityModel):
    """One message to one reader, a person or a unit's group, about one cause; its words are made when read.

    `dispatched` says whether the ways out beside the inbox have been chosen.
    """

    recipient = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="notices")
    robot = models.ForeignKey(Robot, null=True, on_delete=models.PROTECT, related_name="notices")
    cause = models.CharField(_("cause"), max_length=120)
    template = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    dispatched = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notice")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["recipient", "read_at"]),
            models.Index(fields=["cause"]),
            models.Index(fields=["created_at"], condition=Q(dispatched=False), name="notice_to_dispatch"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "cause"], name="one_notice_per_cause"),
            models.UniqueConstraint(fields=["robot", "cause"], name="one_robot_notice_per_cause"),
            models.CheckConstraint(
                condition=Q(recipient=None, robot__isnull=False) | Q(recipient__isnull=False, robot=None),
                name="notice_has_one_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} {self.cause}"

    @property
    def reader(self) -> User | Robot | None:
        return self.recipient or self.robot

    @property
    def language(self) -> str:
        return self.reader.language if self.reader else ""

    @property
    def title(self) -> str:
        return render_text(self.template, self.params)[0]

    @property
    def body(self) -> str:
        return render_text(self.template, self.params)[1]


class Delivery(CityModel):
    """One way in which a notice goes out beside the inbox, with how it went.

    A worker that sends has claimed the row first (`sending`). Only a failure that is certain goes back to
    `waiting`; one that may have arrived is `doubtful` and is never repeated by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")
        DOUBTFUL = "doubtful", _("perhaps delivered")
        GIVEN_UP = "given_up", _("no longer tried")

    STUCK = (State.FAILED, State.DOUBTFUL)

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    send_after = models.DateTimeField(_("earliest moment"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    changed_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    why = models.CharField(max_length=20, blank=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        indexes = [
            models.Index(
                fields=["state", "send_after"], condition=~Q(state="sent"), name="delivery_unfinished"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="delivery_states",
                field="state",
                transitions=[
                    ("waiting", "sending"),
                    ("waiting", "given_up"),
                    ("sending", "sent"),
                    ("sending", "waiting"),
                    ("sending", "failed"),
                    ("sending", "doubtful"),
                    ("failed", "waiting"),
                    ("failed", "given_up"),
                    ("doubtful", "waiting"),
                    ("doubtful", "given_up"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel}"

    @property
    def reason(self) -> str:
        """Why it has not gone out, in the reader's language; empty when nothing went wrong."""
        return said_why(self.why, self.said)


class Preference(CityModel):
    """How one person wants to hear beside the inbox, which can't be switched off."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_preference")
    email = models.CharField(_("By mail"), max_length=10, choices=Rhythm, default=Rhythm.AT_ONCE)

    class Meta:
        verbose_name = _("notice preference")

    def __str__(self) -> str:
        return f"{self.user_id} {self.email}"
