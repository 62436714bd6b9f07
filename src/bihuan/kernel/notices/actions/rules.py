"""Versions of the rules of sending: what holds from a day on is added, never changed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.notices.defaults import OURS, SENDING, SINCE
from bihuan.kernel.notices.models import KindRule, SendingRule
from bihuan.kernel.notices.templates import all_templates
from bihuan.kernel.people.access import require

STREAM = "notices:rules"


def load_rules() -> None:
    """Add the first versions that are not there yet; a version once loaded is never changed."""
    if not SendingRule.objects.exists():
        SendingRule.objects.bulk_create([SendingRule(**SENDING)], ignore_conflicts=True)
    kinds = [
        KindRule(template=kind.key, urgent=kind.urgent, valid_from=SINCE, source=OURS, ours=True)
        for kind in all_templates()
    ]
    KindRule.objects.bulk_create(kinds, ignore_conflicts=True)


@transaction.atomic
def add_sending_rule(*, by: Any, **fields: Any) -> SendingRule:
    """Add a version of the hours, the digest, the reminders and the pauses, from today or a later day."""
    actor = require(by, "notice.rules")
    _check_day(fields["valid_from"])
    if SendingRule.objects.filter(valid_from=fields["valid_from"]).exists():
        raise Refused(reason=_("A version that begins on this day exists already."))
    rule = SendingRule.objects.create(**fields)
    payload = {name: _plain(value) for name, value in fields.items()}
    append(STREAM, "notices.sending_rule", by=actor, payload=payload)
    return rule


@transaction.atomic
def add_kind_rule(
    *, by: Any, template: str, urgent: bool, valid_from: date, source: str, ours: bool
) -> KindRule:
    """Say from a day on whether a kind of message is urgent."""
    actor = require(by, "notice.rules")
    _check_day(valid_from)
    if KindRule.objects.filter(template=template, valid_from=valid_from).exists():
        raise Refused(reason=_("A version that begins on this day exists already."))
    fields: dict[str, Any] = {"template": template, "urgent": urgent, "source": source, "ours": ours}
    rule = KindRule.objects.create(valid_from=valid_from, **fields)
    payload = fields | {"valid_from": valid_from.isoformat()}
    append(STREAM, "notices.kind_rule", by=actor, payload=payload)
    return rule


def _check_day(day: date) -> None:
    if day < timezone.localdate():
        raise Refused(reason=_("A rule can't begin in the past: messages have gone out by the one in force."))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
