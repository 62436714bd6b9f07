from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.figures import registry, rules
from bihuan.kernel.figures.models import CompleteRecords, RecordedFigure
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import actor_of, require
from bihuan.kernel.places.models import Jurisdiction


def record_figure(
    figure_id: str,
    *,
    by: Any,
    jurisdiction: Jurisdiction,
    as_of: date,
    document_ref: str,
    author: str,
    value: rules.Number | None = None,
    value_text: str = "",
) -> RecordedFigure:
    """Write down one official statement of a figure; by=None is the system (demo, import)."""
    actor = actor_of(None) if by is None else require(by, "figure.record", path=jurisdiction.path)
    _check(registry.entry(figure_id), value=value, value_text=value_text, document_ref=document_ref)
    with transaction.atomic():
        stated = RecordedFigure.objects.create(
            figure_id=figure_id,
            value=value,
            value_text=value_text,
            as_of=as_of,
            document_ref=document_ref,
            author=author,
            recorded_by=by,
            recorded_at=timezone.now(),
            **RecordedFigure.where(jurisdiction),
        )
        payload = {
            "record": stated.pk,
            "jurisdiction": jurisdiction.code,
            "value": None if value is None else str(value),
            "value_text": value_text,
            "as_of": as_of.isoformat(),
            "document_ref": document_ref,
            "author": author,
        }
        append(f"figure:{figure_id}"[:80], "figure.recorded", by=actor, payload=payload)
    return stated


@transaction.atomic
def declare_complete(
    figure_id: str, *, by: Any, jurisdiction: Jurisdiction, since: date, document_ref: str
) -> CompleteRecords:
    """Say that from a day on the city's own records behind a figure are complete; by=None is the system.

    Figures over the same records change together. An earlier declaration is replaced; the ledger keeps it.
    """
    actor = actor_of(None) if by is None else require(by, "figure.record", path=jurisdiction.path)
    subject = registry.entry(figure_id).complete_with
    if not subject:
        raise Refused(reason=_("This figure does not depend on records that are brought in over time."))
    if not document_ref.strip():
        raise Refused(reason=_("Name the document in which the value is stated."))
    fields = {"since": since, "document_ref": document_ref, "declared_by": by, "declared_at": timezone.now()}
    declared, _made = CompleteRecords.objects.update_or_create(subject=subject, defaults=fields)
    payload = {"subject": subject, "since": since.isoformat(), "document_ref": document_ref}
    append(f"figure:{figure_id}"[:80], "figure.records_complete", by=actor, payload=payload)
    return declared


def _check(found: registry.Entry, *, value: Any, value_text: str, document_ref: str) -> None:
    if not found.recordable:
        raise Refused(reason=_("This figure is computed from records and can't be entered."))
    if value is None and not value_text.strip():
        raise Refused(reason=_("Give a number or a text as the value."))
    if value is not None and value_text.strip():
        raise Refused(reason=_("Give either a number or a text, not both."))
    if not document_ref.strip():
        raise Refused(reason=_("Name the document in which the value is stated."))
