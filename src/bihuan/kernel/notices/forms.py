from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.notices.models import KindRule, Preference, Robot, SendingRule
from bihuan.kernel.notices.rules.robots import RobotKind
from bihuan.kernel.notices.templates import all_templates
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.people.models import Unit
from bihuan.kernel.people.permissions import roles_with

CAN_SIGN = (RobotKind.DINGTALK, RobotKind.FEISHU)


class PreferenceForm(forms.ModelForm):
    class Meta:
        model = Preference
        fields = ("email",)
        widgets = {"email": forms.RadioSelect}
        help_texts = {"email": _("Urgent messages come at once all the same, unless mail is switched off.")}


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit: Any) -> str:
        return str(unit.name)


class Secret(forms.CharField):
    """A word that is typed in and never shown again."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=400, required=False, widget=forms.PasswordInput(attrs=attrs), **kwargs)


class RobotForm(forms.ModelForm):
    unit = UnitChoice(Unit.objects.none(), label=_("Unit"))
    secret_address = Secret(
        label=_("Webhook address"),
        error_messages={"required": _("Enter the address that the service gave you.")},
        help_text=_(
            "As the service shows it when the robot is made. It is kept sealed and never shown again."
        ),
    )
    secret_signature = Secret(
        label=_("Signing secret"),
        help_text=_("Only if the robot was set to check signatures; DingTalk and Feishu offer it."),
    )

    class Meta:
        model = Robot
        fields = (
            "unit", "kind", "name", "secret_address", "secret_signature", "language", "rhythm", "with_text",
            "is_active",
        )  # fmt: skip
        help_texts = {
            "name": _("What the people of the group call it."),
            "with_text": _("Without it the group gets number and link only, and no text leaves the house."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units_in_reach(user)
        self.fields["secret_address"].required = not self.instance.pk
        if self.instance.pk:
            for name in ("unit", "kind"):
                self.fields[name].disabled = True
            note = _("Leave it empty to keep the one that is stored.")
            for name in ("secret_address", "secret_signature"):
                self.fields[name].help_text = note

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("secret_signature") and said.get("kind") not in CAN_SIGN:
            self.add_error("secret_signature", _("This service signs nothing."))
        return said


def units_in_reach(user: Any) -> Any:
    """Units in the places over which the user may keep robots."""
    inside = Unit.objects.none()
    for post in posts_of(user):
        if post.role in roles_with("notice.robots") and post.jurisdiction is not None:
            inside |= Unit.objects.filter(jurisdiction__path__startswith=post.jurisdiction.path)
    return inside


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class _FromADay(forms.ModelForm):
    """A new version: it begins today or later, and says where it comes from."""

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("A rule can't begin in the past."))
        return day


class SendingRuleForm(_FromADay):
    class Meta:
        model = SendingRule
        fields = (
            "valid_from", "morning_from", "morning_to", "afternoon_from", "afternoon_to", "digest_at",
            "remind_at", "retry_minutes", "reminder_days", "repeat_days", "source", "ours",
        )  # fmt: skip
        clocks = ("morning_from", "morning_to", "afternoon_from", "afternoon_to", "digest_at", "remind_at")
        widgets = {"valid_from": DayInput, **{name: _clock() for name in clocks}}
        labels = {"ours": _("Our own rule, without an official source")}
        help_texts = {
            "retry_minutes": _("Numbers with commas between; after the last one a person decides."),
            "reminder_days": _("Numbers with commas between, such as -7,-3,-1,0,1."),
        }

    def clean_reminder_days(self) -> list[int]:
        days: list[int] = self.cleaned_data["reminder_days"]
        if not days or not all(-366 <= day <= 366 for day in days):
            raise forms.ValidationError(_("Enter days between -366 and 366."))
        return days

    def clean_repeat_days(self) -> int:
        days: int = self.cleaned_data["repeat_days"]
        if days < 1:
            raise forms.ValidationError(_("At least one day lies between two reminders."))
        return days

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        order = [said.get(name) for name in self.Meta.clocks[:4]]
        if all(order) and order != sorted(order):  # type: ignore[type-var]
            self.add_error("morning_from", _("The hours must follow one another."))
        return said


class KindRuleForm(_FromADay):
    template = forms.ChoiceField(label=_("Kind of message"))

    class Meta:
        model = KindRule
        fields = ("template", "urgent", "valid_from", "source", "ours")
        widgets = {"valid_from": DayInput}
        labels = {"ours": _("Our own rule, without an official source")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["template"]
        field.choices = [(kind.key, kind.label) for kind in all_templates()]


class DecisionForm(forms.Form):
    """What is to be done with the messages that were ticked."""

    pk = forms.TypedMultipleChoiceField(coerce=int, required=True)
    act = forms.ChoiceField(choices=(("retry", ""), ("give_up", "")))
    reason = forms.CharField(required=False, max_length=500)

    def __init__(self, *args: Any, pks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pk"]
        field.choices = [(pk, pk) for pk in pks]
