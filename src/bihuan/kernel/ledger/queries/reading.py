"""Reading very many rows in constant memory."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

CHUNK = 2000


def stream_rows(sql: str, values: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement through a cursor that the server keeps; use it inside a transaction, or the
    server sets the whole answer aside first."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values or {})
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
