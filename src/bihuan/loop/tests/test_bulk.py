"""The bulk acts of the problem register, and reminding."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.models import Notice
from bihuan.loop import actions
from bihuan.loop.models import Problem
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


def post(client, act, *problems, **said):
    rows = ",".join(str(problem.pk) for problem in problems)
    return page_text(client.post(reverse("problems-bulk", args=[act]), {"rows": rows, **said}))


def done(client, act, *problems, **said):
    """Preview, then confirm what the preview offered."""
    context = client.post(
        reverse("problems-bulk", args=[act]), {"rows": ",".join(str(one.pk) for one in problems), **said}
    ).content.decode()
    seen, ready = (context.split(f'name="{name}" value="')[1].split('"')[0] for name in ("seen", "ready"))
    return post(client, act, *problems, seen=seen, ready=ready, go="1", **said)


def test_many_are_assigned_and_the_rest_says_why_not(world, as_user):
    first, second = Story(world).registered().problem, Story(world).registered().problem
    late = Story(world).assigned().problem
    said = {"lead_unit": world.bureau.pk, "acceptance_unit": world.acceptance_bureau.pk}
    client = as_user(world.city_officer)
    previewed = post(client, "assign", first, second, late, **said)
    assert previewed.count("海宁市住房和城乡建设局牵头") == 2
    assert "已交办" in previewed
    assert set(Problem.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", flat=True)) == {
        "registered"
    }
    shown = done(client, "assign", first, second, late, **said)
    assert "已办 2 条，未办 1 条" in shown
    for problem in (first, second):
        problem.refresh_from_db()
        assert problem.lead_unit == world.bureau
        assert Event.objects.filter(stream=problem.stream, kind="problem.assign").count() == 1
    assert Event.objects.filter(stream=late.stream, kind="problem.assign").count() == 1


def test_a_preview_writes_no_event_and_tells_nobody(world, as_user, django_capture_on_commit_callbacks):
    problem = Story(world).rectifying().problem
    before = Event.objects.filter(stream=problem.stream).count()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert "郑承办" in post(as_user(world.city_officer), "remind", problem)
    assert callbacks == []
    assert Event.objects.filter(stream=problem.stream).count() == before


def test_one_unit_can_not_be_both(world, as_user):
    problem = Story(world).registered().problem
    said = {"lead_unit": world.bureau.pk, "acceptance_unit": world.bureau.pk}
    shown = post(as_user(world.city_officer), "assign", problem, **said)
    assert "验收单位不得是责任单位之一" in shown


def test_many_are_registered(world, as_user):
    reported = Story(world, procedure="feedback").problem
    shown = done(as_user(world.list_manager), "register", reported, substantiation="true", level="serious")
    reported.refresh_from_db()
    assert (reported.state, reported.level) == ("registered", "serious")
    assert "已办 1 条" in shown


def test_a_reminder_reaches_whose_turn_it_is_once_a_day(world, django_capture_on_commit_callbacks):
    problem = Story(world).rectifying().problem
    Notice.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.remind(problem, by=world.city_officer, text="请尽快") == ["郑承办"]
    notice = Notice.objects.get()
    assert notice.recipient == world.handler
    assert problem.number in notice.title
    assert "请尽快" in notice.body
    event = Event.objects.filter(stream=problem.stream).latest("seq")
    assert (event.kind, event.reason, event.payload["to"]) == ("problem.remind", "请尽快", ["郑承办"])
    with pytest.raises(Refused, match="林市办"):
        actions.remind(problem, by=world.leader)


def test_nobody_is_reminded_of_what_is_nobodys_turn(world):
    problem = Story(world).rectifying().problem
    Problem.objects.filter(pk=problem.pk).update(turn="")
    with pytest.raises(Refused, match="没有"):
        actions.remind(problem, by=world.city_officer)


def test_only_offices_and_leaders_remind(world):
    problem = Story(world).rectifying().problem
    for who in (world.handler, world.acceptor, world.outsider, world.auditor):
        with pytest.raises(Forbidden):
            actions.remind(problem, by=who)
    assert actions.remind(problem, by=world.county_officer, at=timezone.now()) == ["郑承办"]


def test_the_problem_page_offers_to_remind(world, as_user):
    problem = Story(world).rectifying().problem
    client = as_user(world.leader)
    address = reverse("problem-act", args=[problem.pk, "remind"])
    assert address in page_text(client.get(reverse("problem", args=[problem.pk])))
    assert client.post(address, {"text": "请尽快"}).status_code == 302
    assert "今天已经催办" in page_text(client.get(reverse("problem", args=[problem.pk])))


def test_the_evidence_index_lists_every_file_with_its_hash(world, as_user):
    shown = Story(world).accepted().problem
    bare = Story(world).registered().problem
    client = as_user(world.city_officer)
    page = page_text(client.get(reverse("problems-bulk", args=["evidence"]), {"row": [shown.pk, bare.pk]}))
    assert "2 个文件" in page
    assert "尚无证据" in page
    answer = client.post(
        reverse("problems-bulk", args=["evidence"]), {"rows": f"{shown.pk},{bare.pk}", "go": "excel"}
    )
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    listed = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(listed) == 3
    assert {row[-1] for row in listed[1:]} == set(shown.attachments.values_list("file__sha256", flat=True))
