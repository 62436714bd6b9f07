from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    content = forms.CharField(
        label=_("What do you object to?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        max_length=80,
        required=False,
        help_text=_("Only the coordination office sees it; you may leave it empty."),
    )
