"""Records that should be there and are not: found by the clock, closed when they came."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from bihuan.oversight.enterprises.public import LoggerView, logger_book
from bihuan.oversight.monitoring.models import Gap
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, day_of, hour_of, start_of
from bihuan.oversight.monitoring.store.tables import table_of

MINUTES, HOURS, DAYS = 2051, 2061, 2031
PATIENCE = timedelta(minutes=10)
"""How long after the end of a period its record may still be on the way (ours)."""
SENT_WITHIN = 2 * DAY
"""Only what a device has sent of late is missed: not each one sends minutes, hours and days."""
MISSING = """
SELECT due.outlet, due.logger, due.mn, due.step, at.at
FROM unnest(%(outlets)s::int[], %(loggers)s::int[], %(mns)s::text[], %(steps)s::interval[],
        %(since)s::timestamptz[]) AS due(outlet, logger, mn, step, since)
CROSS JOIN LATERAL generate_series(%(begin)s, %(end)s - due.step, due.step) AS at(at)
WHERE at.at >= due.since
    AND EXISTS (SELECT 1 FROM {table} sent WHERE sent.outlet = due.outlet AND sent.command = %(command)s
        AND sent.data_time >= %(sent_since)s AND sent.data_time < at.at)
    AND NOT EXISTS (SELECT 1 FROM {table} came WHERE came.outlet = due.outlet
        AND came.command = %(command)s AND came.data_time = at.at)
ORDER BY due.outlet, at.at
"""


class Missing(NamedTuple):
    outlet: int
    logger: int
    mn: str
    step: timedelta
    at: datetime


class Found(NamedTuple):
    """How many gaps are new, and how many were filled."""

    opened: int
    filled: int


def find_gaps(*, reach: timedelta, now: datetime | None = None) -> Found:
    """Note what is missing in the last `reach`, and close the gaps that were filled since."""
    moment = now or timezone.now()
    loggers = list(logger_book().in_force(moment))
    opened = filled = 0
    for command in (MINUTES, HOURS, DAYS):
        begin, end = _window(command, moment, reach)
        stretches = list(_stretches(_missing(command, loggers, begin, end)))
        filled += _close(command, stretches, begin, end)
        opened += sum(_note(command, stretch) for stretch in stretches)
    return Found(opened, filled)


def _window(command: int, now: datetime, reach: timedelta) -> tuple[datetime, datetime]:
    """Whole hours, or for day records whole days, of which the records should have come."""
    if command == DAYS:
        end = start_of(day_of(now - HOUR))  # a day is missed from one o'clock on
        return end - max(DAY, reach), end
    end = hour_of(now - PATIENCE)
    return end - reach, end


def _missing(
    command: int, loggers: Sequence[LoggerView], begin: datetime, end: datetime
) -> Iterator[Missing]:
    table = table_of(command)
    due = [(bound.id, view) for view in loggers for bound in view.outlets]
    if table is None or not due:
        return
    given: dict[str, Any] = {
        "outlets": [outlet for outlet, _view in due],
        "loggers": [view.id for _outlet, view in due],
        "mns": [view.mn for _outlet, view in due],
        "steps": [_step(command, view) for _outlet, view in due],
        "since": [view.valid_from for _outlet, view in due],
        "begin": begin, "end": end, "command": command, "sent_since": begin - SENT_WITHIN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MISSING.format(table=table.name), given)
        yield from (Missing(*row) for row in cursor.fetchall())


def _step(command: int, logger: LoggerView) -> timedelta:
    steps = {HOURS: HOUR, DAYS: DAY}
    return steps.get(command, timedelta(minutes=logger.minute_interval_min))


def _stretches(missing: Iterator[Missing]) -> Iterator[list[Missing]]:
    """Records in a row as one gap."""
    for _outlet, rows in groupby(missing, key=lambda row: (row.outlet, row.logger)):
        stretch: list[Missing] = []
        for row in rows:
            if stretch and row.at != stretch[-1].at + row.step:
                yield stretch
                stretch = []
            stretch.append(row)
        yield stretch


def _note(command: int, stretch: list[Missing]) -> bool:
    """Whether the gap is new; one that is known grows and shrinks while it is open, and keeps its begin."""
    first, last = stretch[0], stretch[-1]
    end = last.at + last.step
    same = Gap.objects.filter(outlet=first.outlet, command=command)
    known = (
        same.filter(begin=first.at).first()
        or same.filter(state=Gap.State.OPEN, begin__lt=end, end__gt=first.at).order_by("begin").first()
    )
    if known is None:
        Gap.objects.create(
            outlet=first.outlet, logger=first.logger, mn=first.mn, command=command, begin=first.at, end=end,
            missing=len(stretch),
        )  # fmt: skip
        return True
    if known.state == Gap.State.OPEN:
        known.end, known.missing = max(known.end, end), len(stretch)
        known.save(update_fields=["end", "missing"])
    return False


def _close(command: int, stretches: list[list[Missing]], begin: datetime, end: datetime) -> int:
    """Close the open gaps of the window in which nothing is missing any more."""
    open_gaps = Gap.objects.filter(command=command, state=Gap.State.OPEN, end__gt=begin, begin__lt=end)
    still: dict[int, list[datetime]] = defaultdict(list)
    for row in (row for stretch in stretches for row in stretch):
        still[row.outlet].append(row.at)
    filled = [
        gap.pk for gap in open_gaps if not any(gap.begin <= at < gap.end for at in still.get(gap.outlet, ()))
    ]
    return Gap.objects.filter(pk__in=filled).update(state=Gap.State.FILLED, closed_at=timezone.now())
