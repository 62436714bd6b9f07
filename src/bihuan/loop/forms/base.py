"""Forms of the loop: one per act. A form asks, checks what it can, and hands over to the act's action."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.people.models import Unit, User
from bihuan.loop.models import Problem
from bihuan.loop.rules.transitions import BY_EVENT


class ActForm(forms.Form):
    """Base: knows the problem and the user; `perform` calls the action."""

    event: ClassVar[str]
    intro: ClassVar[Any] = ""

    def __init__(self, *args: Any, problem: Problem, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem, self.user = problem, user
        self.prepare()

    def prepare(self) -> None:
        """Narrow the choices to the problem; called once the form knows it."""

    @property
    def action_label(self) -> Any:
        return BY_EVENT[self.event].label

    def perform(self) -> Any:
        raise NotImplementedError

    def value(self, name: str) -> Any:
        return self.cleaned_data.get(name)


class ReasonForm(ActForm):
    """An act that asks for nothing but, perhaps, a word of explanation."""

    reason = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


def text(label: Any, *, rows: int = 4, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def line(label: Any, *, required: bool = True, help_text: Any = "", length: int = 120) -> forms.CharField:
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=length)


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DayInput)


class UnitField(forms.ModelChoiceField):
    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(Unit.objects.select_related("jurisdiction"), label=label, **kwargs)

    def label_from_instance(self, unit: Any) -> str:
        return str(unit.name)


class UnitsField(forms.ModelMultipleChoiceField):
    def __init__(self, label: Any, **kwargs: Any) -> None:
        units = Unit.objects.select_related("jurisdiction")
        super().__init__(units, label=label, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, unit: Any) -> str:
        return str(unit.name)


class LeaderField(forms.ModelChoiceField):
    """A leader with a post over the problem's place."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        leaders = User.objects.filter(is_active=True, posts__role="leader").distinct()
        super().__init__(leaders, label=label, **kwargs)
