"""Publishing the numbers that gateway and store go by; a version once published is never changed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.oversight.monitoring.models import Keeping
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.rules.keeping import BY_NAME, NUMBERS, SINCE


def load_keeping() -> int:
    """Add the delivered numbers that are not there yet; gives how many were added."""
    known = set(Keeping.objects.values_list("name", flat=True))
    rows = [
        Keeping(
            name=one.name, value=one.value, unit=one.unit, valid_from=SINCE, source=one.source, ours=one.ours
        )
        for one in NUMBERS
        if one.name not in known
    ]
    return len(Keeping.objects.bulk_create(rows))


@transaction.atomic
def publish_keeping(
    name: str, *, by: Any, value: int, valid_from: date, source: str, ours: bool = True
) -> Keeping:
    """A new version of one number from a day on."""
    actor = require(by, RULES)
    if name not in BY_NAME:
        raise Refused(reason=_("There is no number “%(name)s”.") % {"name": name})
    if not source.strip():
        raise Refused(reason=_("A number needs its source or the reason for it."))
    if valid_from < timezone.localdate():
        raise Refused(reason=_("A number can't come into force in the past."))
    if Keeping.objects.filter(name=name, valid_from=valid_from).exists():
        raise Refused(reason=_("This number already has a version from that day on."))
    version = Keeping.objects.create(
        name=name, value=value, unit=BY_NAME[name].unit, valid_from=valid_from, source=source, ours=ours,
        made_by=by,
    )  # fmt: skip
    payload = {"value": value, "valid_from": valid_from.isoformat(), "source": source, "ours": ours}
    append(f"rules:keeping.{name}", "keeping.published", by=actor, payload=payload, reason=source)
    return version
