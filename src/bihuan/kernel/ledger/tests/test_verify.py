"""The database refuses to change the ledger; where a superuser does it, verification names it."""

import json

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.models import Event, Stream
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.ledger.rules import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(db) -> list[Event]:
    append("other:1", "thing.noted", by=SYSTEM, payload={"text": "旁边"})
    return [append("thing:1", f"thing.step{n}", by=SYSTEM, payload={"n": n}, reason="测试") for n in range(5)]


def faults(stream: str = "") -> list[tuple[int, str]]:
    return [(fault.seq, fault.kind) for fault in Verification(stream).faults()]


def as_superuser(sql: str, *values: object) -> None:
    """Change the table with its triggers off, as only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_untouched_ledger_has_no_faults(chain) -> None:
    run = Verification()
    assert list(run.faults()) == []
    assert (run.events, run.streams) == (6, 2)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET reason = 'x'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "DELETE FROM ledger_stream",
    ],
)
def test_the_database_refuses(chain, sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "column", ["reason", "actor", "actor_name", "role", "kind", "rule_version", "payload", "occurred_at"]
)
def test_a_changed_column_is_named(chain, column: str) -> None:
    value = {"payload": "'{\"n\": 9}'::jsonb", "occurred_at": "now() - interval '1 year'"}.get(column, "'x'")
    as_superuser(f"UPDATE ledger_event SET {column} = {value} WHERE stream = 'thing:1' AND seq = 3")
    assert [seq for seq, _kind in faults()] == [3]


def test_a_removed_event_is_named(chain) -> None:
    as_superuser("DELETE FROM ledger_event WHERE stream = 'thing:1' AND seq = 2")
    assert faults() == [(2, "")]


def test_the_removed_newest_events_are_named(chain) -> None:
    as_superuser("DELETE FROM ledger_event WHERE stream = 'thing:1' AND seq >= 4")
    assert faults() == [(4, ""), (5, "")]


def test_a_whole_removed_stream_is_named(chain) -> None:
    as_superuser("DELETE FROM ledger_event WHERE stream = 'other:1'")
    assert faults() == [(1, "")]


def test_two_exchanged_events_are_named(chain) -> None:
    as_superuser("UPDATE ledger_event SET seq = 99 WHERE stream = 'thing:1' AND seq = 2")
    as_superuser("UPDATE ledger_event SET seq = 2 WHERE stream = 'thing:1' AND seq = 3")
    as_superuser("UPDATE ledger_event SET seq = 3 WHERE stream = 'thing:1' AND seq = 99")
    assert {seq for seq, _kind in faults()} >= {2, 3}


def test_a_resealed_event_no_longer_joins_the_next(chain) -> None:
    event = Event.objects.get(stream="thing:1", seq=3)
    event.reason = "改写"
    from bihuan.kernel.ledger.actions import seal

    seal(event)
    as_superuser(
        "UPDATE ledger_event SET reason = %s, payload_hash = %s, entry_hash = %s WHERE id = %s",
        event.reason, event.payload_hash, event.entry_hash, event.pk,
    )  # fmt: skip
    assert faults() == [(4, "thing.step3")]


def test_an_event_slipped_in_without_a_head_is_named(chain) -> None:
    as_superuser("UPDATE ledger_event SET stream = 'ghost:1' WHERE stream = 'other:1'")
    assert "ghost:1" in {fault.stream for fault in Verification().faults()}


def test_one_stream_alone(chain) -> None:
    as_superuser("UPDATE ledger_event SET reason = 'x' WHERE stream = 'other:1'")
    assert faults("thing:1") == []
    assert [seq for seq, _kind in faults("other:1")] == [1]


def test_the_head_follows_the_chain(chain) -> None:
    head = Stream.objects.get(name="thing:1")
    assert (head.seq, bytes(head.head)) == (5, bytes(chain[-1].entry_hash))


def test_the_command_says_how_it_went(chain) -> None:
    from bihuan.web.cli.ledger import ledger

    assert CliRunner().invoke(ledger, ["verify"]).exit_code == 0
    as_superuser("UPDATE ledger_event SET reason = 'x' WHERE stream = 'thing:1' AND seq = 1")
    broken = CliRunner().invoke(ledger, ["verify", "--json"])
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["faults"][0]["seq"] == 1
