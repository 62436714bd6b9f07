"""The three axes, parts and effects of a case, and how they meet the loop."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bihuan.governance.petitions import actions
from bihuan.governance.petitions.models import PetitionCase
from bihuan.governance.petitions.rules.attribution import NotWhole
from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.loop import actions as loop
from bihuan.loop.models import Problem
from bihuan.loop.rules.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(take, row) -> PetitionCase:
    take([{**row, "verdict": None, "closure": None, "verification": None, "rectification": None}])
    return PetitionCase.objects.select_related("problem").get()


def found(case, world, finding="true", **fields) -> PetitionCase:
    return actions.record_finding(
        case, by=world.county_officer, finding=finding, verification="已核实", **fields
    )


def concluded(case, world) -> PetitionCase:
    return actions.record_handling(
        case, by=world.county_officer, handling="concluded", rectification="已整改"
    )


def test_a_finding_of_nothing_needs_a_leader_and_ends_the_verification(case, world) -> None:
    loop.accept_report(case.problem, by=world.county_officer)
    with pytest.raises(Refused, match=r"领导|leader"):
        found(case, world, "unfounded")
    assert PetitionCase.objects.get().finding == "unknown"
    found(case, world, "unfounded", signed_by=world.leader)
    assert Problem.objects.get().state == State.UNFOUNDED


def test_a_case_is_not_concluded_before_it_was_checked(case, world) -> None:
    with pytest.raises(Refused):
        concluded(case, world)
    found(case, world)
    assert concluded(case, world).handling == "concluded"


@pytest.mark.parametrize("finding", ["unknown", "perhaps"])
def test_only_the_four_findings(case, world, finding) -> None:
    with pytest.raises(Refused):
        found(case, world, finding)
    with pytest.raises(Refused):
        actions.record_handling(case, by=world.county_officer, handling="unknown", rectification="x")


def test_words_are_required(case, world) -> None:
    with pytest.raises(Refused):
        actions.record_finding(case, by=world.county_officer, finding="true", verification="  ")


def test_striking_off_waits_for_answer_and_closed_problem(case, world) -> None:
    found(case, world)
    strike = {"by": world.city_officer, "document_ref": "嘉信访销1号"}
    with pytest.raises(Refused):
        actions.strike_off(case, step="proposed", **strike)
    concluded(case, world)
    assert actions.strike_off(case, step="proposed", **strike).strike_off == "proposed"
    with pytest.raises(Refused, match=r"答复|answered"):
        actions.strike_off(case, step="struck_off", **strike)
    actions.answer(case, by=world.city_officer, text="已办结")
    with pytest.raises(Refused, match=case.problem.number):
        actions.strike_off(case, step="struck_off", **strike)
    with pytest.raises(Refused):
        actions.strike_off(case, step="none", **strike)


def test_a_case_of_a_dismissed_problem_is_struck_off_and_stays_so(case, world) -> None:
    loop.accept_report(case.problem, by=world.county_officer)
    found(case, world, "unfounded", signed_by=world.leader)
    concluded(case, world)
    actions.answer(case, by=world.city_officer, text="不属实")
    actions.strike_off(case, by=world.city_officer, step="struck_off", document_ref="1号")
    with pytest.raises(Refused):
        concluded(case, world)


def test_answering_stops_the_clock_and_publishes(case, world) -> None:
    actions.answer(case, by=world.city_officer, text="已办结")
    answered = PetitionCase.objects.get()
    assert answered.clocks.get().outcome == "answered"
    assert answered.published_on is not None


def test_the_past_of_the_axes_can_be_read(case, world) -> None:
    before = timezone.now()
    found(case, world)
    now = PetitionCase.objects.standing_at(timezone.now()).get()
    then = PetitionCase.objects.standing_at(before).get()
    assert (then.finding_then, now.finding_then) == ("unknown", "true")
    assert not PetitionCase.objects.standing_at(before - timedelta(days=1)).exists()


def test_a_moment_outside_the_case_is_refused(case, world) -> None:
    for moment in (timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=900)):
        with pytest.raises(Refused):
            found(case, world, at=moment)


def test_parts_are_exact_and_logged(case, world) -> None:
    parts = {world.county: Fraction(2, 3), world.other_county: Fraction(1, 3)}
    actions.set_attribution(case, by=world.city_officer, parts=parts, reason="厂区跨县")
    assert sum(one.part for one in case.attributions.all()) == 1
    event = Event.objects.get(stream=case.stream, kind="petition.attribute")
    assert event.payload["after"] == {"330481": "2/3", "330483": "1/3"}
    with pytest.raises(NotWhole):
        actions.set_attribution(case, by=world.city_officer, parts={world.county: Fraction(1, 2)}, reason="x")


def test_effects_count_acts_and_persons_apart(case, world) -> None:
    effect = actions.record_effect(
        case,
        by=world.county_officer,
        kind="accountability",
        decided_on=date(2020, 9, 9),
        persons=2,
        rank="section",
    )
    assert (effect.acts, effect.persons) == (1, 2)
    for kind, facts in (("fine", {}), ("order", {"amount_yuan": 5}), ("accountability", {}), ("praise", {})):
        with pytest.raises(Refused):
            actions.record_effect(
                case, by=world.county_officer, kind=kind, decided_on=date(2020, 9, 9), **facts
            )


def test_who_may_do_what(case, world) -> None:
    with pytest.raises(Forbidden):
        found(case, type("W", (), {"county_officer": world.outsider}))
    with pytest.raises(Forbidden):
        actions.strike_off(case, by=world.county_officer, step="proposed", document_ref="x")
    with pytest.raises(Forbidden):
        actions.unmask(case.complainant or _sealed(case), by=world.county_officer, reason="x")


def _sealed(case) -> str:
    PetitionCase.objects.filter(pk=case.pk).update(complainant="token")
    return "token"


def test_the_database_holds_what_the_axes_mean(case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PetitionCase.objects.update(strike_off="struck_off")


def test_a_case_from_elsewhere_is_answered_elsewhere(take, row, world) -> None:
    take([{**row, "city": "绍兴市", "county": "越城区"}])
    case = PetitionCase.objects.get()
    assert case.is_outside
    with pytest.raises(Refused):
        actions.answer(case, by=world.city_officer, text="x")
