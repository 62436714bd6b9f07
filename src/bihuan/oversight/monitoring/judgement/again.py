"""Judging the past again: new versions where the result differs, and the list of differences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.inputs import Source
from bihuan.oversight.monitoring.judgement.months import sum_months
from bihuan.oversight.monitoring.judgement.plans import open_desk
from bihuan.oversight.monitoring.judgement.running import days_between, judge
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.models import JudgedDay, Rejudgement
from bihuan.oversight.monitoring.permissions import RULES

LONGEST_DAYS = 366


@transaction.atomic
def judge_again(
    first: date,
    last: date,
    *,
    by: Any,
    reason: str,
    source: Source,
    outlets: Sequence[int] | None = None,
    now: datetime | None = None,
) -> Rejudgement:
    """Recompute the days from `first` to `last` with the rules in force, for some outlets or all.

    Only what differs gets a new version; what it replaces stays readable. Raises Refused without a reason or
    for a span that isn't over.
    """
    actor = require(by, RULES)
    moment = now or timezone.now()
    if not reason.strip():
        raise Refused(reason=_("A reason in words is required."))
    if not first <= last < timezone.localdate(moment) or (last - first).days >= LONGEST_DAYS:
        raise Refused(reason=_("Choose days that are over, at most a year of them."))
    keys = list(outlets or Outlet.objects.order_by("pk").values_list("pk", flat=True))
    one = keys[0] if outlets and len(keys) == 1 else None
    run = Rejudgement.objects.create(outlet_id=one, first=first, last=last, reason=reason, by=by)
    desk = open_desk()
    for day in days_between(first, last):
        finish(day, keys)
        saved = judge(keys, day, source=source, desk=desk, now=moment, because="rules", rejudgement=run)
        run.examined += saved.examined
        run.changed += len(saved.changed)
    JudgedDay.objects.filter(rejudgement=run, final=False).update(final=True)
    sum_months(days_between(first, last), keys)
    run.save(update_fields=["examined", "changed"])
    payload = {"first": str(first), "last": str(last), "examined": run.examined, "changed": run.changed}
    append(f"rejudgements:{run.pk}", "judgement.repeated", by=actor, payload=payload, reason=reason)
    return run


@dataclass(frozen=True)
class Difference:
    """One factor and day before and after; `before` is None where nothing had been judged."""

    before: JudgedDay | None
    after: JudgedDay

    @property
    def hours(self) -> list[int]:
        """The hours whose status or mean differs."""
        if self.before is None:
            return list(range(24))
        return [hour for hour in range(24) if self._differs(self.before, hour)]

    def _differs(self, before: JudgedDay, hour: int) -> bool:
        same_status = before.statuses[hour] == self.after.statuses[hour]
        return not same_status or _shown(before, hour) != _shown(self.after, hour)


def _shown(row: JudgedDay, hour: int) -> tuple[Any, Any]:
    converted = row.converted[hour] if row.converted else None
    return row.means[hour] if row.means else None, converted


def differences(run: Rejudgement) -> Iterator[Difference]:
    """What a recomputation changed, day by day."""
    rows = run.days.order_by("day", "outlet", "factor_code").iterator(1000)
    for after in rows:
        before = JudgedDay.objects.filter(
            outlet=after.outlet_id, factor_code=after.factor_code, day=after.day, version=after.version - 1
        ).first()
        yield Difference(before, after)
