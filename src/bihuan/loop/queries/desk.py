"""What waits for a user, most urgent first: one indexed read over `turn`, `turn_unit` and `due_on`."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.access import party_tokens, posts_of
from bihuan.kernel.people.permissions import all_permissions, roles_with
from bihuan.loop.models import LookBack, Problem
from bihuan.loop.rules.states import OPEN, State

ROWS_PER_GROUP = 50


@dataclass(frozen=True)
class Group:
    key: str
    label: Promise | str
    rows: list[Problem]
    total: int


def waiting_for(user: Any) -> QuerySet[Problem]:
    """Problems whose next move is the user's, by unit or by a permission over the place."""
    condition = Q(pk__in=[])
    for post in posts_of(user):
        held = [name for name, roles in all_permissions().items() if post.role in roles]
        if post.unit_id:
            condition |= Q(turn_unit=post.unit_id, turn__in=held)
        if post.jurisdiction is not None:
            prefix = post.jurisdiction.path
            condition |= Q(turn_unit=None, turn__in=held, jurisdiction_path__startswith=prefix)
    waiting: QuerySet[Problem] = Problem.objects.filter(condition).select_related("jurisdiction", "lead_unit")
    return waiting.order_by(F("due_on").asc(nulls_last=True), "pk")


def visits_due(user: Any, today: date) -> QuerySet[Problem]:
    """Closed problems that are to be looked at again by now; `visit_on` is the oldest visit owed."""
    condition = Q(pk__in=[])
    for post in posts_of(user):
        if post.role in roles_with("problem.visit") and post.jurisdiction is not None:
            condition |= Q(jurisdiction_path__startswith=post.jurisdiction.path)
    owed = LookBack.objects.filter(visited_on=None, due_on__lte=today).order_by("due_on")
    oldest = owed.filter(problem=OuterRef("pk")).values("due_on")[:1]
    closed: Any = Problem.objects.filter(condition, state__in=(State.CLOSED, State.LONG_TERM))
    # From the visits to the problems: few are owed where very many are closed.
    due = closed.filter(pk__in=owed.order_by().values("problem")).annotate(visit_on=Subquery(oldest))
    visits: QuerySet[Problem] = due.select_related("jurisdiction", "lead_unit").order_by("visit_on", "pk")
    return visits


def waiting_for_others(user: Any) -> QuerySet[Problem]:
    """Open problems the user has a part in, whose next move is somebody else's."""
    mine = Problem.objects.filter(
        parties__overlap=party_tokens(user), state__in=[*OPEN, State.ACCEPTED, State.PUBLICISED]
    )
    others = mine.exclude(pk__in=waiting_for(user).values("pk"))
    ordered: QuerySet[Problem] = others.select_related("jurisdiction", "lead_unit", "turn_unit")
    return ordered.order_by(F("due_on").asc(nulls_last=True), "pk")


def desk(user: Any, today: date) -> list[Group]:
    """The groups of the desk: today (with what is late), this week, later, visits owed, others."""
    waiting = waiting_for(user)
    week_end = today + timedelta(days=6 - today.weekday())
    groups = (
        ("today", _("Today"), waiting.filter(due_on__lte=today)),
        ("week", _("This week"), waiting.filter(due_on__gt=today, due_on__lte=week_end)),
        ("later", _("Later"), waiting.filter(Q(due_on__gt=week_end) | Q(due_on=None))),
        ("visits", _("Look-back visits due"), visits_due(user, today)),
        ("others", _("Waiting for others"), waiting_for_others(user)),
    )
    return [_group(key, label, rows) for key, label, rows in groups]


def _group(key: str, label: Promise | str, rows: QuerySet[Problem]) -> Group:
    shown = list(rows[:ROWS_PER_GROUP])
    total = len(shown) if len(shown) < ROWS_PER_GROUP else rows.count()
    return Group(key, label, shown, total)
