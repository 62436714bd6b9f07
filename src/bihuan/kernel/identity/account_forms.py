from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.identity.actions.accounts import PERMISSION, NewPost
from bihuan.kernel.identity.defaults import NUMBERS
from bihuan.kernel.identity.models import SecurityRule
from bihuan.kernel.identity.queries import reach
from bihuan.kernel.people.models import Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places.models import Jurisdiction

USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{2,39}$", _("Small letters, digits, dot, dash; at least three.")
)


class PostForm(forms.Form):
    """A post over a place or in a unit; both lie where the administrator may act."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    jurisdiction = forms.ModelChoiceField(
        label=_("Over the place"),
        queryset=Jurisdiction.objects.none(),
        required=False,
        help_text=_("For who reads or decides over a whole place."),
    )
    unit = forms.ModelChoiceField(
        label=_("In the unit"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("For who acts for a unit or an enterprise."),
    )
    title = forms.CharField(label=_("Title of the post"), max_length=60, required=False)
    valid_to = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: until ended."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, unit = Q(pk__in=[]), Q(pk__in=[])
        for path in reach(by, PERMISSION):
            place |= Q(path__startswith=path)
            unit |= Q(jurisdiction__path__startswith=path)
        choices: dict[str, Any] = self.fields
        choices["jurisdiction"].queryset = Jurisdiction.objects.filter(place)
        choices["unit"].queryset = Unit.objects.filter(unit)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not said.get("jurisdiction") and not said.get("unit"):
            raise forms.ValidationError(_("A post needs a place or a unit."))
        return said

    def post(self) -> NewPost:
        said = self.cleaned_data
        names = ("role", "jurisdiction", "unit", "title", "valid_to")
        return NewPost(**{name: said[name] for name in names})


class HolderForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "email", "phone")
        labels = {"name": _("Name"), "email": _("E-mail"), "phone": _("Telephone")}


class OpenAccountForm(PostForm):
    username = forms.CharField(
        label=_("Account"),
        max_length=40,
        validators=[USERNAME],
        help_text=_("What one types to sign in; it never changes."),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    field_order = ("username", "name", "email", "phone", "role", "jurisdiction", "unit", "title", "valid_to")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the ledger for the auditor."),
    )


class NumberForm(forms.ModelForm):
    """A new version of a rule; the versions before it stay."""

    rule_id = forms.ChoiceField(
        label=_("Rule"), choices=lambda: [(key, one.label) for key, one in NUMBERS.items()]
    )

    class Meta:
        model = SecurityRule
        fields = ("rule_id", "value", "valid_from", "source", "ours")
        labels = {
            "value": _("Set to"),
            "valid_from": _("Valid from"),
            "source": _("Why this number, or which document names it"),
            "ours": _("Our own number, named by no standard"),
        }
        widgets = {
            "valid_from": DayInput,
            "source": forms.Textarea(attrs={"rows": 2}),
        }
