"""Forms of what is done to an enterprise, its code and its colour."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput, MomentInput
from bihuan.oversight.enterprises.actions.codes import Visit
from bihuan.oversight.enterprises.models import Enterprise
from bihuan.oversight.enterprises.rules.colour import Colour
from bihuan.oversight.enterprises.rules.identifiers import normal

LINES = forms.Textarea(attrs={"rows": 3})


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=LINES)


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=LINES, required=False)


class EndForm(ReasonForm):
    at = forms.DateTimeField(
        label=_("At"),
        initial=timezone.now,
        widget=MomentInput,
    )


class MergeForm(ReasonForm):
    """Names the entry that is kept, by credit code or by exact name."""

    kept = forms.CharField(
        label=_("Merge into"),
        max_length=120,
        help_text=_("Credit code or exact name of the entry that is kept. This entry will lead there."),
    )
    field_order = ("kept", "reason")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_kept(self) -> Enterprise:
        said = self.cleaned_data["kept"].strip()
        seen = Enterprise.objects.visible_to(self.user).filter(merged_into=None)
        found = list(seen.filter(uscc=normal(said))[:2]) or list(seen.filter(name=said)[:2])
        if len(found) != 1:
            raise ValidationError(
                _("%(count)s entries that you may see fit “%(said)s”."),
                params={"count": len(found), "said": said},
            )
        return found[0]  # type: ignore[no-any-return]


class ColourForm(ReasonForm):
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices)
    until = forms.DateField(
        label=_("Until"), widget=DayInput, help_text=_("At most 30 days ahead; it ends by itself (our rule).")
    )
    field_order = ("colour", "until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=7)


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("What is not right?"),
        max_length=2000,
        widget=LINES,
        help_text=_("Answered within five working days (our rule)."),
    )


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("The objection is"),
        choices=((True, _("upheld")), (False, _("not upheld"))),
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=LINES)


class VisitForm(forms.Form):
    task = forms.CharField(label=_("Task number"), max_length=60, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    emergency = forms.BooleanField(
        label=_("Emergency without a task"),
        required=False,
        help_text=_("To be justified within 24 hours (our rule)."),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)

    def visit(self) -> Visit:
        return Visit(**self.cleaned_data)


class JustifyForm(forms.Form):
    text = forms.CharField(label=_("Why it could not wait"), max_length=2000, widget=LINES)
