from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.oversight.enterprises.models.enterprise import Enterprise
from bihuan.oversight.enterprises.rules.colour import Colour


class ColourRule(CityModel):
    """One version of the numbers behind the colour; `ours` marks that no public source prescribes them."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    valid_from = models.DateField(_("valid from"), unique=True)
    numbers = models.JSONField(_("numbers"))
    source = models.TextField(_("basis"))
    ours = models.BooleanField(_("set by ourselves"), default=True)

    class Meta:
        verbose_name = _("colour rule")
        ordering = ["valid_from"]
        triggers = [
            pgtrigger.Protect(name="colour_rule_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.version


class ColourSpanQuerySet(models.QuerySet["ColourSpan"]):
    def at(self, moment: object) -> Self:
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=moment), began_at__lte=moment)


class ColourSpan(CityModel):
    """From one moment to another an enterprise had one colour, for the same triggers.

    `computed` is what the rule says; `colour` is what is shown, which two people may have set by hand.
    `reasons` is the verdict as read last: triggers with their facts, gaps, notices, what is not connected.
    """

    stays_when_merged = True

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="colours")
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)
    computed = models.CharField(_("colour by the rule"), max_length=8, choices=Colour)
    by_hand = models.BooleanField(_("set by hand"), default=False)
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()
    rule_version = models.CharField(max_length=20)
    triggers = models.JSONField(default=list)
    reasons = models.JSONField(default=dict)
    left_red_on = models.DateField(null=True)

    objects = ColourSpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("colour of an enterprise")
        ordering = ["-began_at", "-pk"]
        indexes = [models.Index(fields=["colour", "began_at", "ended_at"], name="colour_span_moment")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(ended_at=None), name="colour_one_at_a_time"
            ),
        ]
        triggers = [pgtrigger.Protect(name="colour_span_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.colour}"


class ManualColour(CityModel):
    """A colour set by hand: one asks with a reason, another confirms, and it ends by itself."""

    stays_when_merged = True

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="manual_colours")
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)
    reason = models.TextField(_("reason"))
    until = models.DateField(_("until"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("colour set by hand")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(ended_at=None), name="manual_colour_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
                name="manual_colour_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.colour} {self.until}"

    def in_force(self, today: date) -> bool:
        return self.confirmed_at is not None and self.ended_at is None and today <= self.until


class ColourObjection(CityModel):
    """What an enterprise says against its colour, and the answer; the history is annotated, never erased."""

    stays_when_merged = True

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="objections")
    span = models.ForeignKey(ColourSpan, on_delete=models.PROTECT, related_name="objections")
    text = models.TextField(_("objection"))
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    due_on = models.DateField(_("answer due on"))
    answer = models.TextField(_("answer"), blank=True)
    upheld = models.BooleanField(_("objection upheld"), null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("objection to a colour")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["span"], condition=Q(answered_at=None), name="objection_one_open_per_colour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.filed_at:%Y-%m-%d}"
