"""Words for flags and for the printed columns."""

from typing import Any

from django.utils.translation import gettext_lazy as _

FLAGS: dict[str, Any] = {
    "early_claims_disagree": _("The source states how early it was finished in two ways that disagree."),
    "early_differs": _("The source's months early differ from the months we compute."),
    "status_differs": _("The printed status goes further than, or differs from, what our records show."),
    "status_unknown": _("The printed status is a word we don't know."),
    "publicity_length_differs": _("The printed length of the public notice isn't that of its dates."),
    "missing_responsible": _("The source names no responsible unit."),
    "missing_deadline": _("The source states no time limit."),
    "missing_goal": _("The source states no goal."),
}

PRINTED: dict[str, Any] = {
    "task_id": _("Number in the source"),
    "ordinal": _("Ordinal"),
    "city": _("Place"),
    "inspection": _("Inspection"),
    "problem": _("Text of the feedback"),
    "kind": _("Type of problem"),
    "task": _("Rectification task"),
    "lead": _("Lead unit"),
    "responsible": _("Responsible units"),
    "person": _("Person responsible"),
    "accept_unit": _("Acceptance unit"),
    "deadline": _("Time limit"),
    "goal": _("Goal"),
    "measures": _("Measures"),
    "progress": _("Progress"),
    "acceptance": _("Acceptance"),
    "completed": _("Completed"),
    "closed_on": _("Closed on"),
    "publicity": _("Public notice"),
    "published_early": _("Finished early, as printed"),
    "status": _("Status"),
    "source": _("Source document"),
}


def flag_label(flag: str) -> Any:
    return FLAGS.get(flag, flag)


def printed_label(name: str) -> Any:
    return PRINTED.get(name, name)
