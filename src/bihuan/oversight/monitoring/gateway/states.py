"""Notes of when each device was heard, written for many at a time; no evidence of anything."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from bihuan.kernel.database.models import this_city
from bihuan.oversight.monitoring.gateway.devices import DeviceNoted

COLUMNS = (
    ("mn", "text"), ("logger", "int"), ("last_seen", "timestamptz"), ("last_data_time", "timestamptz"),
    ("clock_error_s", "float8"), ("peer", "text"), ("connected", "bool"), ("edition", "text"),
    ("messages", "bigint"), ("faults", "jsonb"), ("second_peer", "text"), ("second_seen", "timestamptz"),
)  # fmt: skip
_KEYS = [name for name, _type in COLUMNS]
_NAMES = ", ".join(name for name, _type in COLUMNS)
_TYPED = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
_UPSERT = f"""
INSERT INTO monitoring_devicestate AS kept (city, {_NAMES})
SELECT %s, * FROM jsonb_to_recordset(%s::jsonb) AS noted({_TYPED})
ON CONFLICT (mn) DO UPDATE SET
    logger = excluded.logger,
    last_seen = greatest(kept.last_seen, excluded.last_seen),
    last_data_time = greatest(kept.last_data_time, excluded.last_data_time),
    clock_error_s = coalesce(excluded.clock_error_s, kept.clock_error_s),
    peer = CASE WHEN excluded.last_seen >= kept.last_seen THEN excluded.peer ELSE kept.peer END,
    connected = excluded.connected,
    edition = coalesce(nullif(excluded.edition, ''), kept.edition),
    messages = kept.messages + excluded.messages,
    faults = CASE WHEN excluded.faults = '{{}}' THEN kept.faults ELSE (
        SELECT jsonb_object_agg(key, coalesce((kept.faults->>key)::bigint, 0)
            + coalesce((excluded.faults->>key)::bigint, 0))
        FROM jsonb_object_keys(kept.faults || excluded.faults) AS key) END,
    second_peer = CASE WHEN excluded.second_peer <> '' THEN excluded.second_peer
        WHEN kept.peer <> excluded.peer AND excluded.messages > 0
            AND kept.last_seen > excluded.last_seen - make_interval(secs => %s)
            THEN kept.peer ELSE kept.second_peer END,
    second_seen = CASE WHEN excluded.second_peer <> '' THEN excluded.second_seen
        WHEN kept.peer <> excluded.peer AND excluded.messages > 0
            AND kept.last_seen > excluded.last_seen - make_interval(secs => %s)
            THEN kept.last_seen ELSE kept.second_seen END
"""


def write(noted: Iterable[DeviceNoted], *, window: int) -> int:
    """Write what was noted; two addresses of one number within `window` seconds are a conflict, also where
    two processes hear them."""
    rows = sorted(noted)  # one order in all processes, so that none waits for another in a circle
    if rows:
        said = json.dumps([dict(zip(_KEYS, row, strict=True)) for row in rows], default=datetime.isoformat)
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [this_city(), said, window, window])
    return len(rows)


def nobody_is_connected() -> None:
    """At the start of a gateway: what an earlier one noted as connected no longer is."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE monitoring_devicestate SET connected = false WHERE connected")
