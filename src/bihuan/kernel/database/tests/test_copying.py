"""COPY keeps every kind of value, and puts indexes and keys back."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.kernel.database.copying import copy, encode, lightened
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Post, Unit, User

pytestmark = pytest.mark.django_db
MOMENT = datetime(2022, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)
AWKWARD = 'tab\t newline\n return\r backslash\\ "quotes" \\N 嘉兴 {a,b}'


def test_every_kind_of_value_comes_back(world):
    event = Event(
        stream="copied",
        seq=1,
        kind=AWKWARD,
        occurred_at=MOMENT,
        recorded_at=MOMENT,
        actor="system",
        payload={"words": AWKWARD, "number": 1, "nothing": None, "list": [True, "二"]},
        evidence=[AWKWARD, "", "b"],
        payload_hash=bytes(range(32)),
        previous_hash=bytes(32),
        entry_hash=b"\\" * 32,
    )
    copy([encode([event])])
    found = Event.objects.get(stream="copied")
    for field in Event._meta.concrete_fields:
        if not field.primary_key:
            sent, kept = getattr(event, field.attname), getattr(found, field.attname)
            assert (bytes(kept) if isinstance(kept, memoryview) else kept) == sent, field.name


def test_dates_flags_and_empty_values(world):
    user = User(username="copied", name="抄", password="!", is_active=False, last_login=None)
    copy([encode([user])])
    kept = User.objects.get(username="copied")
    assert (kept.is_active, kept.last_login) == (False, None)
    post = Post(user=kept, role="leader", jurisdiction=world.city, valid_from=date(2019, 1, 1), valid_to=None)
    copy([encode([post])])
    assert kept.posts.get().valid_from == date(2019, 1, 1)


def test_a_given_key_is_kept_and_others_are_numbered(world):
    given = Unit(pk=987_654, name="甲", kind="office", jurisdiction=world.city)
    numbered = Unit(name="乙", kind="office", jurisdiction=world.city)
    copy([encode([given], with_key=True), encode([numbered])])
    assert Unit.objects.get(name="甲").pk == 987_654
    assert Unit.objects.get(name="乙").pk


def indexes(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s ORDER BY 1", [table])
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1", [table])
        return names + [name for (name,) in cursor.fetchall()]


def test_indexes_and_keys_are_away_while_loading_and_back_afterwards(world):
    before = indexes("people_post")
    with lightened(["people.Post"]):
        assert len(indexes("people_post")) < len(before)
    assert indexes("people_post") == before


def test_rows_that_point_nowhere_are_refused_when_the_keys_come_back(world):
    stray = Post(user_id=10**9, role="leader", jurisdiction=world.city)
    with pytest.raises(IntegrityError), transaction.atomic(), lightened(["people.Post"]):
        copy([encode([stray])])
    assert not Post.objects.filter(user_id=10**9).exists()
