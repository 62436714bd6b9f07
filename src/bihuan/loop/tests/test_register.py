"""The problem register as a list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.kernel.registers.register import REGISTERS
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


def everything():
    return {"cols": list(REGISTERS["problems"].offered)}


def queries(client):
    with CaptureQueriesContext(
        connection,
    ) as made:
        page_text(client.get(reverse("problems-list"), everything()))
    return len(made)


def test_all_columns_together_ask_no_more_for_more_rows(world, as_user):
    client = as_user(world.city_officer)
    Story(world).assigned()
    queries(client)
    with_one = queries(client)
    Story(world).assigned()
    Story(world, procedure="feedback").publicised()
    assert queries(client) == with_one


def test_every_offered_column_is_printed(world, as_user):
    story = Story(world).assigned()
    shown = page_text(as_user(world.city_officer).get(reverse("problems-list"), everything()))
    for text in (
        story.problem.number,
        str(world.bureau),
        str(world.acceptance_bureau),
        "领办领导",
        "整改轮次",
    ):
        assert text in shown
