"""Making two entries of one enterprise one, and taking that back."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.actions.records import make_findable, share_parties
from bihuan.oversight.enterprises.models import ColourSpan, Enterprise, Merger
from bihuan.oversight.enterprises.permissions import MERGE
from bihuan.oversight.enterprises.rules.vocabulary import IdKind

TAKEN_WHEN_EMPTY = (
    "legal_representative",
    "contact_name",
    "contact_phone",
    "address",
    "industry_code",
    "industry",
)

OTHER_NAME = "other_name"


@transaction.atomic
def merge(duplicate: Enterprise, kept: Enterprise, *, by: Any, reason: str) -> Merger:
    """Move what the duplicate has to the entry that is kept; both histories stay, the duplicate redirects."""
    duplicate, kept = _locked(duplicate, kept)
    actor = require(by, MERGE, path=duplicate.jurisdiction_path)
    require(by, MERGE, path=kept.jurisdiction_path)
    if refusal := _refusal(duplicate, kept, reason):
        raise Refused(reason=refusal)
    now = timezone.now()
    taken = _take_over(duplicate, kept)
    moved = {label: list(_move(model, duplicate, kept)) for label, model in movable()}
    duplicate.merged_into, duplicate.merged_at = kept, now
    duplicate.save(update_fields=["merged_into", "merged_at", "changed_at"])
    kept.save()
    ColourSpan.objects.filter(enterprise=duplicate, ended_at=None).update(ended_at=now)
    share_parties(kept)
    merger = Merger.objects.create(
        duplicate=duplicate,
        kept=kept,
        moved={label: rows for label, rows in moved.items() if rows},
        taken=taken,
        reason=reason.strip(),
        merged_by=by,
        merged_at=now,
    )
    payload = {"merger": merger.pk, "duplicate": duplicate.pk, "kept": kept.pk, "moved": merger.moved}
    for one in (duplicate, kept):
        append(one.stream, "enterprise.merged", by=actor, payload=payload, reason=merger.reason)
    recolour([kept.pk])
    return merger


@transaction.atomic
def undo_merger(merger: Merger, *, by: Any, reason: str) -> None:
    """Give the duplicate back what it had; refused with every reason why that is not possible."""
    merger = Merger.objects.select_for_update().get(pk=merger.pk)
    duplicate, kept = _locked(merger.duplicate, merger.kept)
    actor = require(by, MERGE, path=duplicate.jurisdiction_path)
    require(by, MERGE, path=kept.jurisdiction_path)
    if reasons := [*why_not_undone(merger)] or (
        [] if reason.strip() else [_("Say why the merger was wrong.")]
    ):
        raise Refused(reason=" ".join(reasons))
    for label, rows in merger.moved.items():
        apps.get_model(label)._default_manager.filter(pk__in=rows).update(enterprise=duplicate)
    _put_back(merger.taken, kept)
    kept.save()
    duplicate.merged_into = duplicate.merged_at = None
    duplicate.save(update_fields=["merged_into", "merged_at", "changed_at"])
    share_parties(kept)
    share_parties(duplicate)
    merger.undone_by, merger.undone_at, merger.undone_because = by, timezone.now(), reason.strip()
    merger.save(update_fields=["undone_by", "undone_at", "undone_because"])
    for one in (duplicate, kept):
        append(
            one.stream,
            "enterprise.merger_undone",
            by=actor,
            payload={"merger": merger.pk},
            reason=reason.strip(),
        )
    recolour([kept.pk, duplicate.pk])


def why_not_undone(merger: Merger) -> Iterator[str]:
    """Every reason for which the merger can't be taken back, in full sentences."""
    if merger.undone_at is not None:
        yield _("The merger has been undone already.")
        return
    if merger.kept.merged_into_id is not None:
        yield _("%(name)s was itself merged into another entry; undo that first.") % {
            "name": merger.kept.name
        }
    for label, rows in merger.moved.items():
        model = apps.get_model(label)
        there = model._default_manager.filter(pk__in=rows, enterprise=merger.kept_id).count()
        if there < len(rows):
            said = {"count": len(rows) - there, "what": model._meta.verbose_name}
            yield _("%(count)s × %(what)s moved on since then.") % said
    for name in merger.taken:
        if name != OTHER_NAME and getattr(merger.kept, name) != getattr(merger.duplicate, name):
            said = {"field": name_of(name)}
            yield _("“%(field)s” was changed after it had been taken over.") % said


def name_of(field: str) -> str:
    return str(getattr(Enterprise._meta.get_field(field), "verbose_name", field))


def movable() -> list[tuple[str, Any]]:
    """Every model that points to an enterprise as its own, in whatever area, by its label."""
    found = {
        relation.related_model._meta.label: relation.related_model
        for relation in Enterprise._meta.related_objects
        if relation.field.name == "enterprise"
        and not getattr(relation.related_model, "stays_when_merged", False)
    }
    return sorted(found.items())


def _locked(*pair: Enterprise) -> list[Enterprise]:
    keys = [one.pk for one in pair]
    rows = Enterprise.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def _refusal(duplicate: Enterprise, kept: Enterprise, reason: str) -> str:
    if duplicate.pk == kept.pk:
        return _("An entry can't be merged into itself.")
    if duplicate.merged_into_id or kept.merged_into_id:
        return _("One of the two was merged already.")
    if duplicate.uscc and kept.uscc and duplicate.uscc != kept.uscc:
        return _("Two different credit codes are two enterprises; correct the code first.")
    return "" if reason.strip() else _("Say why the two are one enterprise.")


def _take_over(duplicate: Enterprise, kept: Enterprise) -> dict[str, Any]:
    """What the kept entry lacks it takes from the duplicate; returns what it had before, to be put back."""
    before: dict[str, Any] = {}
    for name in TAKEN_WHEN_EMPTY:
        if not getattr(kept, name) and getattr(duplicate, name):
            before[name] = getattr(kept, name)
            setattr(kept, name, getattr(duplicate, name))
    if kept.uscc is None and duplicate.uscc is not None:
        before |= {"uscc": None, "id_kind": kept.id_kind}
        kept.uscc, kept.id_kind = duplicate.uscc, IdKind(duplicate.id_kind)
    if duplicate.name not in (kept.name, *kept.former_names):
        before[OTHER_NAME] = duplicate.name
        kept.former_names = [*kept.former_names, duplicate.name]
    make_findable(kept)
    return before


def _put_back(taken: dict[str, Any], kept: Enterprise) -> None:
    for name, value in taken.items():
        if name == OTHER_NAME:
            kept.former_names = [one for one in kept.former_names if one != value]
        else:
            setattr(kept, name, value)
    make_findable(kept)


def _move(model: Any, duplicate: Enterprise, kept: Enterprise) -> list[int]:
    rows = model._default_manager.filter(enterprise=duplicate)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(enterprise=kept)
    return keys
