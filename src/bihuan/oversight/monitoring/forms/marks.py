"""Stating what a period of an outlet's data is, and the exchange about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import MomentInput
from bihuan.kernel.evidence.actions import store
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.judgement.running import trade_of
from bihuan.oversight.monitoring.models import DataMark
from bihuan.oversight.monitoring.models.marks import MarkKind, MarkLabel
from bihuan.oversight.monitoring.rules.marking import TRADES

LINES = forms.Textarea(attrs={"rows": 3})


class MarkForm(forms.Form):
    """The labels are those that the outlet's trade knows."""

    label = forms.ChoiceField(
        label=_("What the period was"),
        help_text=_(
            "By Announcement 2022 no. 21. Data under a mark of the monitor, or of a stop, establish no"
            " exceedance; a false mark is an offence."
        ),
    )
    start = forms.DateTimeField(label=_("From"), widget=MomentInput)
    end = forms.DateTimeField(
        label=_("Until"), widget=MomentInput, help_text=_("The end itself no longer counts.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=LINES)
    evidence = forms.FileField(
        label=_("Photo or document"),
        required=False,
        help_text=_("Maintenance log, report of the fault, certificate of the standard sample."),
    )

    def __init__(self, *args: Any, outlet: Outlet, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outlet, self.user = outlet, user
        self.fields["label"].choices = label_choices(outlet)  # type: ignore[attr-defined]

    def perform(self) -> DataMark:
        said = self.cleaned_data
        kind, _colon, label = said["label"].partition(":")
        files = [store(said["evidence"], by=self.user)] if said["evidence"] else []
        return make_mark(
            self.outlet, by=self.user, kind=kind, label=label, start=said["start"], end=said["end"],
            reason=said["reason"], evidence=files,
        )  # fmt: skip


def label_choices(outlet: Outlet) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The trade's labels under their two kinds."""
    known = TRADES[trade_of(outlet)]
    return [
        (
            kind.label,
            [(f"{kind}:{one.id}", MarkLabel(one.id).label) for one in known if one.kind == kind.value],
        )
        for kind in MarkKind
    ]


class SayForm(forms.Form):
    """A line of the exchange."""

    text = forms.CharField(label=_("In words"), max_length=2000, widget=LINES)


class MaySayForm(SayForm):
    text = forms.CharField(label=_("In words"), max_length=2000, widget=LINES, required=False)
