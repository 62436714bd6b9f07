from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.loop import actions
from bihuan.loop.forms.base import ActForm, ReasonForm, day, line, text
from bihuan.loop.models import PlanChange, Problem
from bihuan.loop.queries.plans import standing_plan
from bihuan.loop.rules.states import TimeLimit


class MilestoneRow(forms.Form):
    name = line(_("Milestone"), required=False)
    due_on = day(_("Due on"), required=False)
    weight = forms.IntegerField(label=_("Weight in per cent"), min_value=1, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [bool(data.get(name)) for name in ("name", "due_on", "weight")]
        if any(given) and not all(given):
            raise forms.ValidationError(_("A milestone needs a name, a date and a weight."))
        return data


MilestoneRows = forms.formset_factory(MilestoneRow, extra=4)


class SubmitPlanForm(ActForm):
    """The plan with its milestones; `rows` is the formset that belongs to it."""

    event = "submit_plan"
    intro = _("The acceptance unit decides on the plan; its goal and date then change only with approval.")
    goal = text(_("Goal"), rows=3)
    standard = text(_("Standard of acceptance"), rows=3, help_text=_("By what will one see that it is done?"))
    measures = text(_("Measures"), help_text=_("One measure a line."))
    time_limit = forms.ChoiceField(label=_("Time limit"), choices=TimeLimit.choices)
    deadline = day(_("Deadline"), required=False, help_text=_("Leave empty for “keep up long-term”."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = MilestoneRows(data=self.data if self.is_bound else None, prefix="milestones")

    def is_valid(self) -> bool:
        return super().is_valid() & self.rows.is_valid()

    def milestones(self) -> list[tuple[str, date, int]]:
        filled = [row.cleaned_data for row in self.rows.forms if row.cleaned_data.get("name")]
        return [(row["name"], row["due_on"], row["weight"]) for row in filled]

    def perform(self) -> Problem:
        data = self.cleaned_data
        measures = [item.strip() for item in data["measures"].splitlines() if item.strip()]
        return actions.submit_plan(
            self.problem,
            by=self.user,
            goal=data["goal"],
            standard=data["standard"],
            measures=measures,
            milestones=self.milestones(),
            time_limit=data["time_limit"],
            deadline=data["deadline"],
        )


class ApprovePlanForm(ReasonForm):
    event = "approve_plan"

    def perform(self) -> Problem:
        return actions.approve_plan(self.problem, by=self.user, reason=self.value("reason"))


class ReturnPlanForm(ActForm):
    event = "return_plan"
    reason = text(_("What must be better?"))

    def perform(self) -> Problem:
        return actions.return_plan(self.problem, by=self.user, reason=self.value("reason"))


class RequestPlanChangeForm(ActForm):
    event = "request_plan_change"
    intro = _("The old value stays on record; the new one counts once it is approved.")
    field = forms.ChoiceField(label=_("What should change"), choices=PlanChange.Field.choices)
    new_value = text(_("New value"), rows=2, help_text=_("A deadline is written as 2023-01-20."))
    reason = text(_("Reason"))

    def perform(self) -> PlanChange:
        return actions.request_plan_change(self.problem, by=self.user, **self.cleaned_data)


class DecidePlanChangeForm(ReasonForm):
    event = "approve_plan_change"
    change = forms.ModelChoiceField(PlanChange.objects.none(), label=_("Change"))
    approved = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("approve")), ("no", _("refuse"))],
        coerce=lambda value: value == "yes",
    )
    field_order = ("change", "approved", "reason")

    def prepare(self) -> None:
        plan = standing_plan(self.problem)
        if plan is not None:
            waiting = plan.changes.filter(approved=None)
            self.fields["change"].queryset = waiting  # type: ignore[attr-defined]
            self.fields["change"].initial = waiting.first()

    def perform(self) -> Problem:
        return actions.decide_plan_change(self.problem, by=self.user, **self.cleaned_data)
