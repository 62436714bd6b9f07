"""What a case leads to, and which places answer for it."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.actions.engine import begin, in_words
from bihuan.governance.petitions.actions.filling import set_parts
from bihuan.governance.petitions.models import Effect, PetitionCase
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.places.models import Jurisdiction


@transaction.atomic
def set_attribution(
    case: PetitionCase,
    *,
    by: Any,
    parts: Mapping[Jurisdiction, Fraction],
    reason: str,
    at: datetime | None = None,
) -> PetitionCase:
    """Say which places answer for the case and for how much; together the parts are exactly 1."""
    locked, actor, moment = begin(case, "petition.attribute", by=by, at=at)
    before = {
        one.jurisdiction.code: str(one.part) for one in locked.attributions.select_related("jurisdiction")
    }
    set_parts(locked, parts)
    payload = {"before": before, "after": {place.code: str(part) for place, part in parts.items()}}
    append(locked.stream, "petition.attribute", by=actor, payload=payload, reason=in_words(reason), at=moment)
    return locked


@transaction.atomic
def record_effect(
    case: PetitionCase, *, by: Any, kind: str, decided_on: date, at: datetime | None = None, **facts: Any
) -> Effect:
    """One effect of the case; `facts` are acts, persons, amount_yuan, rank, note."""
    locked, actor, moment = begin(case, "petition.handle", by=by, at=at)
    if kind not in Effect.Kind.values:
        raise Refused(reason=_("Choose a kind of effect."))
    facts["amount_yuan"] = facts.get("amount_yuan") or None  # nothing paid is no amount
    if (kind == Effect.Kind.FINE) != bool(facts["amount_yuan"]):
        raise Refused(reason=_("A fine has an amount, and only a fine has."))
    if kind == Effect.Kind.ACCOUNTABILITY and not facts.get("rank"):
        raise Refused(reason=_("Say the rank of who was held accountable."))
    effect: Effect = Effect.objects.create(case=locked, kind=kind, decided_on=decided_on, **facts)
    said = {name: str(value) for name, value in facts.items() if value}
    payload = {"kind": kind, "decided_on": decided_on.isoformat(), **said}
    append(locked.stream, "petition.effect", by=actor, payload=payload, at=moment)
    return effect
