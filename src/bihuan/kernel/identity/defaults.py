"""The numbers a new instance starts with. Where the standard names none, the number is ours."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

SINCE = date(2020, 1, 1)
# Kept in English and shown in the reader's language, see the register.
LEVEL_3 = _("GB/T 22239-2019 level 3, identity authentication (recalled): asks for the rule, names no number")
LOG_LAW = _("Cybersecurity Law art. 23(3): network logs at least six months; how much longer is our number")
OURS = _("no document names a number")


class Number(NamedTuple):
    """`label` is what a person reads; `unit` counts the value, which may lie between `low` and `high`."""

    label: Any
    unit: Any
    value: int
    low: int
    high: int
    source: Any = LEVEL_3
    ours: bool = True
    may_be_off: bool = False


NUMBERS: Mapping[str, Number] = {
    "password_length": Number(_("shortest password"), _("characters"), 12, 8, 64),
    "password_classes": Number(_("kinds of characters in a password, of four"), _("kinds"), 3, 2, 4),
    "password_history": Number(_("former passwords that may not return"), _("passwords"), 5, 1, 24),
    "password_days": Number(_("a password lasts"), _("days"), 90, 30, 365, may_be_off=True),
    "lockout_failures": Number(_("failed sign-ins that lock"), _("failures"), 5, 3, 10),
    "lockout_minutes": Number(_("a lock lasts"), _("minutes"), 15, 5, 1440),
    "account_failures": Number(_("failed sign-ins of an account from anywhere"), _("failures"), 20, 5, 200),
    "idle_minutes": Number(_("an idle session ends after"), _("minutes"), 30, 5, 30),
    "unused_days": Number(_("an unused account closes after"), _("days"), 90, 30, 730, OURS, may_be_off=True),
    "login_log_months": Number(_("the login log is kept for"), _("months"), 36, 6, 120, LOG_LAW),
    "sign_ins_per_minute": Number(_("sign-in attempts from one address"), _("a minute"), 60, 5, 600, OURS),
    "public_forms_per_hour": Number(_("public forms sent from one address"), _("an hour"), 30, 3, 1000, OURS),
}
