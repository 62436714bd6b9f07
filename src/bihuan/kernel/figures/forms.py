from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.places.models import Jurisdiction


class RecordForm(forms.Form):
    jurisdiction = forms.ModelChoiceField(
        Jurisdiction.objects.none(), label=_("Jurisdiction"), empty_label=None
    )
    value = forms.DecimalField(
        label=_("Value"),
        max_digits=24,
        decimal_places=6,
        required=False,
        help_text=_("A number, without its unit."),
    )
    value_text = forms.CharField(
        label=_("Value in words"),
        max_length=200,
        required=False,
        help_text=_("Only where the value isn't a number, such as a rank or a date."),
    )
    as_of = forms.DateField(
        label=_("As of"),
        widget=DayInput,
        help_text=_("The day for which the document states the value."),
    )
    document_ref = forms.CharField(
        label=_("Document"),
        max_length=200,
        help_text=_("Title and number of the document that states the value."),
    )
    author = forms.CharField(label=_("Issued by"), max_length=120)

    def __init__(self, *args: Any, jurisdictions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["jurisdiction"]
        field.queryset = jurisdictions

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return day


class CompleteForm(forms.Form):
    since = forms.DateField(
        label=_("Complete since"),
        widget=DayInput,
        help_text=_("From this day on the figure is counted from our records; before, documents are quoted."),
    )
    document_ref = forms.CharField(
        label=_("Document"), max_length=200, help_text=_("Which document says that the records are complete.")
    )
