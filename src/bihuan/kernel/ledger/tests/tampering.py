"""An operator with superuser rights: triggers off, everything rewritten that a database holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bihuan.kernel.ledger import rules
from bihuan.kernel.ledger.actions import append, seal
from bihuan.kernel.ledger.models import Checkpoint, Event, Leaf, Stream, TreeRow, Unsealed
from bihuan.kernel.ledger.rules import merkle, tiles

STREAMS = 7


def fill(events: int, *, begin: int = 0) -> list[Event]:
    """Events over several streams, as in a working city."""
    return [
        append(f"thing:{number % STREAMS}", "thing.noted", by=rules.SYSTEM, payload={"number": number})
        for number in range(begin, begin + events)
    ]


@contextmanager
def superuser() -> Iterator[None]:
    """No trigger fires in here."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def as_superuser(sql: str, *values: object) -> None:
    with superuser(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def rewrite_newest(count: int) -> list[Event]:
    """Change the newest events and make every chain and every head fit again; returns them, oldest first."""
    newest = list(Event.objects.order_by("-pk")[:count])[::-1]
    with superuser():
        for event in newest:
            event.reason = "改写"
            before = Event.objects.filter(stream=event.stream, seq=event.seq - 1).first()
            event.previous_hash = bytes(before.entry_hash) if before else rules.GENESIS
            seal(event)
            event.save()
            head = Stream.objects.get(name=event.stream)
            if head.seq == event.seq:
                Stream.objects.filter(pk=head.pk).update(head=event.entry_hash)
    return newest


def rebuild_tree() -> None:
    """The careful operator: tree and checkpoints are made anew to fit what stands there now."""
    algorithm = rules.DEFAULT_ALGORITHM
    entries = Leaf.objects.order_by("position").values_list("event__entry_hash", flat=True)
    leaves = [merkle.leaf_hash(bytes(entry), algorithm) for entry in entries]
    with superuser():
        TreeRow.objects.all().delete()
        for (level, place), row in tiles.grow(lambda *at: b"", 0, leaves, algorithm).items():
            TreeRow.objects.create(algorithm=algorithm, level=level, place=place, hashes=row)
        for checkpoint in Checkpoint.objects.all():
            checkpoint.root = merkle.root_of(leaves[: checkpoint.size], algorithm)
            checkpoint.save()


def forget(event: Event) -> None:
    """Remove an event everywhere: order, chain, head."""
    with superuser():
        Leaf.objects.filter(event_id=event.pk).delete()
        Unsealed.objects.filter(event_id=event.pk).delete()
        Event.objects.filter(pk=event.pk).delete()
        last = Event.objects.filter(stream=event.stream).order_by("-seq").first()
        head = {"seq": last.seq, "head": last.entry_hash} if last else {"seq": 0, "head": rules.GENESIS}
        Stream.objects.filter(name=event.stream).update(**head)
        for position, leaf in enumerate(Leaf.objects.order_by("position")):
            if leaf.position != position:
                Leaf.objects.filter(position=leaf.position).update(position=position)
