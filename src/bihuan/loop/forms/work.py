from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import MomentInput
from bihuan.kernel.evidence.actions import store
from bihuan.loop import actions
from bihuan.loop.forms.base import ActForm, ReasonForm, day, text
from bihuan.loop.models import Attachment, Milestone, Problem
from bihuan.loop.rules.acceptance import STANDARDS


class StartForm(ReasonForm):
    event = "start"

    def perform(self) -> Problem:
        return actions.start(self.problem, by=self.user, reason=self.value("reason"))


class ProgressForm(ActForm):
    event = "record_progress"
    text = text(_("What has been done since the last entry"))

    def perform(self) -> Any:
        return actions.record_progress(self.problem, by=self.user, text=self.value("text"))


class AttachForm(ActForm):
    event = "attach"
    intro = _("Take before and after from the same viewpoint.")
    file = forms.FileField(
        label=_("Photo or document"),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/*,.pdf,.docx,.xlsx", "capture": "environment"}
        ),
    )
    side = forms.ChoiceField(label=_("Shows"), choices=Attachment.Side.choices, initial=Attachment.Side.AFTER)
    caption = forms.CharField(label=_("Caption"), max_length=120, required=False)
    claimed_at = forms.DateTimeField(
        label=_("Taken at"),
        required=False,
        widget=MomentInput,
        help_text=_("Compared with what the photo itself says."),
    )

    def perform(self) -> Attachment:
        data = self.cleaned_data
        claimed: datetime | None = data["claimed_at"]
        file = store(data["file"], by=self.user)
        return actions.attach(
            self.problem,
            by=self.user,
            file=file,
            side=data["side"],
            caption=data["caption"],
            claimed_at=claimed,
        )


class MilestoneForm(ActForm):
    milestone = forms.ModelChoiceField(Milestone.objects.none(), label=_("Milestone"))

    def prepare(self) -> None:
        claimed = self.event == "accept_milestone"
        waiting = Milestone.objects.filter(
            plan__problem=self.problem,
            plan__cycle=self.problem.cycle,
            plan__status="approved",
            claimed_at__isnull=not claimed,
            accepted_at=None,
        )
        self.fields["milestone"].queryset = waiting  # type: ignore[attr-defined]
        self.fields["milestone"].initial = waiting.first()


class ClaimMilestoneForm(MilestoneForm):
    event = "claim_milestone"

    def perform(self) -> Milestone:
        return actions.claim_milestone(self.problem, by=self.user, milestone=self.value("milestone"))


class AcceptMilestoneForm(MilestoneForm):
    event = "accept_milestone"

    def perform(self) -> Milestone:
        return actions.accept_milestone(self.problem, by=self.user, milestone=self.value("milestone"))


class StageCloseForm(ActForm):
    event = "stage_close"
    remaining = text(_("What remains to be done"))
    finish_on = day(_("To be finished by"))

    def perform(self) -> Problem:
        return actions.stage_close(self.problem, by=self.user, **self.cleaned_data)


class ContinueForm(ReasonForm):
    event = "continue_rectification"

    def perform(self) -> Problem:
        return actions.continue_rectification(self.problem, by=self.user, reason=self.value("reason"))


class SuspendForm(ActForm):
    event = "suspend"
    intro = _("Once only, and before the due date; the remaining working days are kept.")
    resume_on = day(_("To be resumed on"))
    reason = text(_("Cause"))

    def perform(self) -> Problem:
        return actions.suspend(self.problem, by=self.user, **self.cleaned_data)


class ResumeForm(ReasonForm):
    event = "resume"

    def perform(self) -> Problem:
        return actions.resume(self.problem, by=self.user, reason=self.value("reason"))


class StandardsForm(ActForm):
    """Adds one field per general standard of acceptance."""

    def standards(self) -> dict[int, Any]:
        return {number: self.value(f"standard_{number}") for number in STANDARDS}


class SelfCheckForm(StandardsForm):
    event = "self_check"
    intro = _("Say to each of the five standards how it is met; the acceptance unit checks the same five.")
    statement = text(_("Result of the self-check"), rows=3)

    def prepare(self) -> None:
        for number, label in STANDARDS.items():
            self.fields[f"standard_{number}"] = text(label, rows=2)
        self.order_fields([*(f"standard_{number}" for number in STANDARDS), "statement"])

    def perform(self) -> Problem:
        return actions.self_check(
            self.problem, by=self.user, standards=self.standards(), statement=self.value("statement")
        )


class FailAcceptanceForm(ActForm):
    event = "fail_acceptance"
    intro = _("The due date stays what it was.")
    defects = text(_("Defects found"))
    visited_on = day(_("Visited on"), required=False)

    def perform(self) -> Problem:
        return actions.fail_acceptance(self.problem, by=self.user, **self.cleaned_data)


class PassAcceptanceForm(StandardsForm):
    event = "pass_acceptance"
    visited_on = day(_("Visited on"))
    signatures = text(_("Signatures"), rows=2, help_text=_("One name with post a line."))

    def prepare(self) -> None:
        for number, label in STANDARDS.items():
            self.fields[f"standard_{number}"] = forms.BooleanField(label=label, required=False)
        self.order_fields([*(f"standard_{number}" for number in STANDARDS), "visited_on", "signatures"])

    def perform(self) -> Problem:
        names = [item.strip() for item in self.value("signatures").splitlines() if item.strip()]
        return actions.pass_acceptance(
            self.problem,
            by=self.user,
            checklist=self.standards(),
            visited_on=self.value("visited_on"),
            signatures=names,
        )


class RemindForm(ActForm):
    event = "remind"
    intro = _("Everybody whose turn it is gets a notice; at most once a day for a problem.")
    text = text(_("What to say"), rows=3, required=False)

    def perform(self) -> Any:
        return actions.remind(self.problem, by=self.user, text=self.value("text"))
