"""What every act on a case shares: lock, permission, moment; then exact fields, standing, ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.models import PetitionCase, Standing
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import require

AXES = ("finding", "handling", "strike_off")


def begin(
    case: PetitionCase, permission: str, *, by: Any, at: datetime | None
) -> tuple[PetitionCase, Actor, datetime]:
    locked = PetitionCase.objects.select_for_update(of=("self",)).select_related("problem").get(pk=case.pk)
    problem = locked.problem
    units = [problem.lead_unit_id] if problem else []
    actor = require(by, permission, path=locked.jurisdiction_path, units=units)
    now = timezone.now()
    last = locked.standings.get(until_at=None).from_at
    if at is not None and not last <= at <= now:
        raise Refused(reason=_("The moment given lies in the future or before the case's last change."))
    return locked, actor, at or now


def finish(
    case: PetitionCase,
    names: list[str],
    kind: str,
    *,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
) -> PetitionCase:
    case.save(update_fields=names)
    stand(case, at=at)
    said = {name: str(getattr(case, name)) for name in names}
    append(case.stream, kind, by=actor, payload={**said, **(payload or {})}, at=at)
    return case


def stand(case: PetitionCase, *, at: datetime) -> None:
    case.standings.filter(until_at=None).update(until_at=at)
    Standing.objects.create(case=case, from_at=at, **{name: getattr(case, name) for name in AXES})


def actor_for(by: Any, permission: str, *, path: str | None = None) -> Actor:
    """The ledger's actor; None is the system, which may import."""
    return SYSTEM if by is None else require(by, permission, path=path)


def in_words(text: str) -> str:
    if not text.strip():
        raise Refused(reason=_("Say it in words; this can't be empty."))
    return text.strip()
