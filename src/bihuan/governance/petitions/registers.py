"""台账 of the area: petition cases and announcements of batches."""

from datetime import datetime
from typing import Any

from django.db.models import Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.bulk import BULK
from bihuan.governance.petitions.imports import BatchImporter, PetitionImporter
from bihuan.governance.petitions.labels import HANDLING_MARKS, MARKS, STEP_MARKS
from bihuan.governance.petitions.models import (
    OUTSIDE_CODE,
    Finding,
    Handling,
    PetitionBatch,
    PetitionCase,
    Pollution,
    StrikeOff,
    Verdict,
)
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    JurisdictionFilter,
)
from bihuan.kernel.registers.register import Register, register
from bihuan.loop.models import Clock


class AxisFilter(ChoiceFilter):
    """Filters by an axis as it stood at the moment that is shown."""

    def apply(self, rows: Any, value: list[str]) -> Any:
        then = f"{self.name}_then"
        return rows.filter(**{f"{then if then in rows.query.annotations else self.name}__in": value})


def axis(case: Any, name: str) -> str:
    return str(getattr(case, f"{name}_then", None) or getattr(case, name))


def inspection_choices() -> list[tuple[str, str]]:
    names = PetitionCase.objects.exclude(inspection="").order_by("inspection")
    return [(name, name) for name in names.values_list("inspection", flat=True).distinct()]


def place_of(case: Any) -> str:
    return str(case.area_printed if case.is_outside else case.jurisdiction.name)


@register
class PetitionRegister(Register):
    id = "petitions"
    title = _("Petition cases")
    description = _(
        "Cases handed over by inspection teams: finding, handling and striking off are three things."
    )
    model = PetitionCase
    knows_the_past = True
    related = ("jurisdiction", "problem")
    columns = (
        Column(
            "number", _("Petition number"), value=lambda row: row.number_printed or row.number, kind="mono"
        ),
        Column("title", _("Problem"), sort="title"),
        Column("type", _("Pollution type"), value="primary_pollution"),
        Column("place", _("Region"), value=place_of, sort="jurisdiction_path"),
        Column("finding", _("Substantiation"), value=lambda row: Finding(axis(row, "finding")).label),
        Column(
            "handling",
            _("State of handling"),
            value=lambda row: Handling(axis(row, "handling")).label,
            kind="badge",
            badge=lambda row: HANDLING_MARKS[axis(row, "handling")],
        ),
        Column(
            "strike_off",
            _("Striking off"),
            value=lambda row: StrikeOff(axis(row, "strike_off")).label,
            kind="badge",
            badge=lambda row: STEP_MARKS[axis(row, "strike_off")],
        ),
        Column(
            "due",
            _("Answer due"),
            value=lambda row: getattr(row, "answer_due", None),
            sort="answer_due",
            kind="date",
        ),
    )
    filters = (
        ChoiceFilter("inspection", _("Inspection"), choices=inspection_choices),
        ChoiceFilter("type", _("Pollution type"), field="primary_pollution", choices=Pollution.choices),
        AxisFilter("finding", _("Substantiation"), choices=Finding.choices),
        AxisFilter("handling", _("State of handling"), choices=Handling.choices),
        AxisFilter("strike_off", _("Striking off"), choices=StrikeOff.choices),
        JurisdictionFilter(),
        DateRangeFilter("received", _("Handed over"), field="received_on"),
        BooleanFilter("key", _("Key case"), field="key_case"),
        BooleanFilter("outside", _("Outside this city"), condition=Q(jurisdiction__code=OUTSIDE_CODE)),
        BooleanFilter("flagged", _("Flagged"), condition=~Q(flags=[])),
    )
    search_field = "search_terms"
    search_texts = ("search_text",)
    number_fields = ("number", "number_printed")
    default_sort = "-received_on"
    importer = PetitionImporter
    new_page = "petition-new"
    new_label = _("Enter a petition")
    write_permission = "petition.receive"
    bulk = BULK

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        rows = PetitionCase.objects.visible_to(user)
        running = Clock.objects.filter(source=OuterRef("pk"), stopped_at=None).order_by()
        due = running.values("source").annotate(first=Min("due_on")).values("first")
        rows = rows.annotate(answer_due=Subquery(due))
        return rows.standing_at(as_of) if as_of else rows

    def detail_url(self, obj: Any) -> str:
        return reverse("petition", args=[obj.pk])

    def stream(self, obj: Any) -> str:
        return str(obj.stream)


@register
class BatchRegister(Register):
    id = "petition-batches"
    title = _("Petition batches")
    description = _("Announcements of hand-overs as printed, with a verdict on their arithmetic.")
    model = PetitionBatch
    columns = (
        Column("area", _("Area"), sort="area"),
        Column("inspection", _("Inspection"), sort="inspection"),
        Column("batch_no", _("Batch")),
        Column("handover_date", _("Handed over on"), sort="handover_date", kind="date"),
        Column("total", _("Petitions"), sort="total", kind="number"),
        Column(
            "cumulative",
            _("Cumulative"),
            value=lambda row: row.printed.get("cumulative_total"),
            kind="number",
        ),
        Column(
            "verdict", _("Arithmetic"), sort="verdict", kind="badge", badge=lambda row: MARKS[row.verdict]
        ),
    )
    filters = (
        ChoiceFilter("verdict", _("Arithmetic"), choices=Verdict.choices),
        DateRangeFilter("handed_over", _("Handed over on"), field="handover_date"),
    )
    number_fields = ("number",)
    search_texts = ("number", "area", "inspection")
    default_sort = "-handover_date"
    importer = BatchImporter

    def detail_url(self, obj: Any) -> str:
        return reverse("petition-batch", args=[obj.pk])
