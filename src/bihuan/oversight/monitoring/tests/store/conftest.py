"""A store in the transaction of the test, and messages for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from bihuan.oversight.enterprises.public import FactorTable
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.layout import row_of
from bihuan.oversight.monitoring.rules.frame.times import BEIJING
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.rows import Key, MessageRow, Told, microseconds
from bihuan.oversight.monitoring.store.tables import table_of
from bihuan.oversight.monitoring.store.writing import Batch, Store
from bihuan.oversight.monitoring.tests.rules.frames import data

NOON = datetime(2024, 1, 23, 12, 0, tzinfo=BEIJING)
OUTLET, LOGGER = 4711, 17


@pytest.fixture
def store(db: None) -> Store:
    connection.ensure_connection()
    return Store(connection.connection, LayoutBook(FactorTable(())))


def message(text: str, *, at: datetime = NOON, command: int = 2051, **changes: Any) -> MessageRow:
    """A message with the data `text`, as the gateway would store it."""
    frame = decode_all(data(f"DataTime={at:%Y%m%d%H%M%S};{text}"))[0]
    told = Told(*row_of(frame))
    said = {"outlet": OUTLET, "system": "32", "part": 0} | changes
    key = Key(said["outlet"], command, microseconds(at), said["system"], said["part"])
    return MessageRow(key, told, microseconds(at) + 1_500_000, LOGGER, changes.get("origin", 0))


def batch(*rows: MessageRow) -> Batch:
    made = Batch()
    for row in rows:
        table = table_of(row.key.command)
        assert table is not None
        made.messages.setdefault(table, []).append(row)
    return made


Write = Callable[..., Any]
