"""COPY: rows by the hundred thousand, for what is made by rule and not by a person."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"'})


class Part(NamedTuple):
    """Rows of one model in COPY's text form; the model goes by its label, so that a part can travel."""

    label: str
    data: bytes
    with_key: bool = False


def encode(rows: Sequence[models.Model], *, with_key: bool = False) -> Part:
    """Unsaved rows of one model, ready to be copied; without `with_key` the database numbers them.

    Needs no connection, so that other processes can do this part of the work.
    """
    model = type(rows[0])
    writers = [(field.attname, _writer(field)) for field in _fields(model, with_key=with_key)]
    lines = ("\t".join(write(getattr(row, name)) for name, write in writers) for row in rows)
    return Part(model._meta.label, "".join(f"{line}\n" for line in lines).encode(), with_key)


def copy(parts: Iterable[Part]) -> None:
    """Send encoded rows into their tables, inside the current transaction."""
    for part in parts:
        model = apps.get_model(part.label)
        names = [sql.Identifier(field.column) for field in _fields(model, with_key=part.with_key)]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(model._meta.db_table), sql.SQL(", ").join(names)
        )
        with connection.cursor() as cursor, cursor.copy(statement) as into:
            into.write(part.data)


@contextmanager
def lightened(labels: Iterable[str]) -> Iterator[None]:
    """Load these models' tables without indexes and foreign keys, which come back, checked, at the end.

    Inside a transaction: whoever else reads the tables waits. Unique constraints stay all the while.
    """
    tables = [apps.get_model(label)._meta.db_table for label in labels]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_FOREIGN_KEYS, [tables])
        keys = cursor.fetchall()
        cursor.execute(_INDEXES, [tables])
        indexes = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
"""
_INDEXES = """
    SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relname = ANY(%s) AND NOT x.indisunique
"""


def _fields(model: type[models.Model], *, with_key: bool) -> Sequence[Any]:
    return [field for field in model._meta.concrete_fields if with_key or not field.primary_key]


def _writer(field: Any) -> Callable[[Any], str]:
    if isinstance(field, models.JSONField):
        return lambda value: _plain(json.dumps(value, ensure_ascii=False))
    if isinstance(field, ArrayField):
        return _array
    return _plain


def _array(values: Sequence[Any]) -> str:
    quoted = ",".join(f'"{str(value).translate(_QUOTES)}"' for value in values)
    return f"{{{quoted}}}".translate(_ESCAPES)


def _plain(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return f"\\\\x{bytes(value).hex()}"
    return str(value)
