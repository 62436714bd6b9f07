"""What the problem register does to many problems at once; each goes through the act's own action."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bihuan.kernel.people.models import Unit, User
from bihuan.kernel.registers.bulk import BulkAct, BulkExport
from bihuan.kernel.registers.columns import Column
from bihuan.loop import actions
from bihuan.loop.forms.base import LeaderField, UnitField, line, text
from bihuan.loop.models import Attachment, Problem
from bihuan.loop.rules.states import Level, Substantiation
from bihuan.loop.rules.transitions import BY_EVENT

FOUND = [
    choice
    for choice in Substantiation.choices
    if choice[0] not in (Substantiation.UNKNOWN, Substantiation.UNFOUNDED)
]


class ManyForm(forms.Form):
    """Asks what all the chosen problems share."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class RegisterMany(ManyForm):
    substantiation = forms.ChoiceField(label=gettext_lazy("Substantiation"), choices=FOUND)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.GENERAL)
    category = line(gettext_lazy("Category"), required=False, length=40)


class AssignMany(ManyForm):
    lead_unit = UnitField(gettext_lazy("Lead unit"))
    acceptance_unit = UnitField(
        gettext_lazy("Acceptance unit"),
        help_text=gettext_lazy("It may not be one of the responsible units."),
    )
    leading_official = LeaderField(gettext_lazy("Leading official"), required=False)
    reason = text(gettext_lazy("Remark"), rows=3, required=False)


class RemindMany(ManyForm):
    text = text(gettext_lazy("What to say"), rows=3, required=False)


def register_one(problem: Problem, *, by: Any, **said: Any) -> str:
    registered = actions.register(problem, by=by, **said)
    return _("Registered as “%(level)s”.") % {"level": Level(registered.level).label}


def assign_one(
    problem: Problem,
    *,
    by: Any,
    lead_unit: Unit,
    acceptance_unit: Unit,
    leading_official: User | None,
    reason: str,
) -> str:
    assigned = actions.assign(
        problem,
        by=by,
        lead_unit=lead_unit,
        acceptance_unit=acceptance_unit,
        leading_official=leading_official,
        reason=reason,
    )
    due = assigned.due_on.isoformat() if assigned.due_on else _("no date")
    return _("Goes to %(lead)s, to be accepted by %(acceptor)s; due: %(day)s.") % {
        "lead": lead_unit.name,
        "acceptor": acceptance_unit.name,
        "day": due,
    }


def remind_one(problem: Problem, *, by: Any, text: str) -> str:
    names = actions.remind(problem, by=by, text=text)
    return _("A notice goes to %(names)s.") % {"names": "、".join(names)}


def evidence_of(problems: Any) -> Any:
    shown = Attachment.objects.filter(problem__in=problems)
    return shown.select_related("problem", "file", "by").order_by("problem__number", "pk")


def files_said(count: int) -> str:
    if not count:
        return _("No evidence yet: not in the index.")
    return ngettext("%(count)s file", "%(count)s files", count) % {"count": count}


EVIDENCE_COLUMNS = (
    Column("number", gettext_lazy("Number"), value="problem.number", kind="mono"),
    Column("title", gettext_lazy("Problem"), value="problem.title"),
    Column("side", gettext_lazy("Shows")),
    Column("file", gettext_lazy("File"), value="file.name"),
    Column("caption", gettext_lazy("Caption")),
    Column("taken", gettext_lazy("Taken at"), value=lambda row: row.claimed_at or row.file.exif_taken_at,
           kind="datetime"),
    Column("by", gettext_lazy("Given by"), value="by.name"),
    Column("at", gettext_lazy("Given at"), kind="datetime"),
    Column("sha256", "SHA-256", value="file.sha256", kind="mono"),
)  # fmt: skip

EVIDENCE_INDEX = BulkExport(
    "evidence", gettext_lazy("Evidence index"), evidence_of, "problem", EVIDENCE_COLUMNS, files_said,
    help=gettext_lazy("A list of every file shown for these problems, with its seal, to go with the file."),
)  # fmt: skip

REMIND = BulkAct(
    "remind", BY_EVENT["remind"].label, "problem.remind", remind_one, RemindMany,
    help=gettext_lazy("Everybody whose turn it is gets a notice; at most once a day for a problem."),
)  # fmt: skip

BULK = (
    BulkAct("register", BY_EVENT["register"].label, "problem.register", register_one, RegisterMany),
    BulkAct("assign", BY_EVENT["assign"].label, "problem.assign", assign_one, AssignMany),
    REMIND,
    EVIDENCE_INDEX,
)
