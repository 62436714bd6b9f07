from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.loop import actions
from bihuan.loop.actions.publicity import CONVENTIONS
from bihuan.loop.forms.base import ActForm, ReasonForm, day, line, text
from bihuan.loop.models import LookBack, Objection, Problem
from bihuan.loop.queries.plans import standing_plan


class PubliciseForm(ActForm):
    event = "publicise"
    intro = _("Readable by everybody on the public site while it runs.")
    text = text(_("Text of the notice"), rows=8, help_text=_("Problem, goal, measures, result."))
    telephone = line(_("Telephone for objections"), length=40)
    starts_on = day(_("First day"))
    convention = forms.ChoiceField(label=_("How the days are counted"), choices=list(CONVENTIONS.items()))

    def prepare(self) -> None:
        self.fields["starts_on"].initial = timezone.localdate()
        self.fields["text"].initial = self._draft()

    def _draft(self) -> str:
        plan = standing_plan(self.problem)
        parts = [f"{_('Problem')}：{self.problem.title}"]
        if plan is not None:
            parts.append(f"{_('Goal')}：{plan.goal}")
            parts += [f"{measure.order}. {measure.text}" for measure in plan.measures.all()]
        check = self.problem.self_checks.filter(cycle=self.problem.cycle).last()
        if check is not None:
            parts.append(f"{_('Result')}：{check.statement}")
        return "\n".join(parts)

    def perform(self) -> Problem:
        return actions.publicise(self.problem, by=self.user, **self.cleaned_data)


class ObjectionForm(ActForm):
    objection = forms.ModelChoiceField(Objection.objects.none(), label=_("Objection"))
    finding = text(_("Finding"))

    def prepare(self) -> None:
        waiting = Objection.objects.filter(
            notice__problem=self.problem, notice__cycle=self.problem.cycle, valid=None
        )
        self.fields["objection"].queryset = waiting  # type: ignore[attr-defined]
        self.fields["objection"].initial = waiting.first()

    def perform(self) -> Problem:
        valid = self.event == "uphold_objection"
        return actions.judge_objection(self.problem, by=self.user, valid=valid, **self.cleaned_data)


class UpholdObjectionForm(ObjectionForm):
    event = "uphold_objection"
    intro = _("The problem goes back to rectification under its original due date.")


class DismissObjectionForm(ObjectionForm):
    event = "dismiss_objection"


class SignClosureForm(ReasonForm):
    event = "sign_closure"

    def perform(self) -> Problem:
        return actions.sign_closure(self.problem, by=self.user, reason=self.value("reason"))


class CloseForm(ReasonForm):
    event = "close"
    archive_index = line(_("Index of the archive"), length=80)
    field_order = ("archive_index", "reason")

    def perform(self) -> Problem:
        return actions.close(self.problem, by=self.user, **self.cleaned_data)


class FileForm(ActForm):
    event = "file_with_superior"
    document_ref = line(_("Number of the filing document"), length=80)

    def perform(self) -> Problem:
        return actions.file_with_superior(self.problem, by=self.user, **self.cleaned_data)


class KeepLongTermForm(ReasonForm):
    event = "keep_long_term"
    intro = _("It is looked at once a year from now on.")

    def perform(self) -> Problem:
        return actions.keep_long_term(self.problem, by=self.user, reason=self.value("reason"))


class ReviewForm(ActForm):
    event = "review"
    finding = text(_("Finding"))

    def perform(self) -> Problem:
        return actions.review(self.problem, by=self.user, finding=self.value("finding"))


class ReopenForm(ActForm):
    event = "reopen"
    intro = _("A new cycle begins; the dates and proofs of the old one stay on record.")
    finding = text(_("What came back, and how one knows"))

    def perform(self) -> Problem:
        return actions.reopen(self.problem, by=self.user, finding=self.value("finding"))


class ArchiveForm(ReasonForm):
    event = "archive"

    def perform(self) -> Problem:
        return actions.archive(self.problem, by=self.user, reason=self.value("reason"))


class VisitForm(ActForm):
    event = "visit"
    lookback = forms.ModelChoiceField(LookBack.objects.none(), label=_("Visit due on"))
    visited_on = day(_("Visited on"))
    finding = text(_("Finding"))
    rebound = forms.BooleanField(
        label=_("It has come back"), required=False, help_text=_("This reopens the problem at once.")
    )

    def prepare(self) -> None:
        waiting = self.problem.lookbacks.filter(cycle=self.problem.cycle, visited_on=None)
        self.fields["lookback"].queryset = waiting  # type: ignore[attr-defined]
        self.fields["lookback"].initial = waiting.first()

    def perform(self) -> Problem:
        return actions.visit(self.problem, by=self.user, **self.cleaned_data)


class AnswerForm(forms.Form):
    """The answer to one source of a problem."""

    answer = text(_("Answer to whoever raised it"), rows=6)
