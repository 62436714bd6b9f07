"""Forms of what is done to an alarm, a frame, a device: mostly a reason in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LINES = forms.Textarea(attrs={"rows": 3})


class ReasonForm(forms.Form):
    """`user` is what lists give to the forms of their bulk acts."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=LINES)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class OptionalReasonForm(ReasonForm):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=LINES, required=False)


class NothingAskedForm(forms.Form):
    """An act that needs no more than the press of its button."""
