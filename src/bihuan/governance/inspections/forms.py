from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.actions import LATER_PLAN_RULE, PLAN_RULES, NewItem
from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.rules.counts import Nature
from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.people.access import post_for
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.rules.states import Level, TimeLimit

PERMISSION = "inspection.manage"
PLAN_RULE_CHOICES = (
    (PLAN_RULES[2], _("30 working days (rounds 1 and 2)")),
    (LATER_PLAN_RULE, _("45 working days (from the second batch of round 3)")),
)


def day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DayInput)


def long_text(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=10_000, widget=widget
    )


def places_of(user: Any) -> Any:
    """The jurisdictions, down to the counties, over which the user may manage inspections."""
    post = post_for(user, PERMISSION)
    prefix = post.jurisdiction.path if post and post.jurisdiction else "-"
    inside = Jurisdiction.objects.filter(path__startswith=prefix)
    return inside.filter(level__in=("city", "county", "functional"))


class PlacedForm(forms.Form):
    """A form that asks for a jurisdiction in the user's reach."""

    place_field = ""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields[self.place_field]
        field.queryset = places_of(user)
        field.initial = field.initial or field.queryset.first()


class RoundForm(PlacedForm):
    place_field = "inspected"
    name = forms.CharField(
        label=_("Name of the inspection"), max_length=120, help_text=_("As the documents call it.")
    )
    inspected = forms.ModelChoiceField(
        Jurisdiction.objects.none(), label=_("Inspected place"), empty_label=None
    )
    level = forms.ChoiceField(label=_("Level"), choices=Round.Level.choices)
    kind = forms.ChoiceField(label=_("Kind"), choices=Round.Kind.choices)
    ordinal = forms.IntegerField(label=_("Round"), min_value=1, max_value=20, required=False)
    batch = forms.IntegerField(label=_("Batch"), min_value=1, max_value=20, required=False)
    team = forms.CharField(label=_("Inspection team"), max_length=120, required=False)
    publisher = forms.CharField(
        label=_("Publishing body"),
        max_length=120,
        required=False,
        help_text=_("The body under whose name the rectification report is released."),
    )
    on_site_from = day(_("On site from"))
    on_site_to = day(_("On site to"))
    feedback_on = day(_("Feedback on"), help_text=_("From this day the date of the plan is counted."))
    plan_rule_id = forms.ChoiceField(label=_("Time for the plan"), choices=PLAN_RULE_CHOICES)
    document_ref = forms.CharField(label=_("Feedback document"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("on_site_from"), data.get("on_site_to")
        if first and last and first > last:
            self.add_error("on_site_to", _("The inspection can't end before it begins."))
        return data


class FeedbackForm(forms.Form):
    feedback_on = day(_("Feedback on"), required=True, help_text=_("The day the opinions were handed over."))
    plan_rule_id = forms.ChoiceField(label=_("Time for the plan"), choices=PLAN_RULE_CHOICES)


class RoundPlanForm(forms.Form):
    document_ref = forms.CharField(
        label=_("Number of the document"), max_length=120, help_text=_("Under which the plan was sent.")
    )


class ItemForm(PlacedForm):
    place_field = "jurisdiction"
    text = long_text(
        _("Text of the feedback"), rows=5, help_text=_("Word for word; it can't be changed afterwards.")
    )
    title = forms.CharField(
        label=_("Short name"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the text up to the first colon."),
    )
    nature = forms.ChoiceField(
        label=_("Nature"),
        choices=Nature.choices,
        help_text=_("Specific: names the place or subject. Common: shared by the whole province."),
    )
    ordinal = forms.IntegerField(
        label=_("Ordinal"), min_value=1, required=False, help_text=_("Left empty, the next one.")
    )
    jurisdiction = forms.ModelChoiceField(
        Jurisdiction.objects.none(), label=_("Jurisdiction"), empty_label=None
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    problem_type = forms.CharField(label=_("Type of problem"), max_length=60, required=False)
    task = long_text(_("Rectification task"), required=False)
    goal = long_text(_("Goal"), required=False)
    time_limit = forms.ChoiceField(label=_("Time limit"), choices=TimeLimit.choices)
    deadline = day(_("Deadline"), help_text=_("Leave empty for “keep up long-term”."))
    parent_reference = forms.CharField(label=_("Item of the superior's list"), max_length=120, required=False)
    highlight = forms.BooleanField(label=_("Highlight of the round"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("time_limit") == TimeLimit.LONG_TERM and data.get("deadline"):
            self.add_error(
                "deadline", _("Give a deadline, or choose “act at once, keep up long-term”; not both.")
            )
        return data

    def new_item(self) -> NewItem:
        return NewItem(**self.cleaned_data)


class ParentForm(forms.Form):
    parent = forms.ModelChoiceField(
        FeedbackItem.objects.none(),
        label=_("Superior's item"),
        help_text=_("The item it was fanned out from."),
    )
    reason = long_text(_("Remark"), rows=2, required=False)

    def __init__(self, *args: Any, item: FeedbackItem, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parent"]
        seen = FeedbackItem.objects.visible_to(user)
        field.queryset = seen.exclude(pk=item.pk).order_by("round", "ordinal")
