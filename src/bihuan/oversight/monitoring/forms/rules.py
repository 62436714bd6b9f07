"""The draft of a rule version with what it is tried on, and the recomputation of past days."""

import json
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput
from bihuan.kernel.people.access import reach_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises.public import Medium, Outlet
from bihuan.oversight.monitoring.forms.acts import LINES
from bihuan.oversight.monitoring.judgement.trying import MOST_DAYS
from bihuan.oversight.monitoring.models import RuleVersion
from bihuan.oversight.monitoring.rules.catalogue import UNIT_LABELS, Family, Rule
from bihuan.oversight.monitoring.rules.rulebook import Version
from bihuan.oversight.monitoring.words import table

NUMBER = "number_"
DRAFT = 0
USUAL_DAYS = 7
SALT = "monitoring.rule.draft"


class DraftForm(forms.Form):
    """One field for each number of the rule; `draft` is the version as it would be judged by."""

    enabled = forms.BooleanField(label=_("The rule is switched on"), required=False, initial=True)
    medium = forms.ChoiceField(
        label=_("Only for the medium"), required=False, choices=[("", _("all media")), *Medium.choices]
    )
    factor = forms.CharField(
        label=_("Only for the factor"),
        required=False,
        max_length=10,
        help_text=_("A code of the factor table, such as a21026; empty for all."),
    )
    outlet = forms.CharField(
        label=_("Only for the outlet"),
        required=False,
        max_length=160,
        help_text=_("Local code and enterprise, such as “DA001 Haining Dyeing”; empty for all."),
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)
    source = forms.CharField(label=_("Basis"), max_length=200)
    ours = forms.BooleanField(
        label=_("Our own number, not from an official document"), required=False, initial=True
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=LINES)
    first = forms.DateField(label=_("Try on days from"), widget=DayInput)
    last = forms.DateField(label=_("to"), widget=DayInput)
    place = forms.ModelChoiceField(
        Jurisdiction.objects.none(), label=_("Try on outlets in"), required=False, to_field_name="code"
    )

    def __init__(self, rule: Rule, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule, self.user = rule, user
        yesterday = timezone.localdate() - timedelta(days=1)
        self.fields["valid_from"].initial = timezone.localdate()
        self.fields["first"].initial = yesterday - timedelta(days=USUAL_DAYS - 1)
        self.fields["last"].initial = yesterday
        self.fields["place"].queryset = places(user)  # type: ignore[attr-defined]
        for one in rule.parameters:
            self.fields[NUMBER + one.key] = forms.FloatField(
                label=one.label,
                min_value=one.least,
                help_text=UNIT_LABELS[one.unit],
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        if rule.family is Family.STATISTICS:
            del self.fields["enabled"]

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[NUMBER + one.key] for one in self.rule.parameters]

    def clean_factor(self) -> str:
        code: str = self.cleaned_data["factor"].strip()
        if code and table().find(code) is None:
            raise ValidationError(_("The factor table doesn't know this code."))
        return code

    def clean_outlet(self) -> Outlet | None:
        return outlet_named(self.cleaned_data["outlet"], self.user)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            self.add_error("last", _("A dry run goes over 1 to 31 days."))
        if last and last >= timezone.localdate():
            self.add_error("last", _("A dry run goes over days that are over."))
        return said

    @property
    def draft(self) -> Version:
        said = self.cleaned_data
        return Version(
            rule=self.rule.id,
            number=DRAFT,
            valid_from=min(said["valid_from"], said["first"]),
            parameters={one.key: said[NUMBER + one.key] for one in self.rule.parameters},
            source=said["source"],
            ours=said["ours"],
            enabled=said.get("enabled", True),
            medium=said["medium"],
            factor=said["factor"],
            outlet=said["outlet"].pk if said["outlet"] else None,
        )

    @property
    def published(self) -> dict[str, Any]:
        """The draft as `publish_rule` takes it."""
        said, draft = self.cleaned_data, self.draft
        return {
            "parameters": draft.parameters,
            "valid_from": said["valid_from"],
            "source": draft.source,
            "reason": said["reason"],
            "ours": draft.ours,
            "enabled": draft.enabled,
            "medium": draft.medium,
            "factor_code": draft.factor,
            "outlet": said["outlet"],
        }

    @property
    def seal(self) -> str:
        """Proves to the next request that just these numbers were tried."""
        return signing.dumps(self._tried, salt=SALT)

    def was_tried(self, seal: str) -> bool:
        try:
            return bool(signing.loads(seal, salt=SALT) == self._tried)
        except signing.BadSignature:
            return False

    @property
    def _tried(self) -> str:
        draft = self.draft
        said = [draft.rule, dict(draft.parameters), draft.enabled, draft.medium, draft.factor, draft.outlet]
        return json.dumps(said, sort_keys=True)


def initial_of(version: RuleVersion | None, outlet: Outlet | None) -> dict[str, Any]:
    """A draft begins with the numbers that hold now."""
    found: dict[str, Any] = {}
    if version is not None:
        found |= {NUMBER + key: value for key, value in version.parameters.items()}
        found |= {"enabled": version.enabled, "medium": version.medium, "factor": version.factor_code}
        outlet = outlet or version.outlet
    if outlet is not None:
        found["outlet"] = f"{outlet.code} {outlet.enterprise.name}"
    return found


def places(user: Any) -> Any:
    """Counties and functional areas in the user's reach."""
    rows = Jurisdiction.objects.filter(level__in=[Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL])
    paths = tuple(reach_of(user))
    keys = [place.pk for place in rows if place.path.startswith(paths)]
    return rows.filter(pk__in=keys).order_by("path")


def outlet_named(text: str, user: Any) -> Outlet | None:
    """The one outlet that “code enterprise” names among those the user may see; None for no text."""
    code, _blank, name = text.strip().partition(" ")
    if not code:
        return None
    rows = Outlet.objects.visible_to(user).select_related("enterprise").filter(code__iexact=code)
    found = list(rows.filter(enterprise__name__icontains=name.strip())[:2])
    if len(found) != 1:
        raise ValidationError(
            _("No outlet fits that.") if not found else _("Several outlets fit that; name the enterprise.")
        )
    return found[0]


class RejudgeForm(forms.Form):
    """A month that is over, of one outlet or of a whole county."""

    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )
    outlet = forms.CharField(
        label=_("Only for the outlet"),
        required=False,
        max_length=160,
        help_text=_("Local code and enterprise, such as “DA001 Haining Dyeing”."),
    )
    place = forms.ModelChoiceField(
        Jurisdiction.objects.none(), label=_("Outlets in"), required=False, to_field_name="code"
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=LINES)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["place"].queryset = places(user)  # type: ignore[attr-defined]

    def clean_outlet(self) -> Outlet | None:
        return outlet_named(self.cleaned_data["outlet"], self.user)

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the month, as far as it is over."""
        first: date = self.cleaned_data["month"]
        following = (first + timedelta(days=31)).replace(day=1)
        return first, min(following, timezone.localdate()) - timedelta(days=1)

    @property
    def outlets(self) -> list[int]:
        said = self.cleaned_data
        if said["outlet"] is not None:
            return [said["outlet"].pk]
        rows = Outlet.objects.visible_to(self.user)
        if said["place"] is not None:
            rows = rows.filter(jurisdiction_path__startswith=said["place"].path)
        return list(rows.order_by("pk").values_list("pk", flat=True))


class NumberForm(forms.Form):
    value = forms.IntegerField(label=_("Value"), min_value=0)
    valid_from = forms.DateField(label=_("Valid from"), initial=timezone.localdate, widget=DayInput)
    source = forms.CharField(label=_("Basis or reason"), max_length=200, widget=LINES)
    ours = forms.BooleanField(
        label=_("Our own number, not from an official document"), required=False, initial=True
    )
