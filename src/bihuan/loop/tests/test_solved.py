"""The solved problems of a city at full scale: made by rule, and yet what the actions would have written."""

from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop import actions
from bihuan.loop.demo import build_solved
from bihuan.loop.models import Problem, StateSpan
from bihuan.loop.tests.files import photo
from bihuan.loop.tests.story import Story

pytestmark = pytest.mark.django_db
COUNT = 12


@pytest.fixture
def solved(world):
    path = f"{world.town.path}330481103001/"
    Jurisdiction.objects.create(
        code="330481103001", name="虹桥村", level="village", parent=world.town, path=path
    )
    photo(world.handler)
    told: list[str] = []
    build_solved(COUNT, progress=told.append)
    assert told == ["已解决问题 12/12"]
    return Problem.objects.filter(procedure_key="patrol")


def test_each_has_its_whole_history(solved):
    assert solved.count() == COUNT
    for problem in solved:
        spans = list(problem.spans.order_by("entered_at"))
        assert [span.state for span in spans][0::7] == ["reported", "closed"]
        assert all(one.left_at == two.entered_at for one, two in pairwise(spans))
        assert not problem.clocks.filter(stopped_at=None).exists()
        assert problem.responsible_units.get() == problem.lead_unit
        assert problem.attachments.get().file.is_image
    assert not list(Verification().faults())


def test_the_ledger_says_what_the_actions_say(solved, world):
    """The same kinds with the same fields as a problem that people played."""
    played = Story(world, procedure="patrol").closed().problem
    problem = solved.first()

    def said(one):
        events = Event.objects.filter(stream=one.stream).order_by("seq")
        return {event.kind: set(event.payload) for event in events}

    mine, theirs = said(problem), said(played)
    assert set(mine) <= set(theirs) | {"problem.attach"}
    for kind in set(mine) & set(theirs):
        assert mine[kind] == theirs[kind], kind


def test_it_can_be_read_searched_and_asked_of_the_past(solved, world, as_user):
    problem = solved.order_by("reported_at").first()
    client = as_user(world.county_officer)
    assert client.get(reverse("problem", args=[problem.pk])).status_code == 200
    listed = client.get(reverse("problems-list"), {"q": problem.title}).content.decode()
    assert problem.number in listed
    span = StateSpan.objects.get(problem=problem, state="rectifying")
    assert problem in Problem.objects.in_states(["rectifying"], span.entered_at)


def test_a_new_report_gets_a_number_of_its_own(solved, world):
    made = actions.report(by=world.grid_worker, title="又一件", jurisdiction=world.town, procedure="patrol")
    assert not solved.filter(number=made.number).exclude(pk=made.pk).exists()
    assert made.discovered_on == timezone.localdate()
