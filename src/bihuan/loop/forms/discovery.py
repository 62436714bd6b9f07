from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.evidence.actions import store
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop import actions
from bihuan.loop.forms.base import ActForm, LeaderField, ReasonForm, UnitField, UnitsField, day, line, text
from bihuan.loop.models import Attachment, Problem
from bihuan.loop.rules.states import Level, Substantiation

PROCEDURES_BY_HAND = (
    ("patrol", _("Grid, volunteer or hotline finding")),
    ("municipal", _("Point inspected by municipal supervision")),
    ("list", _("Problem for a problem list")),
)


class ReportForm(forms.Form):
    """A finding by hand; on a phone the camera comes first."""

    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("A photo from the spot helps most; time and place are read from it."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    title = line(_("What is wrong"), length=200)
    place = line(_("Where exactly"), length=200, help_text=_("Street, number, point on the bank …"))
    jurisdiction = forms.ModelChoiceField(Jurisdiction.objects.none(), label=_("Division or functional area"))
    procedure = forms.ChoiceField(label=_("Kind of finding"), choices=PROCEDURES_BY_HAND)
    discovered_on = day(_("Found on"), required=False)
    description = text(_("Description"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        levels = ("county", "town", "functional")
        choices = self.fields["jurisdiction"]
        choices.queryset = Jurisdiction.objects.filter(level__in=levels)  # type: ignore[attr-defined]
        own = [post.jurisdiction_id for post in posts_of(user) if post.jurisdiction_id]
        choices.initial = own[0] if own else None

    def perform(self) -> Problem:
        data = self.cleaned_data
        problem = actions.report(
            by=self.user,
            title=data["title"],
            place=data["place"],
            jurisdiction=data["jurisdiction"],
            procedure=data["procedure"],
            discovered_on=data["discovered_on"],
            description=data["description"],
        )
        if data["photo"]:
            file = store(data["photo"], by=self.user)
            side = Attachment.Side.BEFORE
            actions.attach(problem, by=self.user, file=file, side=side)
        return problem


class LinkDuplicateForm(ReasonForm):
    event = "link_duplicate"
    intro = _("The report stays on record and its giver is still answered.")
    number = line(_("Number of the original problem"), length=20)
    field_order = ("number", "reason")

    def clean_number(self) -> Problem:
        found = (
            Problem.objects.visible_to(self.user).filter(number=self.cleaned_data["number"].strip()).first()
        )
        if found is None:
            raise forms.ValidationError(_("There is no problem with this number that you may see."))
        return found

    def perform(self) -> Problem:
        master = self.value("number")
        return actions.link_duplicate(self.problem, by=self.user, master=master, reason=self.value("reason"))


class DeclineForm(ActForm):
    event = "decline"
    redirected_to = line(_("Redirected to"), help_text=_("Who is responsible instead?"))
    reason = text(_("Reason"))

    def perform(self) -> Problem:
        return actions.decline(self.problem, by=self.user, **self.cleaned_data)


class AcceptReportForm(ReasonForm):
    event = "accept_report"
    intro = _("Somebody goes there and looks.")

    def perform(self) -> Problem:
        return actions.accept_report(self.problem, by=self.user, reason=self.value("reason"))


class FindUnfoundedForm(ActForm):
    event = "find_unfounded"
    reason = text(_("What was found on the spot"))
    signed_by = LeaderField(_("Signed by the leader who was on the spot"), required=False)

    def prepare(self) -> None:
        if not self.problem.procedure.leader_signs_unfounded:
            del self.fields["signed_by"]

    def perform(self) -> Problem:
        return actions.find_unfounded(self.problem, by=self.user, **self.cleaned_data)


class RegisterForm(ReasonForm):
    event = "register"
    substantiation = forms.ChoiceField(
        label=_("Substantiation"),
        choices=[
            choice
            for choice in Substantiation.choices
            if choice[0] not in (Substantiation.UNKNOWN, Substantiation.UNFOUNDED)
        ],
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, initial=Level.GENERAL)
    category = line(_("Category"), required=False, length=40)
    field_order = ("substantiation", "level", "category", "reason")

    def perform(self) -> Problem:
        return actions.register(self.problem, by=self.user, **self.cleaned_data)


class AssignForm(ReasonForm):
    event = "assign"
    lead_unit = UnitField(_("Lead unit"))
    responsible_units = UnitsField(_("Co-responsible units"))
    acceptance_unit = UnitField(
        _("Acceptance unit"), help_text=_("It may not be one of the responsible units.")
    )
    further_acceptance_units = UnitsField(_("Further levels of acceptance"))
    leading_official = LeaderField(_("Leading official"), required=False)
    needs_plan = forms.BooleanField(
        label=_("A plan is needed"),
        required=False,
        help_text=_("For what will take long; it is then approved and kept by milestones."),
    )
    field_order = (
        "lead_unit",
        "responsible_units",
        "acceptance_unit",
        "further_acceptance_units",
        "leading_official",
        "needs_plan",
        "reason",
    )

    def prepare(self) -> None:
        if self.problem.procedure.needs_plan:
            del self.fields["needs_plan"]

    def perform(self) -> Problem:
        return actions.assign(self.problem, by=self.user, **self.cleaned_data)


class ReassignForm(AssignForm):
    event = "reassign"
    intro = _("Reopened: the plan has half the usual time.")
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, initial=Level.SERIOUS)

    def prepare(self) -> None:
        del self.fields["needs_plan"]

    def perform(self) -> Problem:
        return actions.reassign(self.problem, by=self.user, **self.cleaned_data)


class SendBackForm(ActForm):
    event = "send_back"
    intro = _("Within two working days and once only.")
    reason = text(_("Why is it not yours?"))

    def perform(self) -> Problem:
        return actions.send_back(self.problem, by=self.user, reason=self.value("reason"))
