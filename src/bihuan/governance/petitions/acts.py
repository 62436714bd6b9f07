"""The acts a person may do to a case, for its page and its forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions import actions, forms
from bihuan.governance.petitions.models import PetitionCase
from bihuan.kernel.people.access import post_for


@dataclass(frozen=True)
class Act:
    key: str
    title: Any
    button: Any
    permission: str
    form: type[forms.ActForm]
    action: Callable[..., Any]
    needs_problem: bool = False

    def allowed(self, case: PetitionCase, user: Any) -> bool:
        problem = case.problem
        if problem is None and (self.needs_problem or case.is_outside):
            return False
        units = [problem.lead_unit_id] if problem else []
        return post_for(user, self.permission, path=case.jurisdiction_path, units=units) is not None


ACTS: dict[str, Act] = {
    act.key: act
    for act in (
        Act(
            "finding", _("Record the finding"), _("Record the finding"), "petition.find",
            forms.FindingForm, actions.record_finding,
        ),
        Act(
            "handling", _("Record the handling"), _("Record the handling"), "petition.handle",
            forms.HandlingForm, actions.record_handling,
        ),
        Act(
            "answer", _("Answer the inspection team"), _("Send the answer"), "problem.answer",
            forms.AnswerForm, actions.answer, needs_problem=True,
        ),
        Act(
            "strike-off", _("Strike off"), _("Record this step"), "petition.strike_off",
            forms.StrikeOffForm, actions.strike_off,
        ),
        Act(
            "attribution", _("Divide among places"), _("Set the parts"), "petition.attribute",
            forms.AttributionForm, actions.set_attribution,
        ),
        Act(
            "effect", _("Add an effect"), _("Add the effect"), "petition.handle",
            forms.EffectForm, actions.record_effect,
        ),
    )
}  # fmt: skip


def acts_for(case: PetitionCase, user: Any) -> list[Act]:
    return [act for act in ACTS.values() if act.allowed(case, user)]
