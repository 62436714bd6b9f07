"""台账 of the area: enterprises, outlets, loggers, limits, facilities, scans, objections."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.access import reach_of
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    JurisdictionFilter,
    TextFilter,
)
from bihuan.kernel.registers.register import Register, register
from bihuan.oversight.enterprises.actions.records import save_enterprise
from bihuan.oversight.enterprises.forms.records import EnterpriseForm
from bihuan.oversight.enterprises.imports import (
    EnterpriseImporter,
    FacilityImporter,
    LimitImporter,
    LoggerImporter,
    OutletImporter,
)
from bihuan.oversight.enterprises.labels import colour_mark, colour_word
from bihuan.oversight.enterprises.models import (
    ColourObjection,
    Enterprise,
    EnterpriseCode,
    Logger,
    Outlet,
    OutletLimit,
    ProductionFacility,
    Scan,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.panels import enterprise_url, outlet_url
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules.colour import Colour
from bihuan.oversight.enterprises.rules.vocabulary import (
    Averaging,
    Edition,
    LimitKind,
    ManagementClass,
    Medium,
    Operation,
)

CODED = EnterpriseCode.objects.filter(enterprise=OuterRef("pk"), revoked_at=None)


def in_force(today_field: str) -> Q:
    return Q(**{f"{today_field}__isnull": True})


class OfEnterprise(Register):
    """A list of what belongs to enterprises; a row leads to the enterprise's page."""

    related: ClassVar[tuple[str, ...]] = ("enterprise", "jurisdiction")

    def detail_url(self, obj: Any) -> str:
        return enterprise_url(obj)


@register
class EnterpriseRegister(Register):
    id = "enterprises"
    title = _("Enterprises")
    description = _("One row for each enterprise with one code; the colour is that of the latest reading.")
    model = Enterprise
    related = ("jurisdiction",)
    columns = (
        Column("name", _("Enterprise name"), sort="name"),
        Column("uscc", _("Credit code"), kind="mono"),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
        Column("industry", _("Industry"), sort="industry_code"),
        Column("management_class", _("Management class")),
        Column("outlets", _("Outlets"), value="outlet_count", kind="number"),
        Column("coded", _("One code"), value=lambda one: _("issued") if one.coded else "—"),
        Column(
            "colour",
            _("Colour"),
            value=lambda one: colour_word(one.colour),
            kind="badge",
            badge=lambda one: colour_mark(one.colour),
            sort="colour",
        ),
    )
    filters = (
        ChoiceFilter("colour", _("Colour"), field="colour", choices=Colour.choices, multiple=True),
        JurisdictionFilter(),
        ChoiceFilter(
            "class", _("Management class"), field="management_class", choices=ManagementClass.choices
        ),
        BooleanFilter("key", _("Key pollutant-discharge unit"), field="key_unit"),
        BooleanFilter("coded", _("With a code"), field="coded"),
        BooleanFilter("monitored", _("With automatic monitoring"), field="monitored"),
        ChoiceFilter("operation", _("Operation"), field="operation", choices=Operation.choices),
        DateRangeFilter("registered", _("Entered on"), field="registered_on"),
    )
    search_field = "search_terms"
    search_texts = ("search_text",)
    default_sort = "jurisdiction_path"
    importer = EnterpriseImporter
    form_class = EnterpriseForm
    write_permission = MANAGE
    new_label = _("Enter an enterprise")

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        logging = Logger.objects.filter(enterprise=OuterRef("pk"), valid_to=None)
        rows = Enterprise.objects.visible_to(user).filter(merged_into=None)
        return rows.annotate(coded=Exists(CODED), monitored=Exists(logging))

    def with_relations(self, rows: Any) -> Any:
        return (
            super()
            .with_relations(rows)
            .annotate(outlet_count=Count("outlets", filter=Q(outlets__closed_on=None)))
        )

    def detail_url(self, obj: Any) -> str:
        return reverse("enterprise", args=[obj.pk])

    def form(self, *, data: Any, files: Any, obj: Any, user: Any) -> Any:
        return EnterpriseForm(data, files, instance=obj, user=user)

    def save(self, form: Any, by: Any) -> Enterprise:
        enterprise: Enterprise = form.save(commit=False)
        save_enterprise(enterprise, by=by, jurisdiction=form.cleaned_data["jurisdiction"])
        return enterprise


