"""Marks and the exchange about them: who stated what, who asked, who decided. Nothing is edited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import post_for, require
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.running import trade_of
from bihuan.oversight.monitoring.models import DataMark, MarkNote
from bihuan.oversight.monitoring.models.marks import HOLDING, Standing
from bihuan.oversight.monitoring.permissions import ANSWER_MARK, MARK
from bihuan.oversight.monitoring.rules.marking import Kind, label_of


@transaction.atomic
def make_mark(
    outlet: Outlet,
    *,
    by: Any,
    kind: str,
    label: str,
    start: datetime,
    end: datetime,
    reason: str,
    evidence: Iterable[EvidenceFile] = (),
    at: datetime | None = None,
) -> DataMark:
    """State what the outlet's data of an interval are; the enterprise for its own, an office for all.

    `by` None is the device, for automatic marks. A mark by hand needs a reason.
    """
    actor = SYSTEM if by is None else _may_mark(outlet, by)
    _check(outlet, kind=kind, label=label, start=start, end=end)
    if by is not None and not reason.strip():
        raise Refused(reason=_("A mark made by hand needs a reason in words."))
    mark = DataMark.objects.create(
        **DataMark.where(outlet.jurisdiction),
        parties=outlet.parties,
        outlet=outlet,
        kind=kind,
        label=label,
        start=start,
        end=end,
        automatic=by is None,
        reason=reason,
        made_by=by,
        made_at=at or timezone.now(),
    )
    files = list(evidence)
    mark.evidence.set(files)
    payload = {
        "outlet": outlet.pk,
        "kind": kind,
        "label": label,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "automatic": mark.automatic,
    }
    hashes = [file.sha256 for file in files]
    append(mark.stream, "mark.stated", by=actor, payload=payload, reason=reason, evidence=hashes, at=at)
    return mark


def _may_mark(outlet: Outlet, by: Any) -> Actor:
    unit = outlet.enterprise.unit_id
    return require(by, MARK, path=outlet.jurisdiction_path, units=[unit] if unit else [])


def may_mark(outlet: Outlet, user: Any) -> bool:
    unit = outlet.enterprise.unit_id
    held = post_for(user, MARK, path=outlet.jurisdiction_path, units=[unit] if unit else [])
    return held is not None


def _check(outlet: Outlet, *, kind: str, label: str, start: datetime, end: datetime) -> None:
    if end <= start:
        raise Refused(reason=_("A mark must end after it begins."))
    try:
        label_of(trade_of(outlet), Kind(kind), label)
    except KeyError:
        raise Refused(reason=_("This trade doesn't know the label “%(label)s”.") % {"label": label}) from None


@transaction.atomic
def question_mark(mark: DataMark, *, by: Any, text: str, at: datetime | None = None) -> DataMark:
    """An office asks for an explanation or for evidence; the mark holds meanwhile."""
    return _decide(mark, Standing.QUESTIONED, by=by, text=text, at=at)


@transaction.atomic
def accept_mark(mark: DataMark, *, by: Any, text: str = "", at: datetime | None = None) -> DataMark:
    return _decide(mark, Standing.ACCEPTED, by=by, text=text or _("taken as true"), at=at)


@transaction.atomic
def refuse_mark(mark: DataMark, *, by: Any, text: str, at: datetime | None = None) -> DataMark:
    """The mark no longer holds: its hours are judged as if it were not there."""
    return _decide(mark, Standing.REFUSED, by=by, text=text, at=at)


def _decide(mark: DataMark, standing: str, *, by: Any, text: str, at: datetime | None) -> DataMark:
    actor = require(by, ANSWER_MARK, path=mark.jurisdiction_path)
    return _note(mark, standing, actor=actor, by=by, text=text, at=at)


@transaction.atomic
def answer_mark(mark: DataMark, *, by: Any, text: str, at: datetime | None = None) -> DataMark:
    """The side that made the mark answers a question."""
    actor = _may_mark(mark.outlet, by)
    if mark.standing != Standing.QUESTIONED:
        raise Refused(reason=_("Nobody asked about this mark."))
    return _note(mark, Standing.STATED, actor=actor, by=by, text=text, at=at)


@transaction.atomic
def withdraw_mark(mark: DataMark, *, by: Any, text: str, at: datetime | None = None) -> DataMark:
    actor = _may_mark(mark.outlet, by)
    return _note(mark, Standing.WITHDRAWN, actor=actor, by=by, text=text, at=at)


def _note(
    mark: DataMark, standing: str, *, actor: Actor, by: Any, text: str, at: datetime | None
) -> DataMark:
    locked = DataMark.objects.select_for_update(of=("self",)).get(pk=mark.pk)
    if locked.standing not in HOLDING:
        raise Refused(reason=_("This mark was refused or withdrawn and can't be taken up again."))
    if not text.strip():
        raise Refused(reason=_("A reason in words is required."))
    moment = at or timezone.now()
    MarkNote.objects.create(mark=locked, standing=standing, text=text, by=by, at=moment)
    before = locked.standing
    locked.standing = standing
    locked.save(update_fields=["standing"])
    append(locked.stream, f"mark.{standing}", by=actor, payload={"from": before}, reason=text, at=at)
    return locked
