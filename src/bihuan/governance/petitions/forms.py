from fractions import Fraction
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.models import Effect, Finding, Handling, PetitionCase, Pollution, StrikeOff
from bihuan.governance.petitions.rules import attribution
from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.people.access import reach_of
from bihuan.kernel.people.models import User
from bihuan.kernel.people.queries import holders
from bihuan.kernel.places.models import Jurisdiction

COUNTIES = (Jurisdiction.Level.CITY, Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL)


def text(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=10_000, widget=widget
    )


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DayInput)


def chosen(choices: Any, *, without: str = "") -> list[tuple[str, Any]]:
    return [("", _("please choose")), *((value, label) for value, label in choices if value != without)]


class ActForm(forms.Form):
    """A form for one act on one case; `case` and `user` are there for what it offers."""

    def __init__(self, *args: Any, case: PetitionCase, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user
        self.prepare()

    def prepare(self) -> None:
        """Fill in what stands today."""


class FindingForm(ActForm):
    finding = forms.ChoiceField(
        label=_("Substantiation"),
        choices=chosen(Finding.choices, without=Finding.UNKNOWN),
        help_text=_("A petition may be substantiated although the measurements met the limits."),
    )
    verification = text(
        _("Result of the check"), rows=6, help_text=_("What was seen, measured and asked on the spot.")
    )
    signed_by = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Leader on the spot"),
        required=False,
        help_text=_("Needed for “unsubstantiated”: the leader who was there and signs for it."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["signed_by"]
        today = timezone.localdate()
        field.queryset = holders("problem.sign", path=self.case.jurisdiction_path, on=today)
        self.initial = {"finding": self.case.finding, "verification": self.case.verification, **self.initial}


class HandlingForm(ActForm):
    handling = forms.ChoiceField(
        label=_("State of handling"), choices=chosen(Handling.choices, without=Handling.UNKNOWN)
    )
    rectification = text(
        _("Handling and rectification"), rows=5, help_text=_("What was done, by whom, with what effect.")
    )
    accountability = text(_("Accountability"), rows=2, required=False)
    closure_target = text(
        _("Target"), rows=2, required=False, help_text=_("What is still to be reached, by when.")
    )

    def prepare(self) -> None:
        names = ("handling", "rectification", "accountability", "closure_target")
        self.initial = {**{name: getattr(self.case, name) for name in names}, **self.initial}


class StrikeOffForm(ActForm):
    step = forms.ChoiceField(label=_("Step"), choices=chosen(StrikeOff.choices, without=StrikeOff.NONE))
    document_ref = forms.CharField(
        label=_("Document"), max_length=120, help_text=_("The number of the document that says so.")
    )


class AnswerForm(ActForm):
    text = text(
        _("Answer to the inspection team"),
        rows=6,
        help_text=_("It stops the clock of this petition; the case may then be published."),
    )


class AttributionForm(ActForm):
    parts = text(
        _("Places and parts"),
        help_text=_("One a line: the place, a blank, its part, such as “海宁市 1/2”. The parts make 1."),
    )
    reason = text(_("Reason for the division"), rows=2)

    def prepare(self) -> None:
        lines = [
            f"{one.jurisdiction.name} {one.part}"
            for one in self.case.attributions.select_related("jurisdiction")
        ]
        self.initial = {"parts": "\n".join(lines), **self.initial}

    def clean_parts(self) -> dict[Jurisdiction, Fraction]:
        found: dict[Jurisdiction, Fraction] = {}
        for line in self.cleaned_data["parts"].splitlines():
            name, _blank, said = line.strip().rpartition(" ")
            if not line.strip():
                continue
            place = Jurisdiction.objects.filter(name=name.strip(), level__in=COUNTIES).first()
            if place is None:
                raise forms.ValidationError(
                    _("There is no place called “%(name)s”.") % {"name": name or line}
                )
            try:
                found[place] = attribution.part(said)
            except BihuanError as error:
                raise forms.ValidationError(str(error)) from error
        try:
            attribution.check(found.values())
        except BihuanError as error:
            raise forms.ValidationError(str(error)) from error
        return found


class EffectForm(ActForm):
    kind = forms.ChoiceField(label=_("Effect"), choices=chosen(Effect.Kind.choices))
    decided_on = day(_("Decided on"))
    acts = forms.IntegerField(
        label=_("Acts"), min_value=1, initial=1, help_text=_("Decisions, orders or talks, not people.")
    )
    persons = forms.IntegerField(label=_("Persons"), min_value=0, initial=0)
    amount_yuan = forms.DecimalField(
        label=_("Amount in yuan"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    rank = forms.ChoiceField(
        label=_("Rank"),
        choices=chosen(Effect.Rank.choices),
        required=False,
        help_text=_("For “held accountable”: the rank of the persons."),
    )
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class UnmaskForm(forms.Form):
    reason = text(
        _("Reason for looking"),
        rows=2,
        help_text=_("Kept in the ledger with your name; shown to the auditor."),
    )


class CaseForm(forms.Form):
    """A petition entered by hand, as the sheet of the inspection team has it."""

    number = forms.CharField(
        label=_("Petition number"),
        max_length=60,
        required=False,
        help_text=_("As printed, such as X3ZJ202405200007."),
    )
    inspection = forms.CharField(label=_("Inspection"), max_length=60)
    received_on = day(
        _("Handed over on"), help_text=_("The ten days for the answer count from the next day.")
    )
    text = text(_("Problem as handed over"), rows=6)
    jurisdiction = forms.ModelChoiceField(Jurisdiction.objects.none(), label=_("Region"))
    types = forms.MultipleChoiceField(
        label=_("Pollution types"),
        choices=Pollution.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    key_case = forms.BooleanField(label=_("Key case"), required=False)
    name = forms.CharField(
        label=_("Complainant"), max_length=60, required=False, help_text=_("Sealed at once.")
    )
    phone = forms.CharField(label=_("Complainant's telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Complainant's address"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prefixes = reach_of(user) or ["-"]
        field: Any = self.fields["jurisdiction"]
        field.queryset = Jurisdiction.objects.filter(level__in=COUNTIES, path__startswith=prefixes[0])

    def clean_received_on(self) -> Any:
        said = self.cleaned_data["received_on"]
        if said > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return said
