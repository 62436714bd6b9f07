from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.rules.catalogue import BY_ID
from bihuan.oversight.monitoring.rules.rulebook import Version


class RuleVersion(CityModel):
    """One version of one rule, for everything or for a medium, a factor, an outlet. Never edited.

    `ours` marks a number without an official source; `valid_to` is the last day it holds.
    """

    rule = models.CharField(_("rule"), max_length=20)
    number = models.PositiveIntegerField(_("version"))
    medium = models.CharField(_("medium"), max_length=14, blank=True)
    factor_code = models.CharField(_("factor"), max_length=10, blank=True)
    outlet = models.ForeignKey(Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField(default=dict)
    enabled = models.BooleanField(_("switched on"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("basis"), max_length=200)
    ours = models.BooleanField(_("our own number"), default=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("rule version")
        ordering = ["rule", "-valid_from", "-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_number_once")]
        triggers = [
            pgtrigger.Protect(name="rule_version_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.version.name

    @property
    def version(self) -> Version:
        return Version(
            rule=self.rule,
            number=self.number,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            parameters=self.parameters,
            source=self.source,
            ours=self.ours,
            enabled=self.enabled,
            medium=self.medium,
            factor=self.factor_code,
            outlet=self.outlet_id,
            id=self.pk,
        )

    @property
    def label(self) -> Any:
        return BY_ID[self.rule].label
