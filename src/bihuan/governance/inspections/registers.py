"""台账 of the area: feedback items and rounds."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, CharField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.imports import RectificationImporter
from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.queries import fanned_out, standings
from bihuan.governance.inspections.rules.counts import COUNT_OF, Count, Nature
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import BooleanFilter, ChoiceFilter, JurisdictionFilter
from bihuan.kernel.registers.register import Register, register
from bihuan.loop.rules.states import ReportingStatus, TimeLimit

MARKS = {Count.CLOSED: "ok", Count.COMPLETED_NOT_CLOSED: "ok", Count.ON_TRACK: "info", Count.BEHIND: "late"}


def annotated(rows: Any, moment: datetime) -> Any:
    """The rows with `status_then`, `limit_then`, `fanned_out`: how each stood at the moment."""
    found = standings(rows, moment)
    children = fanned_out(found)
    by_status: dict[str, list[int]] = defaultdict(list)
    by_limit: dict[str, list[int]] = defaultdict(list)
    for one in found:
        by_status[str(one.status)].append(one.item.pk)
        by_limit[str(one.time_limit)].append(one.item.pk)
    return rows.annotate(
        status_then=_chosen(by_status),
        limit_then=_chosen(by_limit),
        fanned_out=Case(When(pk__in=children, then=True), default=False, output_field=BooleanField()),
    )


def _chosen(groups: dict[str, list[int]]) -> Case:
    whens = [When(pk__in=keys, then=Value(name)) for name, keys in groups.items()]
    return Case(*whens, default=Value(""), output_field=CharField())


def count_is(name: str) -> Q:
    return Q(status_then__in=[str(status) for status, found in COUNT_OF.items() if found == name])


def status_text(item: Any) -> str:
    then = getattr(item, "status_then", "")
    return str(ReportingStatus(then).label) if then else ""


def status_mark(item: Any) -> str:
    then = getattr(item, "status_then", "")
    return MARKS[COUNT_OF[ReportingStatus(then)]] if then else "none"


def limit_text(item: Any) -> str:
    if getattr(item, "limit_then", item.time_limit) == TimeLimit.LONG_TERM:
        return str(TimeLimit.LONG_TERM.label)
    return item.deadline.isoformat() if item.deadline else ""


def round_choices() -> list[tuple[int, str]]:
    return list(Round.objects.values_list("pk", "name"))


def holder_choices() -> list[tuple[str, str]]:
    """Every place that holds an item itself; the jurisdiction filter takes what lies inside as well."""
    held = FeedbackItem.objects.order_by("jurisdiction__path").values_list(
        "jurisdiction__code", "jurisdiction__name"
    )
    return list(held.distinct())


@register
class ItemRegister(Register):
    id = "feedback-items"
    title = _("Feedback items")
    description = _("What inspections fed back, one row an item, as it stood at the chosen moment.")
    model = FeedbackItem
    knows_the_past = True
    related = ("problem", "problem__lead_unit", "jurisdiction", "round")
    columns = (
        Column("number", _("Number"), sort="number", kind="mono"),
        Column("title", _("Problem"), sort="title"),
        Column("nature", _("Nature"), sort="nature"),
        Column("round", _("Round"), value="round.name"),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
        Column("lead", _("Lead unit"), value="problem.lead_unit"),
        Column("limit", _("Time limit"), value=limit_text, sort="deadline"),
        Column("status", _("Reporting status"), value=status_text, kind="badge", badge=status_mark),
    )
    filters = (
        ChoiceFilter("round", _("Round"), field="round_id", choices=round_choices),
        ChoiceFilter("nature", _("Nature"), choices=Nature.choices),
        ChoiceFilter("count", _("Count"), choices=Count.choices, condition=count_is, multiple=True),
        ChoiceFilter("limit", _("Time limit"), field="limit_then", choices=TimeLimit.choices),
        JurisdictionFilter(),
        ChoiceFilter("held", _("Held by"), field="jurisdiction__code", choices=holder_choices),
        BooleanFilter("fanned_out", _("Fanned out from another item")),
        BooleanFilter("flagged", _("Flagged"), condition=~Q(flags=[])),
    )
    search_field = "problem__search_terms"
    search_texts = ("problem__search_text",)
    number_fields = ("number",)
    default_sort = "pk"
    importer = RectificationImporter

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        moment = as_of or timezone.now()
        return annotated(FeedbackItem.objects.visible_to(user).received_by(moment), moment)

    def detail_url(self, obj: Any) -> str:
        return reverse("feedback-item", args=[obj.pk])


@register
class RoundRegister(Register):
    id = "inspection-rounds"
    title = _("Inspection rounds")
    model = Round
    related = ("inspected",)
    columns = (
        Column("name", _("Name of the inspection"), sort="name"),
        Column("level", _("Level"), sort="level"),
        Column("kind", _("Kind"), sort="kind"),
        Column("inspected", _("Inspected place")),
        Column("on_site_from", _("On site from"), sort="on_site_from", kind="date"),
        Column("on_site_to", _("On site to"), sort="on_site_to", kind="date"),
        Column("feedback_on", _("Feedback on"), sort="feedback_on", kind="date"),
        Column("due_on", _("Plan due on"), sort="due_on", kind="date"),
    )
    filters = (
        ChoiceFilter("level", _("Level"), choices=Round.Level.choices),
        ChoiceFilter("kind", _("Kind"), choices=Round.Kind.choices),
    )
    search_texts = ("name",)
    default_sort = "-feedback_on"

    def detail_url(self, obj: Any) -> str:
        return reverse("round", args=[obj.pk])
