"""Petitions coming in, and coming again with other words."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.governance.petitions.actions.engine import AXES, actor_for, stand
from bihuan.governance.petitions.actions.filling import (
    NewCase,
    fields_of,
    fill,
    fill_search,
    set_parts,
    set_types,
)
from bihuan.governance.petitions.models import PetitionCase, Standing
from bihuan.governance.petitions.sealing import seal
from bihuan.kernel.ledger.actions import append
from bihuan.loop import actions as loop
from bihuan.loop.rules.states import Origin

RECENT = timedelta(days=60)

# Which printed field decides which of ours.
TAKES = {
    "problem": ("problem_text", "title"),
    "verification": ("verification",),
    "verdict": ("finding",),
    "rectification": ("rectification",),
    "closure": ("handling", "strike_off"),
    "closure_target": ("closure_target",),
    "accountability": ("accountability",),
    "published": ("published_on",),
    "key_item": ("key_case",),
    "batch_no": ("batch", "batch_no"),
    "repeats": ("repeats",),
    "truncated_fields": ("truncated_fields",),
}


@transaction.atomic
def receive_case(
    new: NewCase, *, by: Any, same_as: PetitionCase | None = None, at: datetime | None = None
) -> PetitionCase:
    """Take a petition in and raise its problem; idempotent on its key.

    With `same_as`, an earlier case about the same matter, it joins that problem instead. A record of
    another city is kept without a problem: nobody here could be made its owner.
    """
    actor = actor_for(by, "petition.receive", path=new.jurisdiction.path)
    known = PetitionCase.objects.filter(kind="petition", number=new.key).first()
    if known is not None:
        return known  # type: ignore[no-any-return]
    moment = at or _handed_over_at(new.received_on)
    case = PetitionCase(kind="petition", number=new.key, **PetitionCase.where(new.jurisdiction))
    fill(case, new)
    case.complainant = _sealed(new.complainant)
    case.save(force_insert=True)
    set_types(case, new.types)
    set_parts(case, new.parts or {new.jurisdiction: Fraction(1)})
    Standing.objects.create(case=case, from_at=moment, **{name: getattr(case, name) for name in AXES})
    payload = {"number": case.number, "printed": dict(new.printed), "jurisdiction": new.jurisdiction.code}
    append(case.stream, "petition.receive", by=actor, payload=payload, at=moment)
    if not case.is_outside:
        _raise_problem(case, new, by=by, same_as=same_as, at=moment)
    return case


def _raise_problem(
    case: PetitionCase, new: NewCase, *, by: Any, same_as: PetitionCase | None, at: datetime
) -> None:
    if same_as is not None and same_as.problem is not None:
        loop.add_source(same_as.problem, by=by, source=case, at=at)
    else:
        loop.report(
            by=by,
            title=case.title,
            description=case.problem_text,
            place=new.area_printed,
            jurisdiction=new.jurisdiction,
            origin=Origin.SUPERIOR,
            procedure="petition",
            category=case.primary_pollution,
            discovered_on=new.received_on,
            source=case,
            at=at,
        )
    case.refresh_from_db(fields=["problem"])


@transaction.atomic
def update_case(case: PetitionCase, new: NewCase, *, by: Any, at: datetime | None = None) -> bool:
    """Take over what the source prints differently now; says whether anything did.

    An axis is taken over only where its printed word changed, so that what we found ourselves stays.
    """
    actor = actor_for(by, "petition.receive", path=case.jurisdiction_path)
    locked = PetitionCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    before = dict(locked.printed)
    after = {**before, **new.printed}
    if before == after:
        return False
    differing = sorted(name for name in after if before.get(name) != after[name])
    moment = at or timezone.now()
    _take_over(locked, new, differing, at=moment)
    locked.printed = after
    locked.flags = sorted({*locked.flags, *new.flags})
    fill_search(locked)
    locked.save()
    payload = {"before": {name: before.get(name) for name in differing}, "after": dict(new.printed)}
    append(locked.stream, "petition.update", by=actor, payload=payload, at=moment)
    return True


def _take_over(case: PetitionCase, new: NewCase, differing: list[str], *, at: datetime) -> None:
    values = fields_of(new)
    for name in differing:
        for ours in TAKES.get(name, ()):
            setattr(case, ours, values[ours])
    if "pollution_types" in differing:
        case.primary_pollution = values["primary_pollution"]
        set_types(case, new.types)
    if {"verdict", "closure"} & set(differing):
        stand(case, at=at)


def _handed_over_at(day: date | None) -> datetime:
    """Clocks run from the hand-over; for records of past inspections from the moment they are taken in."""
    now = timezone.now()
    if day is None:
        return now
    moment = timezone.make_aware(datetime.combine(day, time(9)))
    return moment if now - RECENT <= moment <= now else now


def _sealed(complainant: Mapping[str, str]) -> str:

    return seal(complainant) if any(complainant.values()) else ""
