"""Publishing rule versions; a version once published is never changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.models import RuleVersion
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.rules.catalogue import BY_ID
from bihuan.oversight.monitoring.rules.defaults import VERSIONS


def load_rule_versions() -> int:
    """Add the default versions that are not there yet; gives how many were added."""
    known = set(RuleVersion.objects.values_list("rule", "medium", "factor_code", "valid_from"))
    numbers = _numbers()
    rows = []
    for version in VERSIONS:
        key = (version.rule, version.medium, version.factor, version.valid_from)
        if key in known:
            continue
        numbers[version.rule] = numbers.get(version.rule, 0) + 1
        rows.append(
            RuleVersion(
                rule=version.rule,
                number=numbers[version.rule],
                medium=version.medium,
                factor_code=version.factor,
                parameters=dict(version.parameters),
                valid_from=version.valid_from,
                valid_to=version.valid_to,
                source=version.source,
                ours=version.ours,
            )
        )
    return len(RuleVersion.objects.bulk_create(rows))


def _numbers() -> dict[str, int]:
    rows = RuleVersion.objects.values("rule").annotate(last=Max("number"))
    return {row["rule"]: row["last"] for row in rows}


@transaction.atomic
def publish_rule(
    rule: str,
    *,
    by: Any,
    parameters: Mapping[str, float],
    valid_from: date,
    source: str,
    reason: str,
    ours: bool = True,
    enabled: bool = True,
    medium: str = "",
    factor_code: str = "",
    outlet: Outlet | None = None,
) -> RuleVersion:
    """A new version from a day on; what was judged before stays until somebody recomputes it."""
    actor = require(by, RULES)
    check_parameters(rule, parameters)
    if not reason.strip() or not source.strip():
        raise Refused(reason=_("A version needs its source and the reason for it."))
    RuleVersion.objects.select_for_update().filter(rule=rule).first()
    version = RuleVersion.objects.create(
        rule=rule,
        number=_numbers().get(rule, 0) + 1,
        medium=medium,
        factor_code=factor_code,
        outlet=outlet,
        parameters=dict(parameters),
        enabled=enabled,
        valid_from=valid_from,
        source=source,
        ours=ours,
        reason=reason,
        made_by=by,
    )
    payload = {
        "version": str(version),
        "parameters": {key: f"{value:g}" for key, value in parameters.items()},
        "enabled": enabled,
        "medium": medium,
        "factor": factor_code,
        "outlet": outlet.pk if outlet else None,
        "source": source,
        "ours": ours,
    }
    append(f"rules:{rule}", "rule.published", by=actor, payload=payload, reason=reason)
    return version


def check_parameters(rule: str, parameters: Mapping[str, float]) -> None:
    """Raises Refused when a number is missing, unknown or below what makes sense."""
    wanted = {one.key: one for one in BY_ID[rule].parameters}
    if set(parameters) != set(wanted):
        raise Refused(reason=_("The numbers given are not those of this rule."))
    for key, value in parameters.items():
        if value < wanted[key].least:
            raise Refused(
                reason=_("“%(label)s” can't be less than %(least)s.")
                % {"label": wanted[key].label, "least": f"{wanted[key].least:g}"}
            )
