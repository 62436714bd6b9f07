"""Factor-hours by outlet and month, summed in the database."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from bihuan.kernel.database.models import this_city

SUM = """
INSERT INTO monitoring_outletmonth
    (city, outlet_id, month, due, came, must_be_valid, valid, first_came, first_must_be_valid, first_valid)
SELECT %(city)s, outlet_id, %(month)s,
       coalesce(sum(due) FILTER (WHERE current), 0), coalesce(sum(came) FILTER (WHERE current), 0),
       coalesce(sum(must_be_valid) FILTER (WHERE current), 0), coalesce(sum(valid) FILTER (WHERE current), 0),
       coalesce(sum(came) FILTER (WHERE version = 1), 0),
       coalesce(sum(must_be_valid) FILTER (WHERE version = 1), 0),
       coalesce(sum(valid) FILTER (WHERE version = 1), 0)
FROM monitoring_judgedday
WHERE day >= %(month)s AND day < %(month)s::date + interval '1 month'
  AND (%(outlets)s::bigint[] IS NULL OR outlet_id = ANY(%(outlets)s::bigint[]))
GROUP BY outlet_id
ON CONFLICT (month, outlet_id) DO UPDATE SET
    due = excluded.due, came = excluded.came, must_be_valid = excluded.must_be_valid, valid = excluded.valid,
    first_came = excluded.first_came, first_must_be_valid = excluded.first_must_be_valid,
    first_valid = excluded.first_valid
"""


def sum_months(days: Iterable[date], outlets: Sequence[int] | None = None) -> int:
    """Sum the months that hold `days` anew, for some outlets or all; gives how many rows were written."""
    written = 0
    with connection.cursor() as cursor:
        for month in sorted({day.replace(day=1) for day in days}):
            given: dict[str, Any] = {
                "city": this_city(),
                "month": month,
                "outlets": list(outlets) if outlets else None,
            }
            cursor.execute(SUM, given)
            written += cursor.rowcount
    return written
