"""Opening rounds and taking in what they fed back. Everything after that is the loop's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.rules.counts import Nature
from bihuan.governance.inspections.rules.printed import short_name
from bihuan.kernel.calendar.queries import due_date, load_calendar
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import require
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop import actions as loop
from bihuan.loop.rules.states import Level, Origin, TimeLimit

PERMISSION = "inspection.manage"
# Plans for rounds 1 and 2 were due within 30 working days, from the second batch of round 3 within 45.
PLAN_RULES = {1: "superior_plan_30", 2: "superior_plan_30"}
LATER_PLAN_RULE = "superior_plan_45"


@dataclass(frozen=True)
class NewItem:
    """What a feedback document says about one problem."""

    text: str
    nature: str
    jurisdiction: Jurisdiction
    title: str = ""
    ordinal: int | None = None
    problem_type: str = ""
    task: str = ""
    goal: str = ""
    time_limit: str = TimeLimit.DATE
    deadline: date | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    category: str = ""
    level: str = Level.MAJOR
    highlight: bool = False
    parent: FeedbackItem | None = None
    parent_reference: str = ""
    source_number: str = ""
    source_document: str = ""
    printed: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


def _manager(by: Any, path: str) -> Actor:
    """The ledger's actor; None is the system, which may import."""
    return SYSTEM if by is None else require(by, PERMISSION, path=path)


def plan_rule_of(ordinal: int | None) -> str:
    return PLAN_RULES.get(ordinal or 0, LATER_PLAN_RULE)


@transaction.atomic
def open_round(
    *,
    by: Any,
    name: str,
    inspected: Jurisdiction,
    level: str = Round.Level.CENTRAL,
    kind: str = Round.Kind.ROUTINE,
    ordinal: int | None = None,
    batch: int | None = None,
    team: str = "",
    publisher: str = "",
    on_site_from: date | None = None,
    on_site_to: date | None = None,
    feedback_on: date | None = None,
    plan_rule_id: str = "",
    document_ref: str = "",
    at: datetime | None = None,
) -> Round:
    """Open a round; with the feedback day known, the date of the plan owed to the superior is fixed."""
    actor = _manager(by, inspected.path)
    if Round.objects.filter(name=name).exists():
        raise Refused(reason=_("A round with the name “%(name)s” exists already.") % {"name": name})
    if on_site_from and on_site_to and on_site_from > on_site_to:
        raise Refused(reason=_("The inspection can't end before it begins."))
    opened = Round(
        name=name,
        inspected=inspected,
        level=level,
        kind=kind,
        ordinal=ordinal,
        batch=batch,
        team=team,
        publisher=publisher,
        on_site_from=on_site_from,
        on_site_to=on_site_to,
        document_ref=document_ref,
    )
    if feedback_on is not None:
        _start_plan_clock(opened, feedback_on, plan_rule_id or plan_rule_of(ordinal))
    opened.save(force_insert=True)
    payload = {"name": name, "level": str(level), "kind": str(kind), **_feedback_payload(opened)}
    append(opened.stream, "round.open", by=actor, payload=payload, rule_version=opened.rule_version, at=at)
    return opened


@transaction.atomic
def receive_feedback(
    inspected: Round, *, by: Any, feedback_on: date, plan_rule_id: str = "", at: datetime | None = None
) -> Round:
    """Enter the day of the feedback later than the round; once set, the plan's date stays."""
    actor = _manager(by, inspected.inspected.path)
    locked = Round.objects.select_for_update(of=("self",)).get(pk=inspected.pk)
    if locked.feedback_on is not None:
        raise Refused(reason=_("The day of the feedback has been entered already."))
    _start_plan_clock(locked, feedback_on, plan_rule_id or plan_rule_of(locked.ordinal))
    locked.save(update_fields=[*CLOCK_FIELDS, "feedback_on"])
    append(locked.stream, "round.receive_feedback", by=actor, payload=_feedback_payload(locked), at=at)
    return locked


CLOCK_FIELDS = ("rule_id", "rule_version", "calendar_version", "started_at", "due_on", "provisional")


def _start_plan_clock(inspected: Round, feedback_on: date, rule_id: str) -> None:
    due, rule = due_date(rule_id, feedback_on)
    inspected.feedback_on = feedback_on
    inspected.rule_id, inspected.rule_version = rule_id, rule.version
    inspected.calendar_version = load_calendar().version
    inspected.started_at = timezone.make_aware(datetime.combine(feedback_on, time(9)))
    inspected.due_on, inspected.provisional = due.day, due.provisional


def _feedback_payload(inspected: Round) -> dict[str, Any]:
    return {
        "feedback_on": inspected.feedback_on.isoformat() if inspected.feedback_on else None,
        "plan_due_on": inspected.due_on.isoformat() if inspected.due_on else None,
        "plan_rule": inspected.rule_id,
    }


@transaction.atomic
def submit_round_plan(inspected: Round, *, by: Any, document_ref: str, at: datetime | None = None) -> Round:
    """Note that the plan of the whole round went to the superior level, and stop its clock."""
    actor = _manager(by, inspected.inspected.path)
    locked = Round.objects.select_for_update(of=("self",)).get(pk=inspected.pk)
    if locked.feedback_on is None:
        raise Refused(reason=_("The day of the feedback must be entered first."))
    if locked.stopped_at is not None:
        raise Refused(reason=_("The plan of this round has been sent already."))
    if not document_ref.strip():
        raise Refused(reason=_("Give the number of the document."))
    locked.stopped_at, locked.outcome = at or timezone.now(), "submitted"
    locked.save(update_fields=["stopped_at", "outcome"])
    append(locked.stream, "round.submit_plan", by=actor, payload={"document": document_ref}, at=at)
    return locked


