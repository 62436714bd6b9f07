"""What the planner can't know."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def by_index() -> Iterator[None]:
    """Until the block ends, no table is read from end to end that has an index for what is asked.

    For conditions whose frequency the planner misjudges: of an array's elements it knows only frequent ones.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = DEFAULT")
