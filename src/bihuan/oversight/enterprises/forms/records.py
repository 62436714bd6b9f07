"""Forms for every kind of record: what a person types; the actions decide."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import DayInput, MomentInput
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.people.permissions import roles_with
from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises.actions.limits import NewLimit
from bihuan.oversight.enterprises.actions.loggers import Binding, NewLogger
from bihuan.oversight.enterprises.actions.records import checked_code
from bihuan.oversight.enterprises.imports.loggers import APART
from bihuan.oversight.enterprises.models import (
    Enterprise,
    FacilityLink,
    Factor,
    Logger,
    Outlet,
    OutletLimit,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules.identifiers import BadCreditCode

LEVELS = ("county", "functional", "town")


def places_for(user: Any) -> Any:
    """Counties, functional areas and towns in which the user may enter enterprises."""
    inside = Q(pk__in=[])
    for post in posts_of(user):
        if post.role in roles_with(MANAGE) and post.jurisdiction is not None:
            inside |= Q(path__startswith=post.jurisdiction.path)
    return Jurisdiction.objects.filter(inside, level__in=LEVELS).order_by("path")


class EnterpriseForm(forms.ModelForm):
    jurisdiction = forms.ModelChoiceField(queryset=Jurisdiction.objects.none(), label=_("Jurisdiction"))

    class Meta:
        model = Enterprise
        fields = (
            "name", "short_name", "id_kind", "uscc", "jurisdiction", "address", "lon", "lat",
            "legal_representative", "contact_name", "contact_phone", "industry_code", "industry",
            "management_class", "key_unit", "operation", "operation_since", "registered_on", "remark",
        )  # fmt: skip
        widgets = {"operation_since": DayInput, "registered_on": DayInput}
        help_texts = {
            "uscc": _("18 characters; the check character is verified. Leave empty while it is not known."),
            "lon": _("Degrees in WGS-84."),
            "contact_phone": _("Seen by offices and the enterprise alone, never on the public card."),
            "management_class": _("As the classified management list puts it."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["jurisdiction"]
        place.queryset = places_for(user)
        if self.instance.pk is None:
            self.fields["registered_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """A slip in the code is said beside the code."""
        said: dict[str, Any] = super().clean() or {}
        typed = Enterprise(uscc=said.get("uscc"), id_kind=said.get("id_kind", ""))
        try:
            checked_code(typed)
        except BadCreditCode as error:
            self.add_error("uscc", str(error))
        return said


class OnSiteForm(forms.ModelForm):
    """A record that stands on one of the enterprise's sites."""

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site: Any = self.fields["site"]
        site.queryset = enterprise.sites.all()
        if self.instance.pk is None and enterprise.sites.count() == 1:
            site.initial = enterprise.sites.first()


class SiteForm(forms.ModelForm):
    class Meta:
        model = Site
        fields = (
            "name",
            "source_code",
            "jurisdiction",
            "address",
            "lon",
            "lat",
            "industry_code",
            "closed_on",
            "remark",
        )
        widgets = {"closed_on": DayInput}
        help_texts = {
            "source_code": _("As on the permit: credit code, three digits and a letter. We never make one.")
        }

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.enterprise = enterprise
        place: Any = self.fields["jurisdiction"]
        county = "/".join(enterprise.jurisdiction_path.split("/")[:2])
        place.queryset = Jurisdiction.objects.filter(path__startswith=county, level__in=LEVELS)
        if self.instance.pk is None:
            place.initial = enterprise.jurisdiction_id


class OutletForm(OnSiteForm):
    class Meta:
        model = Outlet
        fields = (
            "site", "code", "name", "medium", "kind", "system_code", "must_monitor", "mode", "continuous",
            "destination", "lon", "lat", "height_m", "diameter_m", "area_m2", "opened_on", "closed_on",
            "remark",
        )  # fmt: skip
        widgets = {"opened_on": DayInput, "closed_on": DayInput}
        help_texts = {
            "code": _("DA001 for gas, DW001 for water (HJ 608); another code is kept and marked."),
            "system_code": _("31 gas, 32 water, 36 noise, 39 dust (HJ 212)."),
        }


FACILITY = (
    "meter",
    "rated_kw",
    "power_on_kw",
    "power_off_kw",
    "confirm_on_s",
    "confirm_off_s",
    "closed_on",
    "remark",
)
METER_HELP = {
    "meter": _("The equipment number under which a logger reports it."),
    "power_on_kw": _("Leave empty to take the default of the working-condition rule."),
}


class ProductionForm(OnSiteForm):
    class Meta:
        model = ProductionFacility
        fields = ("site", "code", "name", "process", "product", "capacity", "fuel", *FACILITY)
        widgets = {"closed_on": DayInput}
        help_texts = METER_HELP | {"code": _("MF0001 (HJ 608); another code is kept and marked.")}


class TreatmentForm(OnSiteForm):
    class Meta:
        model = TreatmentFacility
        fields = (
            "site",
            "code",
            "name",
            "medium",
            "process",
            "design_capacity",
            "feasible_technology",
            *FACILITY,
        )
        widgets = {"closed_on": DayInput}
        help_texts = METER_HELP | {
            "code": _("TA001 gas, TW001 water (HJ 608); another code is kept and marked.")
        }