@register
class OutletRegister(OfEnterprise):
    id = "outlets"
    title = _("Outlets")
    model = Outlet
    related = ("enterprise", "site", "jurisdiction")
    prefetch = ("loggers",)
    columns = (
        Column("code", _("Local code"), sort="code", kind="mono"),
        Column("name", _("Outlet name"), sort="name"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column("medium", _("Medium"), sort="medium"),
        Column("kind", _("Kind"), sort="kind"),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
        Column(
            "mn",
            _("Loggers"),
            value=lambda one: [row.mn for row in one.loggers.all() if not row.valid_to],
            kind="mono",
        ),
        Column("closed_on", _("Out of use since"), sort="closed_on", kind="date"),
    )
    filters = (
        ChoiceFilter("medium", _("Medium"), field="medium", choices=Medium.choices, multiple=True),
        JurisdictionFilter(),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
        BooleanFilter("monitored", _("With automatic monitoring"), field="monitored"),
        BooleanFilter("must", _("Automatic monitoring required"), field="must_monitor"),
        BooleanFilter("open", _("In use now"), condition=Q(closed_on=None)),
    )
    default_sort = "jurisdiction_path"
    importer = OutletImporter

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        running = Logger.objects.filter(outlets=OuterRef("pk"), valid_to=None)
        return super().queryset(user, as_of).annotate(monitored=Exists(running))

    def detail_url(self, obj: Any) -> str:
        return outlet_url(obj)


@register
class LoggerRegister(OfEnterprise):
    id = "loggers"
    title = _("Data loggers")
    description = _(
        "One row for each stay of a logger; a changed number, edition or outlet begins a new row."
    )
    model = Logger
    prefetch = ("outlets",)
    columns = (
        Column("mn", _("Device number MN"), sort="mn", kind="mono"),
        Column("edition", _("Edition"), sort="edition"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column(
            "outlets",
            _("Outlets"),
            value=lambda one: [outlet.code for outlet in one.outlets.all()],
            kind="mono",
        ),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
        Column("valid_from", _("In force since"), sort="valid_from", kind="datetime"),
        Column("valid_to", _("Until"), sort="valid_to", kind="datetime"),
    )
    filters = (
        TextFilter("mn", _("Device number MN"), field="mn"),
        ChoiceFilter("edition", _("Edition"), field="edition", choices=Edition.choices),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
        BooleanFilter("running", _("In force"), condition=in_force("valid_to")),
        JurisdictionFilter(),
        DateRangeFilter("installed", _("Installed"), field="valid_from"),
    )
    default_sort = "mn"
    importer = LoggerImporter


@register
class LimitRegister(OfEnterprise):
    id = "limits"
    title = _("Limits")
    description = _("Every limit from its first day to its last; a withdrawn one is kept and judges nothing.")
    model = OutletLimit
    related = ("enterprise", "outlet", "jurisdiction")
    columns = (
        Column("outlet", _("Outlet"), value="outlet.code", kind="mono", sort="outlet__code"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column("factor_code", _("Factor"), sort="factor_code", kind="mono"),
        Column("averaging", _("Averaging")),
        Column("lower", _("Lower limit"), kind="number"),
        Column("upper", _("Upper limit"), sort="upper", kind="number"),
        Column("unit", _("Unit")),
        Column("kind", _("Kind")),
        Column("valid_from", _("Valid from"), sort="valid_from", kind="date"),
        Column("valid_to", _("Valid to"), sort="valid_to", kind="date"),
        Column("source", _("Source document")),
    )
    filters = (
        TextFilter("factor", _("Factor"), field="factor_code"),
        ChoiceFilter("averaging", _("Averaging"), field="averaging", choices=Averaging.choices),
        ChoiceFilter("kind", _("Kind"), field="kind", choices=LimitKind.choices),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
        BooleanFilter("running", _("In force"), condition=Q(valid_to=None, withdrawn_at=None)),
        JurisdictionFilter(),
    )
    default_sort = "outlet__code"
    importer = LimitImporter


class FacilityRegister(OfEnterprise):
    columns = (
        Column("code", _("Local code"), sort="code", kind="mono"),
        Column("name", _("Facility name"), sort="name"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column("process", _("Process"), sort="process"),
        Column("meter", _("Electricity meter"), kind="mono"),
        Column("rated_kw", _("Rated power (kW)"), sort="rated_kw", kind="number"),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
    )
    filters = (
        TextFilter("name", _("Facility name"), field="name"),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
        BooleanFilter("metered", _("With an electricity meter"), condition=~Q(meter="")),
        JurisdictionFilter(),
    )
    default_sort = "jurisdiction_path"
    importer = FacilityImporter


@register
class ProductionRegister(FacilityRegister):
    id = "production-facilities"
    title = _("Production facilities")
    model = ProductionFacility


@register
class TreatmentRegister(FacilityRegister):
    id = "treatment-facilities"
    title = _("Treatment facilities")
    model = TreatmentFacility


class OfOffices(OfEnterprise):
    """What offices keep about enterprises: whoever reads the place reads it, the enterprise doesn't."""

    related: ClassVar[tuple[str, ...]] = ("enterprise", "enterprise__jurisdiction")

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        condition = Q(pk__in=[])
        for prefix in reach_of(user):
            condition |= Q(enterprise__jurisdiction_path__startswith=prefix)
        return self.model._default_manager.filter(condition)


@register
class ScanRegister(OfOffices):
    id = "scans"
    title = _("Readings of codes")
    description = _("Each time an officer read a code: who, when, where and for which task.")
    model = Scan
    related = ("enterprise", "user")
    columns = (
        Column("scanned_at", _("Time of reading"), sort="scanned_at", kind="datetime"),
        Column("user", _("Officer"), value="user.name"),
        Column("kind", _("Kind"), sort="kind"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column("task", _("Task number"), kind="mono"),
        Column("checked", _("Task checked"), value=lambda one: checked_word(one)),
        Column("purpose", _("Purpose")),
        Column("justified_at", _("Justified"), kind="datetime"),
    )
    filters = (
        ChoiceFilter("kind", _("Kind"), field="kind", choices=Scan.Kind.choices),
        DateRangeFilter("scanned", _("Time of reading"), field="scanned_at"),
        TextFilter("who", _("Officer"), field="user__name"),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
        BooleanFilter(
            "unjustified", _("Justification overdue"), condition=Q(justify_by__lt=Now(), justified_at=None)
        ),
        JurisdictionFilter(field="enterprise__jurisdiction_path"),
    )
    default_sort = "-scanned_at"


def checked_word(scan: Scan) -> Any:
    if not scan.task:
        return ""
    return _("approved") if scan.task_known else _("not checked: no task system is connected")


@register
class ObjectionRegister(OfOffices):
    id = "colour-objections"
    title = _("Objections to colours")
    model = ColourObjection
    related = ("enterprise", "span", "filed_by", "answered_by")
    columns = (
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column("filed_at", _("Filed"), sort="filed_at", kind="datetime"),
        Column(
            "colour",
            _("Colour"),
            value=lambda one: colour_word(one.span.colour),
            kind="badge",
            badge=lambda one: colour_mark(one.span.colour),
        ),
        Column("text", _("Objection")),
        Column("due_on", _("Answer due on"), sort="due_on", kind="date"),
        Column("answer", _("Answer")),
        Column("upheld", _("Upheld")),
    )
    filters = (
        BooleanFilter("open", _("Waiting for an answer"), condition=Q(answered_at=None)),
        DateRangeFilter("filed", _("Filed"), field="filed_at"),
        JurisdictionFilter(field="enterprise__jurisdiction_path"),
    )
    default_sort = "due_on"