@transaction.atomic
def receive_item(inspected: Round, new: NewItem, *, by: Any, at: datetime | None = None) -> FeedbackItem:
    """Take in one item: its record, its problem, and the registration (a feedback is established)."""
    actor = _manager(by, new.jurisdiction.path)
    _check_item(inspected, new)
    item = FeedbackItem.objects.create(**_item_fields(inspected, new))
    problem = loop.report(
        by=by,
        title=item.title,
        description=new.text,
        place=new.place,
        jurisdiction=new.jurisdiction,
        origin=Origin.SUPERIOR,
        procedure="feedback",
        category=new.category,
        discovered_on=inspected.feedback_on,
        lon=new.lon,
        lat=new.lat,
        source=item,
        at=at,
    )
    loop.register(problem, by=by, level=new.level, category=new.category, at=at)
    item.refresh_from_db()
    payload = {
        "number": item.number,
        "ordinal": item.ordinal,
        "nature": item.nature,
        "text": item.original_text,
        "problem": problem.number,
        "parent": new.parent.number if new.parent else new.parent_reference,
    }
    append(inspected.stream, "round.receive_item", by=actor, payload=payload, at=at)
    return item


def _check_item(inspected: Round, new: NewItem) -> None:
    if not new.text.strip():
        raise Refused(reason=_("The text of the feedback is missing."))
    if new.nature not in Nature.values:
        raise Refused(reason=_("Say whether it is a specific or a common problem."))
    if new.time_limit == TimeLimit.LONG_TERM and new.deadline is not None:
        raise Refused(reason=_("Give a deadline, or choose “act at once, keep up long-term”; not both."))
    if new.ordinal is not None and inspected.items.filter(ordinal=new.ordinal).exists():
        raise Refused(reason=_("The ordinal %(ordinal)s is taken in this round.") % {"ordinal": new.ordinal})
    if new.parent is not None:
        _check_parent(new.parent, deadline=new.deadline, own=None)


def _item_fields(inspected: Round, new: NewItem) -> dict[str, Any]:
    Round.objects.select_for_update(of=("self",)).get(pk=inspected.pk)
    last: int = inspected.items.aggregate(last=Max("ordinal"))["last"] or 0
    ordinal = new.ordinal or last + 1
    kind = "warning_film" if inspected.kind == Round.Kind.WARNING_FILM else "feedback"
    return {
        **FeedbackItem.where(new.jurisdiction),
        "kind": kind,
        "number": f"DC{inspected.pk:03d}-{ordinal:03d}",
        "title": new.title or short_name(new.text),
        "received_on": inspected.feedback_on,
        "round": inspected,
        "ordinal": ordinal,
        "original_text": new.text,
        "nature": new.nature,
        "problem_type": new.problem_type,
        "task": new.task,
        "goal": new.goal,
        "time_limit": new.time_limit,
        "deadline": new.deadline,
        "highlight": new.highlight,
        "parent_item": new.parent,
        "parent_reference": new.parent_reference,
        "source_number": new.source_number,
        "source_document": new.source_document,
        "printed": dict(new.printed),
        "flags": sorted(new.flags),
    }


@transaction.atomic
def link_parent(
    item: FeedbackItem, *, by: Any, parent: FeedbackItem, reason: str = "", at: datetime | None = None
) -> FeedbackItem:
    """Hang a city's or county's item under the superior's item from which it was fanned out."""
    actor = _manager(by, item.jurisdiction_path)
    locked = FeedbackItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    _check_parent(parent, deadline=locked.deadline, own=locked)
    old = locked.parent_item.number if locked.parent_item else ""
    locked.parent_item = parent
    locked.save(update_fields=["parent_item"])
    payload = {"item": locked.number, "old": old, "new": parent.number}
    append(locked.round.stream, "round.link_parent", by=actor, payload=payload, reason=reason, at=at)
    return locked


def _check_parent(parent: FeedbackItem, *, deadline: date | None, own: FeedbackItem | None) -> None:
    above: FeedbackItem | None = parent
    while above is not None:
        if own is not None and above.pk == own.pk:
            raise Refused(reason=_("An item can't hang under itself."))
        above = above.parent_item
    if deadline and parent.deadline and deadline > parent.deadline:
        raise Refused(
            reason=_("The deadline is later than that of the superior's item: %(day)s.")
            % {"day": parent.deadline.isoformat()}
        )


@transaction.atomic
def note_printed(
    item: FeedbackItem,
    *,
    by: Any,
    printed: Mapping[str, Any],
    flags: tuple[str, ...],
    source_number: str = "",
    source_document: str = "",
    at: datetime | None = None,
) -> bool:
    """Keep what a source printed about a known item; False when it says nothing new."""
    actor = _manager(by, item.jurisdiction_path)
    locked = FeedbackItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    new = {
        "printed": dict(printed),
        "flags": sorted(flags),
        "source_number": locked.source_number or source_number,
        "source_document": source_document or locked.source_document,
    }
    old = {name: getattr(locked, name) for name in new}
    if new == old:
        return False
    for name, value in new.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(new))
    payload = {"item": locked.number, "old": old, "new": new}
    append(locked.round.stream, "round.note_printed", by=actor, payload=payload, at=at)
    return True
