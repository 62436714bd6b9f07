from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import ChoiceFilter, DateRangeFilter, JurisdictionFilter
from bihuan.kernel.registers.register import Register, register
from bihuan.loop.bulk import BULK
from bihuan.loop.models import Problem
from bihuan.loop.rules import states
from bihuan.loop.rules.procedures import PROCEDURES

MARKS = {
    **dict.fromkeys(states.COMPLETED, "ok"),
    **dict.fromkeys(states.DISMISSED, "none"),
}

STANDINGS = (
    ("open", _("open")),
    ("overdue", _("overdue")),
    ("week", _("due this week")),
    ("completed", _("completed")),
    ("closed", _("closed")),
)


class StateFilter(ChoiceFilter):
    """Filters by the state at the moment that is shown, which may be a past one."""

    def apply(self, rows: Any, value: list[str]) -> Any:
        then = "state_then" in rows.query.annotations
        return rows.filter(**{"state_then__in" if then else "state__in": value})


def standing(value: str) -> Q:
    """What "open", "overdue" and the others mean, said once for list, city screen and figures."""
    today = timezone.localdate()
    if value == "completed":
        return Q(state__in=states.COMPLETED)
    if value == "closed":
        return Q(state__in=states.CLOSED)
    still_open = Q(state__in=states.OPEN)
    if value == "overdue":
        return still_open & Q(due_on__lt=today)
    if value == "week":
        return still_open & Q(due_on__range=(today, end_of_week(today)))
    return still_open


def end_of_week(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def state_shown(problem: Any) -> states.State:
    return states.State(getattr(problem, "state_then", None) or problem.state)


def mark(problem: Any) -> str:
    """The badge of a row: done, late, near, or on its way."""
    state = state_shown(problem)
    if state in MARKS:
        return MARKS[state]
    today = timezone.localdate()
    if problem.due_on is None or state != problem.state:
        return "info"
    if problem.due_on < today:
        return "late"
    return "soon" if problem.due_on <= end_of_week(today) else "info"


@register
class ProblemRegister(Register):
    id = "problems"
    title = _("Problem register")
    model = Problem
    columns = (
        Column("number", _("Number"), sort="number", kind="mono"),
        Column("title", _("Problem")),
        Column("jurisdiction", _("Place"), sort="jurisdiction_path"),
        Column("state", _("State"), value=lambda row: state_shown(row).label, kind="badge", badge=mark),
        Column("level", _("Level"), minor=True),
        Column("lead_unit", _("Lead unit")),
        Column("due_on", _("Due on"), sort="due_on", kind="date"),
        Column("reported_at", _("Reported"), sort="reported_at", kind="datetime", minor=True),
    )
    extra = (
        Column("procedure", _("Kind"), value="procedure.label"),
        Column("place", _("Where exactly")),
        Column("category", _("Category")),
        Column("discovered_on", _("Found on"), sort="discovered_on", kind="date"),
        Column("substantiation", _("Substantiation")),
        Column("acceptance_unit", _("Acceptance unit"), related=("acceptance_unit",)),
        Column("leading_official", _("Leading official"), related=("leading_official",)),
        Column("cycle", _("Cycle"), kind="number"),
    )
    filters = (
        ChoiceFilter("standing", _("Standing"), choices=STANDINGS, condition=standing),
        StateFilter("state", _("State"), choices=states.State.choices, multiple=True),
        ChoiceFilter("level", _("Level"), field="level", choices=states.Level.choices),
        ChoiceFilter(
            "procedure",
            _("Kind"),
            field="procedure_key",
            choices=lambda: [(key, one.label) for key, one in PROCEDURES.items()],
        ),
        JurisdictionFilter(),
        DateRangeFilter("due", _("Due on"), field="due_on"),
        DateRangeFilter("reported", _("Reported"), field="reported_at"),
    )
    search_field = "search_terms"
    search_texts = ("search_text",)
    default_sort = "-reported_at"
    number_fields = ("number",)
    related = ("jurisdiction", "lead_unit")
    knows_the_past = True
    bulk = BULK

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        rows = Problem.objects.visible_to(user)
        return rows if as_of is None else rows.standing_at(as_of)

    def detail_url(self, obj: Any) -> str:
        return reverse("problem", args=[obj.pk])
