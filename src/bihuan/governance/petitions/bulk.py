"""What the petition register does to many cases at once; each goes through the act's own action."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.governance.petitions.actions import strike_off
from bihuan.governance.petitions.forms import chosen
from bihuan.governance.petitions.models import PetitionCase, StrikeOff
from bihuan.kernel.errors import Refused
from bihuan.kernel.registers.bulk import BulkAct
from bihuan.loop import bulk as loop
from bihuan.loop.models import Attachment


class StrikeOffMany(loop.ManyForm):
    step = forms.ChoiceField(
        label=gettext_lazy("Step"), choices=chosen(StrikeOff.choices, without=StrikeOff.NONE)
    )
    document_ref = forms.CharField(
        label=gettext_lazy("Document"),
        max_length=120,
        help_text=gettext_lazy("The number of the document that says so."),
    )


def strike_off_one(case: PetitionCase, *, by: Any, step: str, document_ref: str) -> str:
    struck = strike_off(case, by=by, step=step, document_ref=document_ref)
    return _("Striking off: %(step)s.") % {"step": StrikeOff(struck.strike_off).label}


def remind_one(case: PetitionCase, *, by: Any, text: str) -> str:
    if case.problem is None:
        raise Refused(reason=_("This case has no problem here and is answered elsewhere."))
    return loop.remind_one(case.problem, by=by, text=text)


def evidence_of(cases: Any) -> Any:
    """The files shown for the problems of these cases; two cases of one problem share them."""
    shown = Attachment.objects.filter(problem__sources__in=cases)
    return shown.select_related("problem", "file", "by").order_by("problem__number", "pk").distinct()


BULK = (
    BulkAct("strike-off", gettext_lazy("Strike off"), "petition.strike_off", strike_off_one, StrikeOffMany),
    replace(loop.REMIND, perform=remind_one),
    replace(loop.EVIDENCE_INDEX, rows=evidence_of, owner="problem__sources"),
)
