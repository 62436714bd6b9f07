"""The alarm desk: every episode, what waits for somebody on top, the city's level first."""

from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registers.bulk import BulkAct
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    JurisdictionFilter,
    TextFilter,
)
from bihuan.kernel.registers.register import Register, register
from bihuan.oversight.monitoring.actions import alarms as actions
from bihuan.oversight.monitoring.desk_words import HANDLING_MARKS, LEVEL_MARKS
from bihuan.oversight.monitoring.forms.acts import OptionalReasonForm, ReasonForm
from bihuan.oversight.monitoring.models import Alarm
from bihuan.oversight.monitoring.models.alarms import WAITING, Handling
from bihuan.oversight.monitoring.permissions import HANDLE
from bihuan.oversight.monitoring.registers.filters import FactorFilter
from bihuan.oversight.monitoring.registers.links import outlet_url
from bihuan.oversight.monitoring.rules.catalogue import ALARMS, FAMILY_LABELS, LEVEL_LABELS, Family
from bihuan.oversight.monitoring.words import factor_name, peak_said

OPEN = "open"
FAMILIES = [one for one in Family if one is not Family.STATISTICS]
STEP = 10
URGENCY = Case(
    When(handling__in=WAITING, then=Value(3 * STEP) - F("level")),
    When(handling=Handling.RAISED, ended_at=None, then=Value(2 * STEP) - F("level")),
    default=Value(STEP) - F("level"),
    output_field=IntegerField(),
)


def of_state(value: str) -> Q:
    return Q(handling__in=WAITING) if value == OPEN else Q(handling=value)


def of_family(value: str) -> Q:
    return Q(rule__in=[rule.id for rule in ALARMS if rule.family == value])


def problem_of(alarm: Alarm) -> Any:
    """The problem that the alarm became, if it did."""
    source = getattr(alarm, "source", None)
    return source.problem if source is not None else None


def problem_url(alarm: Alarm) -> str:
    problem = problem_of(alarm)
    return reverse("problem", args=[problem.pk]) if problem else ""


def acknowledged(alarm: Alarm, *, by: Any, reason: str) -> str:
    actions.acknowledge(alarm, by=by, reason=reason)
    return str(_("acknowledged; it no longer moves up"))


def dismissed(alarm: Alarm, *, by: Any, reason: str) -> str:
    actions.dismiss(alarm, by=by, reason=reason)
    return str(_("closed as no offence"))


@register
class AlarmRegister(Register):
    id = "alarms"
    title = _("Alarm desk")
    description = _("One row for each episode; what waits for somebody stands first, by its level.")
    model = Alarm
    related = ("outlet", "enterprise", "jurisdiction")
    columns = (
        Column("label", _("Alarm"), sort="rule"),
        Column(
            "level",
            _("Level"),
            value="level_label",
            kind="badge",
            badge=lambda one: LEVEL_MARKS[one.level],
            sort="level",
        ),
        Column(
            "outlet",
            _("Outlet"),
            value=lambda one: f"{one.enterprise.name} {one.outlet.code}",
            url=outlet_url,
            kind="link",
        ),
        Column("factor", _("Factor"), value=lambda one: factor_name(one.factor_code), sort="factor_code"),
        Column("peak", _("Peak / limit"), value=lambda one: peak_said(one)),
        Column("started_at", _("Began"), sort="started_at", kind="datetime"),
        Column(
            "ended_at",
            _("End"),
            value=lambda one: one.ended_at or _("going on"),
            sort="ended_at",
            kind="datetime",
        ),
        Column(
            "handling",
            _("State"),
            kind="badge",
            badge=lambda one: HANDLING_MARKS[Handling(one.handling)],
            sort="urgency",
        ),
    )
    extra = (
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
        Column("peak_at", _("Time of the peak"), kind="datetime"),
        Column("count", _("Periods beyond"), kind="number", sort="count"),
        Column(
            "version",
            _("Rule version"),
            value=lambda one: str(one.version),
            kind="mono",
            related=("version",),
        ),
        Column(
            "problem",
            _("Problem"),
            value=lambda one: getattr(problem_of(one), "number", ""),
            url=problem_url,
            kind="link",
            related=("source__problem",),
        ),
        Column("needs_review", _("Data need review")),
        Column("reason", _("Reason")),
        Column("handled_at", _("Settled at"), kind="datetime"),
    )
    filters = (
        ChoiceFilter(
            "state",
            _("State"),
            choices=[(OPEN, _("waiting for somebody")), *Handling.choices],
            condition=of_state,
            multiple=True,
        ),
        JurisdictionFilter(),
        ChoiceFilter(
            "family", _("Kind"), choices=[(one, FAMILY_LABELS[one]) for one in FAMILIES], condition=of_family
        ),
        ChoiceFilter(
            "rule", _("Rule"), field="rule", choices=[(one.id, one.label) for one in ALARMS], multiple=True
        ),
        FactorFilter("factor", _("Factor"), field="factor_code"),
        ChoiceFilter("level", _("Level"), field="level", choices=list(LEVEL_LABELS.items()), multiple=True),
        BooleanFilter("going", _("Going on"), condition=Q(ended_at=None)),
        DateRangeFilter("started", _("Began"), field="started_at"),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
    )
    default_sort = "-urgency"
    bulk = (
        BulkAct("acknowledge", _("Acknowledge"), HANDLE, acknowledged, form=OptionalReasonForm),
        BulkAct("dismiss", _("Close as no offence"), HANDLE, dismissed, form=ReasonForm),
    )

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        return super().queryset(user, as_of).annotate(urgency=URGENCY)

    def detail_url(self, obj: Any) -> str:
        return reverse("alarm", args=[obj.pk])
