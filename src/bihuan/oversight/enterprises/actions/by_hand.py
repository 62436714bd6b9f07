"""A colour set by hand takes two people and ends by itself; an objection is answered and erases nothing."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.queries import due_date
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.oversight.enterprises.actions.colour import recolour, rule_on
from bihuan.oversight.enterprises.models import ColourObjection, ColourSpan, Enterprise, ManualColour
from bihuan.oversight.enterprises.permissions import COLOUR, OBJECT
from bihuan.oversight.enterprises.rules.colour import numbers_from

ANSWER_RULE = "colour_objection_answer"


@transaction.atomic
def ask_for_colour(enterprise: Enterprise, *, by: Any, colour: str, reason: str, until: date) -> ManualColour:
    """Ask for a colour by hand; it holds once another person confirms it."""
    actor = require(by, COLOUR, path=enterprise.jurisdiction_path)
    today = timezone.localdate()
    if not reason.strip():
        raise Refused(reason=_("A colour set by hand needs a reason."))
    longest = numbers_from(rule_on(today).numbers).by_hand_days
    if not today <= until <= today + timedelta(days=longest):
        raise Refused(reason=_("A colour set by hand holds for at most %(days)s days.") % {"days": longest})
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    _end_lapsed(enterprise, today)
    if enterprise.manual_colours.filter(ended_at=None).exists():
        raise Refused(
            reason=_("A colour set by hand is in force or waits for its confirmation; end it first.")
        )
    manual = ManualColour.objects.create(
        enterprise=enterprise,
        colour=colour,
        reason=reason.strip(),
        until=until,
        asked_by=by,
        asked_at=timezone.now(),
    )
    payload = {"colour": colour, "until": until.isoformat()}
    append(enterprise.stream, "enterprise.colour_asked", by=actor, payload=payload, reason=manual.reason)
    return manual


@transaction.atomic
def confirm_colour(manual: ManualColour, *, by: Any) -> ManualColour:
    """The second person's word; the colour is shown from now on, as one set by hand."""
    actor = require(by, COLOUR, path=manual.enterprise.jurisdiction_path)
    manual = ManualColour.objects.select_for_update().get(pk=manual.pk)
    if manual.ended_at or manual.confirmed_at:
        raise Refused(reason=_("This colour is no longer waiting for a confirmation."))
    if manual.asked_by_id == by.pk:
        raise Refused(reason=_("Another person must confirm a colour set by hand."))
    manual.confirmed_by, manual.confirmed_at = by, timezone.now()
    manual.save(update_fields=["confirmed_by", "confirmed_at"])
    payload = {"colour": manual.colour, "until": manual.until.isoformat()}
    append(manual.enterprise.stream, "enterprise.colour_confirmed", by=actor, payload=payload)
    recolour([manual.enterprise_id])
    return manual


@transaction.atomic
def end_colour(manual: ManualColour, *, by: Any, reason: str) -> None:
    """End a colour set by hand, or take back the wish for one; the rule's own colour is shown again."""
    actor = require(by, COLOUR, path=manual.enterprise.jurisdiction_path)
    manual = ManualColour.objects.select_for_update().get(pk=manual.pk)
    if manual.ended_at:
        raise Refused(reason=_("This colour has ended already."))
    manual.ended_at = timezone.now()
    manual.save(update_fields=["ended_at"])
    append(manual.enterprise.stream, "enterprise.colour_ended", by=actor, reason=reason.strip())
    recolour([manual.enterprise_id])


def _end_lapsed(enterprise: Enterprise, today: date) -> None:
    enterprise.manual_colours.filter(ended_at=None, until__lt=today).update(ended_at=timezone.now())


@transaction.atomic
def object_to(enterprise: Enterprise, *, by: Any, text: str) -> ColourObjection:
    """The enterprise says what is wrong with its present colour; an answer is due in five working days."""
    # Nobody objects for an enterprise that has no unit: the empty path keeps "any post" from being enough.
    actor = require(by, OBJECT, path="", units=[enterprise.unit_id])
    span = ColourSpan.objects.select_for_update().filter(enterprise=enterprise, ended_at=None).first()
    if span is None:
        raise Refused(reason=_("The enterprise has no colour to object to."))
    if span.objections.filter(answered_at=None).exists():
        raise Refused(reason=_("An objection to this colour is waiting for its answer."))
    if not text.strip():
        raise Refused(reason=_("Say what is wrong with the colour."))
    due, _rule = due_date(ANSWER_RULE, timezone.localdate())
    objection = ColourObjection.objects.create(
        enterprise=enterprise,
        span=span,
        text=text.strip(),
        filed_by=by,
        filed_at=timezone.now(),
        due_on=due.day,
    )
    append(
        enterprise.stream,
        "enterprise.objected",
        by=actor,
        payload={"objection": objection.pk, "colour": span.colour},
        reason=objection.text,
    )
    return objection


@transaction.atomic
def answer_objection(objection: ColourObjection, *, by: Any, upheld: bool, answer: str) -> ColourObjection:
    """Answer an objection. Upheld, it stands beside the colour; the facts are their area's to mend."""
    enterprise = objection.enterprise
    actor = require(by, COLOUR, path=enterprise.jurisdiction_path)
    objection = ColourObjection.objects.select_for_update().get(pk=objection.pk)
    if objection.answered_at:
        raise Refused(reason=_("The objection has been answered."))
    if not answer.strip():
        raise Refused(reason=_("An answer needs its reasons."))
    objection.upheld, objection.answer = upheld, answer.strip()
    objection.answered_by, objection.answered_at = by, timezone.now()
    objection.save(update_fields=["upheld", "answer", "answered_by", "answered_at"])
    append(
        enterprise.stream,
        "enterprise.objection_answered",
        by=actor,
        payload={"objection": objection.pk, "upheld": upheld},
        reason=objection.answer,
    )
    return objection
