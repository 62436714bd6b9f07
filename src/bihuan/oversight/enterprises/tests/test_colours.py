"""Colours as they are kept: spans, events, sources, what is set by hand, objections."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.loop.models import Problem
from bihuan.loop.tests.story import Story
from bihuan.oversight.enterprises import facts, jobs
from bihuan.oversight.enterprises.actions import load_defaults, recolour, recolour_later
from bihuan.oversight.enterprises.actions.by_hand import (
    answer_objection,
    ask_for_colour,
    confirm_colour,
    end_colour,
    object_to,
)
from bihuan.oversight.enterprises.models import (
    CardCall,
    ColourRule,
    ColourSpan,
    Enterprise,
    EnterpriseCode,
    ManualColour,
)
from bihuan.oversight.enterprises.rules.colour import (
    VERSION_1,
    Fact,
    FactKind,
    Gap,
    Report,
    State,
    numbers_from,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


@pytest.fixture
def said(monkeypatch):
    """What the only source of facts says, by enterprise."""
    told: dict[int, Report] = {}
    monkeypatch.setattr(facts, "_sources", {})
    kinds = frozenset({FactKind.EXCEEDANCE, FactKind.MONITOR_SILENT})
    facts.register_facts(facts.FactSource("monitoring", "自动监测", kinds, lambda keys, at: told))
    return told


@pytest.fixture
def coded(plant, world):
    """The plant with a code of last year and its clerk's unit."""
    EnterpriseCode.objects.create(
        enterprise=plant.enterprise, token="A" * 26, key_version=1, issued_at=timezone.now() - LONG_AGO
    )
    Enterprise.objects.update(unit=world.enterprise, parties=[f"o{world.enterprise.pk}"])
    plant.enterprise.refresh_from_db()
    return plant.enterprise


def exceedance(ratio: str) -> Report:
    today = timezone.localdate()
    one = Fact(
        FactKind.EXCEEDANCE,
        "exceedance:1",
        "二氧化硫超标",
        "/x/",
        today,
        amount=Decimal(ratio),
        state=State.CONFIRMED,
    )
    return Report((one,), covered=True)


def current(enterprise: Enterprise) -> ColourSpan:
    return ColourSpan.objects.get(enterprise=enterprise, ended_at=None)


def events(enterprise: Enterprise) -> list[Event]:
    return list(Event.objects.filter(stream=enterprise.stream, kind="enterprise.coloured"))


def test_a_colour_explains_itself_with_its_records(coded, said):
    said[coded.pk] = exceedance("1.5")
    assert recolour() == 1
    span = current(coded)
    coded.refresh_from_db()
    assert (span.colour, coded.colour, span.triggers, span.rule_version) == (
        "yellow",
        "yellow",
        ["Y1"],
        "1.0",
    )
    (struck,) = span.reasons["struck"]
    assert struck["facts"][0]["ref"] == "exceedance:1"
    assert struck["facts"][0]["url"] == "/x/"
    assert "R1" in span.reasons["unconnected"]


def test_a_change_ends_one_stay_and_writes_one_event(coded, said):
    said[coded.pk] = Report(covered=True)
    recolour()
    said[coded.pk] = exceedance("2")
    recolour()
    assert [span.colour for span in ColourSpan.objects.order_by("pk")] == ["green", "red"]
    assert ColourSpan.objects.first().began_at == ColourSpan.objects.last().ended_at
    first, second = events(coded)
    assert (first.payload["from"], first.payload["to"]) == (None, "green")
    assert (second.payload["to"], second.payload["facts"]) == ("red", ["exceedance:1"])
    assert second.rule_version == "colour@1.0"


def test_nothing_new_only_refreshes_what_was_read(coded, said):
    said[coded.pk] = exceedance("1.5")
    recolour()
    before = current(coded)
    assert recolour() == 0
    after = current(coded)
    assert (after.pk, after.began_at, len(events(coded))) == (before.pk, before.began_at, 1)
    assert after.read_at > before.read_at


def test_red_ends_in_yellow_and_then_green(coded, said):
    now = timezone.now()
    said[coded.pk] = exceedance("2")
    recolour(at=now)
    said[coded.pk] = Report(covered=True)
    colours = []
    for day in (1, 7, 8):
        recolour(at=now + timedelta(days=day))
        colours.append(current(coded).colour)
    assert colours == ["yellow", "yellow", "green"]


def test_a_gap_is_never_green(coded, said):
    recolour()
    assert (current(coded).colour, current(coded).reasons["unrated"]) == ("grey", "no_data")
    assert events(coded) == []
    said[coded.pk] = Report(gaps=(Gap("昨日起无数据"),), covered=True)
    recolour()
    assert current(coded).reasons["gaps"] == [{"text": "昨日起无数据", "url": ""}]
    assert current(coded).colour == "grey"


@pytest.mark.parametrize(("operation", "reason"), [("stopped", "stopped"), ("closed", "closed")])
def test_what_does_not_run_is_grey(coded, said, operation, reason):
    said[coded.pk] = Report(covered=True)
    Enterprise.objects.update(operation=operation)
    recolour()
    assert (current(coded).colour, current(coded).reasons["unrated"]) == ("grey", reason)


