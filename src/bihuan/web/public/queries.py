"""What everybody may read: running and past notices, boards, the petition table, released reports."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bihuan.governance.petitions.public import TableRow, public_cases, table_rows
from bihuan.kernel.figures.registry import Scope
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.models import Problem, PublicNotice
from bihuan.loop.queries.plans import standing_plan
from bihuan.loop.rules.states import CONFIRMED

ROWS_PER_PAGE = 50


def notices() -> QuerySet[PublicNotice]:
    """Notices that have begun and were not withdrawn, newest first."""
    shown = PublicNotice.objects.filter(withdrawn=False, starts_on__lte=timezone.localdate())
    return shown.select_related("problem__jurisdiction", "problem__lead_unit")


def boards() -> Any:
    """Confirmed problems with a leading unit: what a rectification notice board in the street shows."""
    shown = Problem.objects.filter(state__in=CONFIRMED, lead_unit__isnull=False, procedure_key="feedback")
    return shown.select_related("jurisdiction", "lead_unit", "acceptance_unit", "leading_official")


def board(pk: int) -> Any:
    return boards().filter(pk=pk).first()


def plan_of(problem: Problem) -> Any:
    return standing_plan(problem)


def petition_page(number: int) -> tuple[list[TableRow], int]:
    """One page of the public table and the number of pages."""
    city = Jurisdiction.objects.filter(code=settings.BIHUAN_CITY).first()
    cases = public_cases(Scope(as_of=timezone.now(), path=city.path if city else "-"))
    pages = max(1, -(-cases.count() // ROWS_PER_PAGE))
    number = min(max(1, number), pages)
    first = (number - 1) * ROWS_PER_PAGE
    return table_rows(cases[first : first + ROWS_PER_PAGE], first=first + 1), pages
