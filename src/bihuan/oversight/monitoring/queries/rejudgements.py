"""The difference list of a recomputation, as its reader may see it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.again import Difference
from bihuan.oversight.monitoring.models import JudgedDay, Rejudgement

AT_ONCE = 500


def visible_runs(user: Any) -> "QuerySet[Rejudgement]":
    """Runs over the whole city, and runs over an outlet that the user may see."""
    seen = Outlet.objects.visible_to(user)
    rows: QuerySet[Rejudgement] = Rejudgement.objects.filter(Q(outlet=None) | Q(outlet__in=seen))
    return rows.select_related("outlet__enterprise", "by")


def changed_days(run: Rejudgement, user: Any) -> "QuerySet[JudgedDay]":
    rows = run.days.filter(outlet__in=Outlet.objects.visible_to(user))
    return rows.select_related("outlet__enterprise").order_by("day", "outlet", "factor_code")


def paired(rows: Iterable[JudgedDay]) -> Iterator[Difference]:
    """Each new version beside the one it replaced, in one read for some hundred of them."""
    waiting = iter(rows)
    while part := list(islice(waiting, AT_ONCE)):
        older = {
            (one.outlet_id, one.factor_code, one.day, one.version): one
            for one in JudgedDay.objects.filter(
                outlet__in={row.outlet_id for row in part},
                day__in={row.day for row in part},
                factor_code__in={row.factor_code for row in part},
            )
        }
        for after in part:
            key = (after.outlet_id, after.factor_code, after.day, after.version - 1)
            yield Difference(older.get(key), after)
