from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User


class SecurityRule(CityModel):
    """One number of the security rules from a day on; `ours` marks a number no standard names."""

    rule_id = models.CharField(_("rule"), max_length=40)
    value = models.PositiveIntegerField(_("value"))
    valid_from = models.DateField(_("valid from"))
    source = models.TextField(_("source of the number"))
    ours = models.BooleanField(_("our number"))

    class Meta:
        verbose_name = _("security rule")
        ordering = ["rule_id", "-valid_from", "-pk"]

    def __str__(self) -> str:
        return f"{self.rule_id}@{self.valid_from.isoformat()}"


class PastPassword(CityModel):
    """A password a user once had, as its slow hash, so that it isn't taken again too soon."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("past password")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class SignIn(CityModel):
    """One session of a user, from the sign-in to its end."""

    class Ending(models.TextChoices):
        SIGNED_OUT = "signed_out", _("signed out")
        IDLE = "idle", _("idle too long")
        REVOKED = "revoked", _("revoked")
        CLOSED = "closed", _("the account changed")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    method = models.CharField(max_length=40)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("session")
        ordering = ["-last_seen_at"]
        indexes = [models.Index(fields=["user", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"


class LoginRecord(CityModel):
    """One knock at the door and how it ended. Addresses stand here: the ledger never forgets."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        FAILED = "failed", _("sign-in failed")
        CODE_FAILED = "code_failed", _("second factor failed")
        LOCKED = "locked", _("locked out")
        REFUSED = "refused", _("account refused")
        SIGNED_OUT = "signed_out", _("signed out")
        REVOKED = "revoked", _("session revoked")
        PASSWORD = "password", _("password changed")
        FACTOR_SET = "factor_set", _("second factor set up")
        FACTOR_REMOVED = "factor_removed", _("second factor removed")
        CODES = "codes", _("recovery codes made")

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    kind = models.CharField(max_length=16, choices=Kind)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    username = models.CharField(max_length=80)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("login record")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["username", "at"])]
        triggers = [
            pgtrigger.Protect(name="no_change", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="kept_half_a_year",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF OLD.at > now() - interval '6 months' THEN
                        RAISE EXCEPTION 'The login log is kept for at least six months.';
                    END IF;
                    RETURN OLD;
                """,
            ),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'The login log is kept for at least six months.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.kind}"


class Knocks(CityModel):
    """How often somebody knocked in one window of time; counted here so that all processes agree."""

    door = models.CharField(max_length=40)
    who = models.CharField(max_length=80)
    slot = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("knocks")
        constraints = [
            models.UniqueConstraint(fields=["door", "who", "slot"], name="one_count_per_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.who} {self.count}"
