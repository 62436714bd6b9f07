from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.places.models import Jurisdiction
from bihuan.reports import genres
from bihuan.reports.models import Report


class NewReportForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of report"), choices=genres.choices)
    jurisdiction = forms.ModelChoiceField(
        Jurisdiction.objects.none(), label=_("Jurisdiction"), empty_label=None
    )
    as_of = forms.DateField(
        label=_("As of"), widget=DayInput, help_text=_("Every figure is counted as of the end of this day.")
    )
    issue_date = forms.DateField(
        label=_("Issue date"),
        widget=DayInput,
        required=False,
        help_text=_("The date below the report. Left empty, it is the as-of day."),
    )
    claims = forms.MultipleChoiceField(
        label=_("The report says that"),
        choices=list(genres.CLAIMS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(genres.CLAIMS),
        required=False,
        help_text=_(
            "A claim that the records don't bear out is refused; without it the plain number is stated."
        ),
    )

    def __init__(self, *args: Any, jurisdictions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["jurisdiction"]
        place.queryset = jurisdictions

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return day


class TextsForm(forms.Form):
    next_steps = forms.CharField(
        label=_("Next steps"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One paragraph a line. A figure is quoted as {feedback_remaining}."),
    )
    issue_date = forms.DateField(label=_("Issue date"), widget=DayInput)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        initial = {"next_steps": report.texts.get("next_steps", ""), "issue_date": report.issue_date}
        super().__init__(*args, **{**kwargs, "initial": initial})


class ReleaseForm(forms.Form):
    read = forms.BooleanField(label=_("I have read the report and its checks, and I answer for it."))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands on the report from now on; the public page disappears."),
    )


class TemplateForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of report"), choices=genres.choices)
    name = forms.CharField(label=_("Name of the template"), max_length=120)
    file = forms.FileField(label=_("Word file (.docx)"), widget=forms.FileInput(attrs={"accept": ".docx"}))
