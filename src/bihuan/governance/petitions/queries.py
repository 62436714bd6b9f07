"""Longer reads: counts of the three axes, parts by place, the neighbours of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from bihuan.governance.petitions.models import (
    SUBSTANTIATED,
    Attribution,
    Handling,
    PetitionBatch,
    PetitionCase,
    StrikeOff,
)
from bihuan.governance.petitions.rules import attribution, reconcile
from bihuan.governance.petitions.rules.rates import Counts
from bihuan.governance.petitions.rules.reconcile import Check
from bihuan.kernel.places.models import Jurisdiction

CONCLUDED = Q(handling_then=Handling.CONCLUDED)
FOUNDED = Q(finding_then__in=SUBSTANTIATED)

MEASURES: Mapping[str, Count] = {
    "total": Count("pk"),
    "substantiated": Count("pk", filter=FOUNDED),
    "concluded": Count("pk", filter=CONCLUDED),
    "stage_concluded": Count("pk", filter=Q(handling_then=Handling.STAGE_CONCLUDED)),
    "concluded_substantiated": Count("pk", filter=CONCLUDED & FOUNDED),
    "submitted": Count("pk", filter=~Q(strike_off_then=StrikeOff.NONE)),
    "struck_off": Count("pk", filter=Q(strike_off_then=StrikeOff.STRUCK_OFF)),
}


def cases_at(moment: datetime, *, user: Any, inspection: str = "") -> Any:
    """This city's cases that `user` may see, with the axes as they stood."""
    rows = PetitionCase.objects.visible_to(user).ours().standing_at(moment)
    return rows.filter(inspection=inspection) if inspection else rows


def counts(rows: "QuerySet[PetitionCase]") -> Counts:
    return Counts(**rows.order_by().aggregate(**MEASURES))


@dataclass(frozen=True)
class PlaceShare:
    place: Jurisdiction
    cases: str
    counts: Counts


def by_place(rows: "QuerySet[PetitionCase]") -> list[PlaceShare]:
    """How many cases each place answers for, in exact parts, and what became of those it has a part in."""
    parts: dict[int, dict[Jurisdiction, Fraction]] = {}
    found = Attribution.objects.filter(case__in=rows.order_by().values("pk")).select_related("jurisdiction")
    for one in found:
        parts.setdefault(one.case_id, {})[one.jurisdiction] = one.part
    shares = attribution.totals(parts.values())
    return [
        PlaceShare(place, attribution.printed(share), counts(rows.filter(attributions__jurisdiction=place)))
        for place, share in sorted(shares.items(), key=lambda item: item[0].path)
    ]


def by_type(rows: "QuerySet[PetitionCase]") -> dict[str, int]:
    grouped = rows.order_by().values("primary_pollution").annotate(cases=Count("pk"))
    return {row["primary_pollution"]: row["cases"] for row in grouped.order_by("-cases")}


def inspections(user: Any) -> list[str]:
    rows = PetitionCase.objects.visible_to(user).exclude(inspection="").order_by("inspection")
    return list(rows.values_list("inspection", flat=True).distinct())


@dataclass(frozen=True)
class Judged:
    """A batch with its checks and, where the one before it is known, the checks of the two together."""

    batch: PetitionBatch
    checks: list[Check]
    before: PetitionBatch | None
    following: list[Check]

    @property
    def verdict(self) -> reconcile.Verdict:
        return reconcile.verdict([*self.checks, *self.following])


def judge(batch: PetitionBatch) -> Judged:
    alike = PetitionBatch.objects.filter(area=batch.area, inspection=batch.inspection).exclude(pk=batch.pk)
    before = next((one for one in alike if reconcile.follows(one.printed, batch.printed)), None)
    following = reconcile.check_following(before.printed, batch.printed) if before else []
    return Judged(batch, reconcile.check_batch(batch.printed), before, following)
