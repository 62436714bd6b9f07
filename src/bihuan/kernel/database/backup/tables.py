"""The rows of every table as of one moment, out of one database and into another with the same schema.

The schema itself is not kept: migrations make it, at the state that the backup names. So a backup goes from
any server to any other (embedded or an operator's, of whatever version), and an old one is brought up to date
on the way.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from bihuan.kernel.database.errors import TableUnknown

# What text of a value depends on must be the same on both sides, and no limit may cut a long copy.
SESSION = {
    "client_encoding": "UTF8",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "synchronize_seqscans": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""
COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(quote_ident(%s)) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""
PARTITIONS = """
SELECT c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid), coalesce(pg_get_partkeydef(c.oid), '')
FROM pg_class p JOIN pg_namespace n ON n.oid = p.relnamespace
CROSS JOIN LATERAL pg_partition_tree(p.oid) t JOIN pg_class c ON c.oid = t.relid
WHERE n.nspname = current_schema() AND p.relkind = 'p' AND t.parentrelid = p.oid AND t.level = 1
ORDER BY p.relispartition, c.relname
"""
SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename
"""
FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname = current_schema() AND c.contype = 'f' AND c.conparentid = 0 ORDER BY 1, 2
"""


class Table(NamedTuple):
    name: str
    columns: list[str]

    @property
    def sql(self) -> Composable:
        return Identifier(self.name)

    @property
    def column_list(self) -> Composable:
        return SQL(", ").join(map(Identifier, self.columns))


class Partition(NamedTuple):
    """One partition that was made while running; `key` is set where it is partitioned in turn."""

    name: str
    parent: str
    bound: str
    key: str

    @property
    def creation(self) -> Composed:
        made = SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF {} {}").format(
            Identifier(self.name), Identifier(self.parent), SQL(self.bound)
        )
        return made + SQL(f" PARTITION BY {self.key}") if self.key else made


class Snapshot:
    """Every table as of the moment this is made; nothing that is written meanwhile is seen."""

    def __init__(self, connection: Connection[Any], *, without: Collection[str] = ()) -> None:
        """`connection` is the snapshot's own until it is closed; it must not be in a transaction. `without`
        names tables that hold no records, such as a cache."""
        self._connection = connection
        _prepare(connection)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.tables = [
            Table(name, [column for (column,) in self.query(COLUMNS, [name])])
            for (name,) in self.query(TABLES)
            if name not in without
        ]
        # As pg_dump does: from here on no table can be dropped or altered under the snapshot.
        if self.tables:
            names = SQL(", ").join(table.sql for table in self.tables)
            connection.execute(SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(names))
        self.partitions = [Partition(*row) for row in self.query(PARTITIONS)]
        self.sequences = {name: last for name, last in self.query(SEQUENCES) if last is not None}

    def query(self, sql: str, values: Iterable[Any] = ()) -> list[Any]:
        return self._connection.execute(sql.encode(), list(values) or None).fetchall()

    def rows(self, table: Table) -> Iterator[bytes]:
        """The table's rows in COPY's text form."""
        out = SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(table.column_list, table.sql)
        with self._connection.cursor() as cursor, cursor.copy(out) as copy:
            yield from map(bytes, copy)

    def estimate(self) -> int:
        """About how many rows there are."""
        found = self.query(
            "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = current_schema() AND relkind = 'r'"
        )
        return int(found[0][0])


class Loading:
    """One transaction that fills the tables of an empty place; see `loading`."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def load(self, table: Table, rows: Iterable[bytes]) -> None:
        into = SQL("COPY {} ({}) FROM STDIN").format(table.sql, table.column_list)
        with self._connection.cursor() as cursor, cursor.copy(into) as copy:
            for piece in rows:
                copy.write(piece)

    def set_sequences(self, last_values: dict[str, int]) -> None:
        for name, last in last_values.items():
            self._connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, true)", [name, last])


@contextmanager
def loading(
    connection: Connection[Any], *, tables: list[Table], partitions: list[Partition]
) -> Iterator[Loading]:
    """Empty `tables`, let them be filled without triggers, then prove every foreign key anew.

    Triggers guard what people do; rows that come back were guarded when they were made. Foreign keys are
    taken away and put back rather than silenced: PostgreSQL then checks each row, and the right to do so goes
    with owning the tables, where silencing wants a superuser. All or nothing: one transaction.
    """
    _prepare(connection)
    with connection.transaction():
        for partition in partitions:
            connection.execute(partition.creation)
        _assert_known(connection, tables)
        keys = connection.execute(FOREIGN_KEYS).fetchall()
        for owner, name, _definition in keys:
            connection.execute(SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(SQL(owner), Identifier(name)))
        _triggers(connection, tables, on=False)
        connection.execute(SQL("TRUNCATE {}").format(SQL(", ").join(table.sql for table in tables)))
        yield Loading(connection)
        for owner, name, definition in keys:
            connection.execute(
                SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    SQL(owner), Identifier(name), SQL(definition)
                )
            )
        _triggers(connection, tables, on=True)
    connection.execute("ANALYZE")


def is_empty(connection: Connection[Any]) -> bool:
    return not connection.execute(TABLES).fetchall()


def _assert_known(connection: Connection[Any], tables: list[Table]) -> None:
    there = {name for (name,) in connection.execute(TABLES)}
    for table in tables:
        if table.name not in there:
            raise TableUnknown(table=table.name)


def _triggers(connection: Connection[Any], tables: list[Table], *, on: bool) -> None:
    word = SQL("ENABLE" if on else "DISABLE")
    for table in tables:
        connection.execute(SQL("ALTER TABLE {} {} TRIGGER USER").format(table.sql, word))


def _prepare(connection: Connection[Any]) -> None:
    connection.autocommit = True
    for name, value in SESSION.items():
        connection.execute(SQL("SET {} = {}").format(Identifier(name), Literal(value)))
