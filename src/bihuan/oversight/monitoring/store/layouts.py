"""Layouts of messages in the database: each one written once, its columns with the factors they mean."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from bihuan.kernel.database.models import this_city
from bihuan.oversight.enterprises.public import FactorTable
from bihuan.oversight.monitoring.rules.frame.layout import Column, Kind, Layout


class LayoutBook:
    """The keys of the layouts this process has met; asks the database for others and writes new ones."""

    def __init__(self, factors: FactorTable) -> None:
        self._factors = factors
        self._keys: dict[Layout, int] = {}

    def key(self, layout: Layout) -> int | None:
        return self._keys.get(layout)

    def learn(self, connection: Connection[Any], layouts: Iterable[Layout]) -> None:
        """Make sure that every layout has its row; outside the transaction that stores the messages."""
        for layout in layouts:
            if layout not in self._keys:
                self._keys[layout] = self._find(connection, layout) or self._write(connection, layout)

    def _find(self, connection: Connection[Any], layout: Layout) -> int | None:
        row = connection.execute(
            "SELECT id FROM monitoring_messagelayout WHERE digest = %s", [layout.digest]
        ).fetchone()
        return row[0] if row else None

    def _write(self, connection: Connection[Any], layout: Layout) -> int:
        with connection.transaction():
            row = connection.execute(
                "INSERT INTO monitoring_messagelayout (city, digest, names, first_seen)"
                " VALUES (%s, %s, %s, now()) ON CONFLICT (digest) DO NOTHING RETURNING id",
                [this_city(), layout.digest, list(layout.names)],
            ).fetchone()
            if row is None:  # another process was quicker
                return self._find(connection, layout) or self._write(connection, layout)
            with connection.cursor() as cursor:
                cursor.executemany(_COLUMN, list(self._columns(layout, row[0])))
        key: int = row[0]
        return key

    def _columns(self, layout: Layout, key: int) -> Iterable[tuple[Any, ...]]:
        flags = {column.code: column.position for column in layout.columns if column.kind is Kind.FLAG}
        for column in layout.columns:
            flag = flags.get(column.code) if column.kind in (Kind.VALUE, Kind.AGE) else None
            yield (
                this_city(), key, column.kind, column.name, column.code, column.suffix, self.factor(column),
                column.position, flag,
            )  # fmt: skip

    def factor(self, column: Column) -> str:
        """The code of the 2017 tables; as sent where the tables don't know it."""
        row = self._factors.find(column.code) or self._factors.find_old(column.code) if column.code else None
        return row.code or column.code if row else column.code


_COLUMN = (
    "INSERT INTO monitoring_layoutcolumn"
    " (city, layout_id, kind, name, code, suffix, factor, position, flag_position)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
