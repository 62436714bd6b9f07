"""Limits of outlets: a change is a new row from a day on, a slip is withdrawn; nothing is edited."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.oversight.enterprises.actions.records import Outcome, manager, parties_of
from bihuan.oversight.enterprises.models import Factor, Outlet, OutletLimit
from bihuan.oversight.enterprises.rules.vocabulary import LimitKind

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewLimit:
    """As the document says it; `unit` empty takes that of the factor table."""

    factor_code: str
    averaging: str
    source: str
    valid_from: date
    upper: Decimal | None = None
    lower: Decimal | None = None
    unit: str = ""
    kind: str = LimitKind.PERMIT
    valid_to: date | None = None
    reference_oxygen_pct: Decimal | None = None
    decimals: int | None = None


@transaction.atomic
def set_limit(outlet: Outlet, new: NewLimit, *, by: Any) -> Outcome:
    """Let a limit hold from a day on; the one that held until then ends on the day before."""
    actor = manager(by, outlet.jurisdiction_path)
    Outlet.objects.select_for_update(of=("self",)).get(pk=outlet.pk)
    limit = _limit(outlet, new)
    overlapping = list(_overlapping(limit))
    if any(_says_the_same(old, limit) for old in overlapping):
        return "unchanged"
    for old in overlapping:
        _end(old, limit)
    limit.save(force_insert=True)
    payload = {
        "limit": limit.pk,
        "outlet": outlet.pk,
        "factor": limit.factor_code,
        "averaging": limit.averaging,
        "upper": _text(limit.upper),
        "lower": _text(limit.lower),
        "unit": limit.unit,
        "valid_from": limit.valid_from.isoformat(),
        "ended": [old.pk for old in overlapping],
    }
    append(outlet.stream, "limit.set", by=actor, payload=payload)
    return "changed" if overlapping else "new"


@transaction.atomic
def withdraw_limit(limit: OutletLimit, *, by: Any, reason: str) -> None:
    """Mark a limit that should never have been entered; the one before it is not opened again by itself."""
    actor = manager(by, limit.outlet.jurisdiction_path)
    limit = OutletLimit.objects.select_for_update(of=("self",)).get(pk=limit.pk)
    if limit.withdrawn_at is not None:
        raise Refused(reason=_("The limit has been withdrawn already."))
    if not reason.strip():
        raise Refused(reason=_("Say why the limit was wrong."))
    limit.withdrawn_at, limit.withdrawn_because = timezone.now(), reason.strip()
    limit.save(update_fields=["withdrawn_at", "withdrawn_because"])
    payload = {"limit": limit.pk, "factor": limit.factor_code}
    append(limit.outlet.stream, "limit.withdrawn", by=actor, payload=payload, reason=reason.strip())


def _limit(outlet: Outlet, new: NewLimit) -> OutletLimit:
    factor = Factor.objects.filter(code=new.factor_code).order_by("pk").first()
    if factor is None:
        raise Refused(
            reason=_("There is no factor %(code)s in the factor table.") % {"code": new.factor_code}
        )
    if new.upper is None and new.lower is None:
        raise Refused(reason=_("A limit needs an upper or a lower value."))
    if new.upper is not None and new.lower is not None and new.lower >= new.upper:
        raise Refused(reason=_("The lower value must lie below the upper one."))
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise Refused(reason=_("A limit can't end before it begins."))
    limit = OutletLimit(
        **OutletLimit.where(outlet.jurisdiction),
        enterprise=outlet.enterprise,
        outlet=outlet,
        parties=parties_of(outlet.enterprise),
        factor_code=new.factor_code,
        kind=new.kind,
        averaging=new.averaging,
        upper=new.upper,
        lower=new.lower,
        unit=new.unit or factor.unit_2017,
        decimals=_decimals(new) if new.decimals is None else new.decimals,
        reference_oxygen_pct=new.reference_oxygen_pct,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        source=new.source,
    )
    limit.full_clean(validate_constraints=False)
    return limit


def _decimals(new: NewLimit) -> int:
    """A value is compared after rounding to as many decimals as the limit is written with."""
    written = [value for value in (new.upper, new.lower) if value is not None]
    return max(max(-int(value.as_tuple().exponent), 0) for value in written)


def _overlapping(limit: OutletLimit) -> Any:
    later = Q(valid_to=None) | Q(valid_to__gte=limit.valid_from)
    rows = OutletLimit.objects.filter(
        later,
        outlet=limit.outlet,
        factor_code=limit.factor_code,
        averaging=limit.averaging,
        kind=limit.kind,
        withdrawn_at=None,
    )
    return rows.filter(valid_from__lte=limit.valid_to) if limit.valid_to else rows


def _says_the_same(old: OutletLimit, new: OutletLimit) -> bool:
    """Whether the row is there already; that it was ended meanwhile makes it no other row."""
    names = ("upper", "lower", "unit", "reference_oxygen_pct", "valid_from")
    same = all(getattr(old, name) == getattr(new, name) for name in names)
    return same and (new.valid_to is None or new.valid_to == old.valid_to)


def _end(old: OutletLimit, new: OutletLimit) -> None:
    if old.valid_from >= new.valid_from or (
        new.valid_to and (old.valid_to is None or old.valid_to > new.valid_to)
    ):
        said = {"day": old.valid_from.isoformat(), "source": old.source}
        reason = _(
            "A limit for this factor already begins on %(day)s (%(source)s): "
            "give this one an end before, or withdraw that."
        )
        raise Refused(reason=reason % said)
    old.valid_to = new.valid_from - ONE_DAY
    old.save(update_fields=["valid_to"])


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
