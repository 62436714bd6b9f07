"""What is done to an enterprise on its page: code, colour by hand, objection, merger."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.oversight.enterprises.actions import records
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.models import ColourObjection, ColourSpan, Enterprise, ManualColour, Merger

pytestmark = pytest.mark.django_db


@pytest.fixture
def enterprise(plant):
    records.unit_of(plant.enterprise)
    recolour()
    return plant.enterprise


@pytest.fixture
def do(enterprise, as_user):
    def act(user, name, **said):
        client, address = as_user(user), reverse("enterprise-act", args=[enterprise.pk, name])
        assert client.get(address).status_code == 200
        return client.post(address, said)

    return act


def test_a_code_is_issued_replaced_and_revoked(do, enterprise, world):
    assert do(world.county_officer, "issue-code").status_code == 302
    again = do(world.county_officer, "issue-code")
    assert again.status_code == 200
    assert "铭牌" in again.text
    assert do(world.county_officer, "issue-code", reason="铭牌被毁").status_code == 302
    assert do(world.county_officer, "revoke-code", reason="关停").status_code == 302
    assert not enterprise.codes.filter(revoked_at=None).exists()


def test_a_colour_by_hand_passes_two_people(do, enterprise, world):
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    assert (
        do(world.city_officer, "ask-colour", colour="red", until=until, reason="群众反映").status_code == 302
    )
    own = do(world.city_officer, "confirm-colour")
    assert own.status_code == 200
    assert do(world.county_officer, "confirm-colour").status_code == 302
    assert ColourSpan.objects.get(enterprise=enterprise, ended_at=None).by_hand
    assert do(world.county_officer, "end-colour", reason="已核查").status_code == 302
    assert ManualColour.objects.get().ended_at


def test_nothing_waits_for_a_confirmation(enterprise, world, as_user):
    address = reverse("enterprise-act", args=[enterprise.pk, "confirm-colour"])
    assert as_user(world.county_officer).post(address).status_code == 404


def test_the_clerk_objects_and_the_office_answers(do, enterprise, world, as_user):
    assert do(world.clerk, "object", text="数据属校准时段").status_code == 302
    objection = ColourObjection.objects.get()
    address = reverse("objection-answer", args=[objection.pk])
    office = as_user(world.county_officer)
    assert "校准时段" in office.get(address).text
    assert office.post(address, {"upheld": "True", "answer": "属实"}).status_code == 302
    objection.refresh_from_db()
    assert (objection.upheld, objection.answer) == (True, "属实")
    assert "属实" in office.get(reverse("enterprise", args=[enterprise.pk])).text
    assert office.post(address, {"upheld": "False", "answer": "…"}).status_code == 200


def test_two_entries_are_merged_and_taken_apart(do, enterprise, world, as_user):
    kept = Enterprise(name="海宁某印染公司", uscc="", registered_on=date(2024, 1, 1))
    records.save_enterprise(kept, by=None, jurisdiction=world.county)
    for said in ("没有这家", enterprise.name):
        assert do(world.county_officer, "merge", kept=said, reason="重复").status_code == 200
    assert do(world.county_officer, "merge", kept=kept.name, reason="重复").status_code == 302
    merger = Merger.objects.get()
    address = reverse("merger-undo", args=[merger.pk])
    office = as_user(world.county_officer)
    assert office.get(address).status_code == 200
    assert office.post(address, {"reason": "实为两家"}).status_code == 302
    assert "已撤销" in office.get(address).text


def test_an_unknown_act_is_404(enterprise, world, as_user):
    assert (
        as_user(world.county_officer)
        .get(reverse("enterprise-act", args=[enterprise.pk, "dance"]))
        .status_code
        == 404
    )
