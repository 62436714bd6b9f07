"""Small tables too are read by an index inside the block, and as the planner likes outside."""

import pytest
from django.db import connection

from bihuan.kernel.database.planning import by_index
from bihuan.kernel.people.models import User

pytestmark = pytest.mark.django_db


def said(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return "\n".join(row[0] for row in cursor.fetchall())


def plan() -> str:
    return User.objects.filter(username="nobody").explain()


def test_a_few_rows_are_read_by_their_index_until_the_block_ends(world) -> None:
    before = said("SHOW enable_seqscan")
    with by_index():
        assert "Index" in plan()
        assert said("SHOW enable_seqscan") == "off"
    assert said("SHOW enable_seqscan") == before == "on"


def test_a_block_that_breaks_off_leaves_the_planner_as_it_was(world) -> None:
    with pytest.raises(KeyError), by_index():
        raise KeyError
    assert said("SHOW enable_seqscan") == "on"
