"""Announcements of a batch: kept as printed, judged by their own arithmetic."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bihuan.governance.petitions.actions.engine import actor_for
from bihuan.governance.petitions.models import PetitionBatch
from bihuan.governance.petitions.rules import reconcile
from bihuan.kernel.ledger.actions import append


@transaction.atomic
def receive_batch(
    *, by: Any, number: str, printed: Mapping[str, Any], at: datetime | None = None
) -> tuple[PetitionBatch, str]:
    """Take an announcement in, with the verdict on its arithmetic; gives it and new, changed or unchanged."""
    actor = actor_for(by, "petition.receive")
    known = PetitionBatch.objects.select_for_update().filter(number=number).first()
    if known is not None and known.printed == printed:
        return known, "unchanged"
    before = known.printed if known else {}
    batch = known or PetitionBatch(number=number)
    batch.area, batch.inspection = printed["area"], printed["inspection"]
    batch.batch_no = str(printed.get("batch_no") or "")
    day = printed.get("handover_date")
    batch.handover_date = date.fromisoformat(day) if day else None
    batch.total, batch.printed = printed.get("total"), dict(printed)
    batch.verdict = str(reconcile.verdict(reconcile.check_batch(printed)))
    batch.save()
    kind = "petition.batch_change" if known else "petition.batch"
    append(batch.stream, kind, by=actor, payload={"before": before, "printed": dict(printed)}, at=at)
    return batch, "changed" if known else "new"