class LinkForm(forms.ModelForm):
    class Meta:
        model = FacilityLink
        fields = (
            "production", "treatment", "outlet", "mode", "needed", "lead_s", "lag_s", "grace_s",
            "valid_from", "valid_to", "remark",
        )  # fmt: skip
        widgets = {"valid_from": DayInput, "valid_to": DayInput}
        help_texts = {"production": _("Name two or three: production, treatment, outlet.")}

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("production", enterprise.production.all()),
            ("treatment", enterprise.treatment.all()),
            ("outlet", enterprise.outlets.all()),
        ):
            field: Any = self.fields[name]
            field.queryset = rows


class LimitForm(forms.Form):
    """A new limit; the one that holds until then ends on the day before."""

    outlet = forms.ModelChoiceField(queryset=Outlet.objects.none(), label=_("Outlet"))
    factor_code = forms.ChoiceField(label=_("Factor"))
    averaging = OutletLimit._meta.get_field("averaging").formfield()
    kind = OutletLimit._meta.get_field("kind").formfield()
    upper = forms.DecimalField(label=_("Upper limit"), required=False, max_digits=18, decimal_places=6)
    lower = forms.DecimalField(
        label=_("Lower limit"),
        required=False,
        max_digits=18,
        decimal_places=6,
        help_text=_("For an interval such as pH."),
    )
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=12,
        help_text=_("Empty takes the unit of the factor table."),
    )
    reference_oxygen_pct = forms.DecimalField(
        label=_("Reference oxygen (%)"), required=False, max_digits=4, decimal_places=2
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)
    valid_to = forms.DateField(label=_("Valid to"), widget=DayInput, required=False)
    source = forms.CharField(label=_("Source document"), max_length=200)

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outlet: Any = self.fields["outlet"]
        outlet.queryset = enterprise.outlets.filter(closed_on=None)
        factor: Any = self.fields["factor_code"]
        factor.choices = factor_choices

    def new_limit(self) -> NewLimit:
        said = {name: value for name, value in self.cleaned_data.items() if name != "outlet"}
        return NewLimit(**said)


def factor_choices() -> list[tuple[str, str]]:
    rows = Factor.objects.exclude(code="").filter(kind__in=("water", "air", "noise"))
    return [(row.code, f"{row.code} {row.name_zh}（{row.unit_2017}）") for row in rows.order_by("pk")]


class LoggerForm(forms.Form):
    """A logger from a moment on. The same number with another edition or outlets ends the entry that runs."""

    mn = forms.CharField(label=_("Device number MN"), max_length=24)
    outlets = forms.ModelMultipleChoiceField(
        queryset=Outlet.objects.none(), label=_("Outlets"), widget=forms.CheckboxSelectMultiple
    )
    edition = Logger._meta.get_field("edition").formfield()
    valid_from = forms.DateTimeField(
        label=_("Speaks for them from"),
        widget=MomentInput,
    )
    password = forms.CharField(label=_("Password PW"), required=False, max_length=12)
    key = forms.CharField(
        label=_("SM4 key"),
        required=False,
        max_length=16,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Sixteen characters, for HJ 212-2025; kept enciphered. Empty leaves the one there is."),
    )
    networks = forms.CharField(
        label=_("Networks it may speak from"),
        required=False,
        max_length=200,
        help_text=_("For example 10.1.0.0/16, apart by commas."),
    )
    allow_modbus_crc = forms.BooleanField(label=_("Accept the Modbus check value"), required=False)
    realtime_interval_s = forms.IntegerField(
        label=_("Real-time interval (s)"), min_value=30, max_value=3600, initial=60
    )
    minute_interval_min = forms.IntegerField(
        label=_("Minute-data interval (min)"), min_value=1, max_value=30, initial=10
    )
    maker = forms.CharField(label=_("Maker"), required=False, max_length=60)
    model = forms.CharField(label=_("Model"), required=False, max_length=60)
    serial = forms.CharField(label=_("Hardware number"), required=False, max_length=60)
    accepted_on = forms.DateField(label=_("Accepted on"), widget=DayInput, required=False)

    SETTINGS = (
        "allow_modbus_crc", "realtime_interval_s", "minute_interval_min", "maker", "model", "serial",
        "accepted_on",
    )  # fmt: skip

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outlets: Any = self.fields["outlets"]
        outlets.queryset = enterprise.outlets.filter(closed_on=None).select_related("site__enterprise")

    def new_logger(self) -> NewLogger:
        said = self.cleaned_data
        networks = [part for part in APART.split(said["networks"]) if part]
        return NewLogger(
            mn=said["mn"],
            outlets=tuple(Binding(outlet) for outlet in said["outlets"]),
            valid_from=said["valid_from"],
            edition=said["edition"],
            password=said["password"] or None,
            key=said["key"] or None,
            settings={name: said[name] for name in self.SETTINGS} | {"networks": networks},
        )


def logger_initial(logger: Logger) -> dict[str, Any]:
    """The form of an entry that stands: the same moment, so that only settings change."""
    return {
        **{name: getattr(logger, name) for name in (*LoggerForm.SETTINGS, "mn", "edition", "password")},
        "networks": ", ".join(logger.networks),
        "outlets": logger.outlets.all(),
        "valid_from": timezone.localtime(logger.valid_from),
    }