def test_a_merged_enterprise_has_no_colour_of_its_own(coded, said):
    Enterprise.objects.update(merged_into=coded, merged_at=timezone.now())
    assert recolour() == 0


def test_few_queries_for_many(coded, said, world, django_assert_max_num_queries):
    where = Enterprise.where(world.town)
    many = [
        Enterprise(name=f"企业{n}", uscc=None, registered_on=date(2024, 1, 1), **where) for n in range(50)
    ]
    Enterprise.objects.bulk_create(many)
    recolour()
    with django_assert_max_num_queries(14):
        assert recolour() == 0


def test_an_overdue_problem_of_the_enterprise_is_a_fact(coded, world):
    story = Story(world).rectifying()
    assert recolour() == 1
    Problem.objects.filter(pk=story.problem.pk).update(
        lead_unit=world.enterprise, due_on=timezone.localdate() - timedelta(days=31)
    )
    recolour()
    span = current(coded)
    assert (span.colour, span.triggers) == ("red", ["R6"])
    assert span.reasons["struck"][0]["facts"][0]["url"] == f"/problems/{story.problem.pk}/"
    assert "R6" not in span.reasons["unconnected"]


def test_a_source_has_one_name(said):
    with pytest.raises(ValueError, match="twice"):
        facts.register_facts(facts.sources()[0])


def test_defaults_are_loaded_once_and_kept(world):
    load_defaults()
    rule = ColourRule.objects.get()
    assert (numbers_from(rule.numbers), rule.ours) == (VERSION_1, True)


def test_the_night_recolours_and_forgets_calls(coded, said):
    CardCall.objects.create(caller=b"x", minute=timezone.now() - timedelta(days=2))
    assert jobs.nightly(0) == 1
    assert not CardCall.objects.exists()
    assert jobs.recolour_some([coded.pk]) == 0


def test_a_changed_fact_and_its_job_share_their_fate(coded):
    def waiting() -> int:
        return ProcrastinateJob.objects.filter(task_name__endswith=".recolour_some", status="todo").count()

    before = waiting()
    with transaction.atomic():
        recolour_later([coded.pk, coded.pk])
        transaction.set_rollback(True)
    assert waiting() == before
    recolour_later([coded.pk, coded.pk])
    recolour_later([])
    assert waiting() == before + 1


UNTIL = timedelta(days=30)


def asked(coded, world) -> ManualColour:
    until = timezone.localdate() + UNTIL
    return ask_for_colour(coded, by=world.city_officer, colour="red", reason="群众反映强烈", until=until)


def test_a_colour_by_hand_takes_two_people(coded, said, world):
    manual = asked(coded, world)
    recolour()
    assert current(coded).by_hand is False
    with pytest.raises(Refused):
        confirm_colour(manual, by=world.city_officer)
    confirm_colour(manual, by=world.county_officer)
    span = current(coded)
    assert (span.colour, span.computed, span.by_hand) == ("red", "grey", True)
    with pytest.raises(Refused):
        confirm_colour(manual, by=world.county_officer)
    end_colour(manual, by=world.county_officer, reason="已核查")
    assert current(coded).by_hand is False
    with pytest.raises(Refused):
        end_colour(manual, by=world.county_officer, reason="")


def test_a_colour_by_hand_ends_by_itself(coded, said, world):
    confirm_colour(asked(coded, world), by=world.county_officer)
    recolour(at=timezone.now() + UNTIL + timedelta(days=1))
    assert current(coded).by_hand is False
    ManualColour.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert asked(coded, world).pk


@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"days": 31}, {"days": -1}],
)
def test_a_colour_by_hand_needs_a_reason_and_an_end(coded, world, wrong):
    until = timezone.localdate() + timedelta(days=wrong.get("days", 1))
    with pytest.raises(Refused):
        ask_for_colour(
            coded, by=world.city_officer, colour="red", reason=wrong.get("reason", "…"), until=until
        )


def test_one_colour_by_hand_at_a_time(coded, world):
    asked(coded, world)
    with pytest.raises(Refused):
        asked(coded, world)


def test_an_objection_is_answered_and_nothing_is_erased(coded, said, world):
    with pytest.raises(Refused):
        object_to(coded, by=world.clerk, text="…")
    recolour()
    with pytest.raises(Refused):
        object_to(coded, by=world.clerk, text=" ")
    objection = object_to(coded, by=world.clerk, text="数据属校准时段")
    assert objection.due_on > timezone.localdate() + timedelta(days=4)
    with pytest.raises(Refused):
        object_to(coded, by=world.clerk, text="再次")
    with pytest.raises(Refused):
        answer_objection(objection, by=world.county_officer, upheld=True, answer=" ")
    answered = answer_objection(objection, by=world.county_officer, upheld=True, answer="经核实属实")
    assert (answered.upheld, answered.span) == (True, current(coded))
    with pytest.raises(Refused):
        answer_objection(objection, by=world.county_officer, upheld=False, answer="…")


def test_only_the_enterprises_own_clerk_objects(coded, said, world):
    recolour()
    for user in (world.city_officer, world.outsider):
        with pytest.raises(Forbidden):
            object_to(coded, by=user, text="…")
    Enterprise.objects.update(unit=None)
    coded.refresh_from_db()
    with pytest.raises(Forbidden):
        object_to(coded, by=world.clerk, text="…")
