"""Runs of judgement over outlets and days: read, judge, keep, evaluate."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.hours import DayResult, judge_day
from bihuan.oversight.monitoring.judgement.inputs import NO_DATA, OutletData, Source
from bihuan.oversight.monitoring.judgement.plans import Desk, open_desk, plan_for
from bihuan.oversight.monitoring.judgement.saving import Saved, save
from bihuan.oversight.monitoring.models import DataMark, Rejudgement
from bihuan.oversight.monitoring.models.marks import HOLDING
from bihuan.oversight.monitoring.rules.marking import TRADES, Mark
from bihuan.oversight.monitoring.rules.periods import DAY, start_of

BATCH = 200


def judge(
    outlets: Sequence[int],
    day: date,
    *,
    source: Source,
    desk: Desk | None = None,
    now: datetime | None = None,
    because: str = "",
    rejudgement: Rejudgement | None = None,
) -> Saved:
    """Judge one day of the outlets from what has arrived, and keep the results."""
    desk, moment, whole = desk or open_desk(), now or timezone.now(), Saved()
    for batch in batches(sorted(outlets)):
        results = list(compute(batch, day, source=source, desk=desk, now=moment))
        saved = save(results, read_at=moment, because=because, rejudgement=rejudgement)
        whole.examined += saved.examined
        whole.changed += saved.changed
    return whole


def compute(
    outlets: Sequence[int], day: date, *, source: Source, desk: Desk, now: datetime
) -> Iterator[DayResult]:
    """The results of one day without keeping them."""
    start, end = start_of(day), start_of(day) + DAY
    data = source.read(outlets, start, end, arrived_by=now)
    marks = marks_of(outlets, start, end)
    for outlet in Outlet.objects.filter(pk__in=outlets).select_related("enterprise"):
        told = data.get(outlet.pk, NO_DATA)
        plan = plan_for(outlet, day, desk, seen=seen_in(told))
        yield from judge_day(plan, told, marks.get(outlet.pk, ()), trade=trade_of(outlet), now=now)


def seen_in(data: OutletData) -> set[str]:
    return {*data.minutes, *data.hours}


POWER = "441"


def trade_of(outlet: Outlet) -> str:
    """Whose list of labels holds: incineration by the medium, power by GB/T 4754 (441), else "other"."""
    if outlet.medium in TRADES:
        return str(outlet.medium)
    return "thermal_power" if outlet.enterprise.industry_code.startswith(POWER) else "other"


def marks_of(outlets: Sequence[int], start: datetime, end: datetime) -> Mapping[int, Sequence[Mark]]:
    """Marks that hold and touch [start, end), by outlet."""
    found: dict[int, list[Mark]] = defaultdict(list)
    rows = DataMark.objects.filter(outlet__in=outlets, start__lt=end, end__gt=start, standing__in=HOLDING)
    for row in rows.order_by("pk"):
        found[row.outlet_id].append(row.fact)
    return found


def batches(keys: Sequence[int], size: int = BATCH) -> Iterator[Sequence[int]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))


def days_between(first: date, last: date) -> Iterable[date]:
    return (first + n * DAY for n in range((last - first).days + 1))
