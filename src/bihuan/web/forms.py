from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    content = forms.CharField(
        label=_("What is not right?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Say what you saw, where and when. It is read by the office that accepted the work."),
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        max_length=80,
        required=False,
        help_text=_("A telephone number or an address, if you wish. It is never published."),
    )
