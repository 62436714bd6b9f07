from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.figures.queries import city_path
from bihuan.kernel.identity.defaults import NUMBERS, SINCE
from bihuan.kernel.identity.models import SecurityRule
from bihuan.kernel.identity.queries import forget_numbers
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.kernel.people.models import User

STREAM = "security-rules"


def load_security_rules() -> int:
    """Write the defaults down that are not there yet; a version that stands is never changed."""
    there = set(SecurityRule.objects.values_list("rule_id", flat=True))
    rows = [
        SecurityRule(
            rule_id=key, value=number.value, valid_from=SINCE, source=number.source, ours=number.ours
        )
        for key, number in NUMBERS.items()
        if key not in there
    ]
    return len(SecurityRule.objects.bulk_create(rows))


@transaction.atomic
def set_number(
    rule_id: str, value: int, *, valid_from: date, source: str, ours: bool, by: User
) -> SecurityRule:
    """A new version of one number, for the whole city; beyond its bounds it is refused."""
    actor = require(by, "account.administer", path=city_path() or None)
    number = NUMBERS[rule_id]
    if not number.low <= value <= number.high and not (number.may_be_off and value == 0):
        bounds = {"low": number.low, "high": number.high}
        raise Refused(reason=_("This number lies between %(low)s and %(high)s.") % bounds)
    row = SecurityRule.objects.create(
        rule_id=rule_id, value=value, valid_from=valid_from, source=source, ours=ours
    )
    payload = {"rule": rule_id, "value": value, "valid_from": valid_from.isoformat()}
    append(STREAM, "security.rule_set", by=actor, payload=payload, reason=source)
    forget_numbers()
    return row
