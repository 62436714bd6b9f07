"""One code per enterprise: what is printed, who made it, and what a scan leaves behind."""

import pytest
from django.utils import timezone

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises import tasks
from bihuan.oversight.enterprises.actions.codes import (
    Visit,
    begin_inspection,
    change_key,
    issue_code,
    justify,
    note_look,
    retire_key,
    revoke_code,
)
from bihuan.oversight.enterprises.models import CardCall, CodeKey, EnterpriseCode, Scan
from bihuan.oversight.enterprises.queries import codes
from bihuan.oversight.enterprises.rules import codes as rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(plant, world):
    return issue_code(plant.enterprise, by=world.city_officer)


def kinds(plant):
    return list(Event.objects.filter(stream=plant.enterprise.stream).values_list("kind", flat=True))


def test_a_code_is_signed_and_read_back(code, plant):
    text = codes.text_of(code)
    assert codes.code_behind(text) == codes.code_behind(text.lower()) == code
    assert len(text) == 44
    assert plant.enterprise.uscc not in text


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: "",
        lambda text: "nonsense",
        lambda text: text[:-1],
        lambda text: f"{text[:-1]}{'B' if text[-1] != 'B' else 'C'}",
        lambda text: f"2{text[1:]}",
        lambda text: f"{text[:2]}{'B' if text[2] != 'B' else 'C'}{text[3:]}",
    ],
)
def test_a_code_that_nobody_signed_is_nobodys(code, changed):
    assert codes.code_behind(changed(codes.text_of(code))) is None


def test_a_made_up_token_is_refused_without_a_look_for_it(code, django_assert_num_queries):
    forged = rules.signed(rules.token_of(bytes(16)), version=1, key=b"another key")
    with django_assert_num_queries(1):
        assert codes.code_behind(str(forged)) is None


def test_a_signed_token_that_was_never_issued_is_nobodys(code):
    text = codes.text_of(code)
    EnterpriseCode.objects.update(token="A" * 26)
    assert codes.code_behind(text) is None


def test_an_enterprise_has_one_code_and_the_old_plate_stops_working(code, plant, world):
    old = codes.text_of(code)
    with pytest.raises(Refused, match="铭牌"):
        issue_code(plant.enterprise, by=world.county_officer)
    new = issue_code(plant.enterprise, by=world.county_officer, reason="铭牌被毁")
    assert codes.code_behind(codes.text_of(new)) == new
    with pytest.raises(codes.CodeRevoked):
        codes.code_behind(old)
    assert kinds(plant) == ["enterprise.code_issued", "enterprise.code_revoked", "enterprise.code_issued"]


def test_revoking_needs_a_code_and_a_reason(code, plant, world):
    with pytest.raises(Refused):
        revoke_code(plant.enterprise, by=world.city_officer, reason=" ")
    revoke_code(plant.enterprise, by=world.city_officer, reason="关停")
    with pytest.raises(Refused):
        revoke_code(plant.enterprise, by=world.city_officer, reason="关停")


@pytest.mark.parametrize("user", ["clerk", "grid_worker", "outsider", "auditor"])
def test_only_offices_issue_codes(plant, world, user):
    with pytest.raises(Forbidden):
        issue_code(plant.enterprise, by=getattr(world, user))


def test_a_new_key_signs_new_codes_and_a_retired_one_ends_its_plates(code, plant, world):
    old = codes.text_of(code)
    assert change_key(by=world.city_officer, reason="年度更换").version == 2
    assert codes.code_behind(old) == code
    new = issue_code(plant.enterprise, by=world.city_officer, reason="换牌")
    assert new.key_version == 2
    other = EnterpriseCode.objects.get(pk=code.pk)
    retire_key(1, by=world.city_officer, reason="密钥泄露")
    with pytest.raises(codes.CodeRevoked):
        codes.code_behind(old)
    assert codes.code_behind(codes.text_of(new)) == new
    assert CodeKey.objects.get(version=other.key_version).retired_at
    with pytest.raises(Refused):
        retire_key(1, by=world.city_officer, reason="again")


def test_many_calls_from_one_address_are_stopped_and_others_are_not():
    for _call in range(codes.CALLS_A_MINUTE):
        codes.count_call("10.0.0.1")
    with pytest.raises(codes.TooManyCalls):
        codes.count_call("10.0.0.1")
    codes.count_call("10.0.0.2")
    assert b"10.0.0.1" not in bytes(CardCall.objects.first().caller)


def test_a_look_is_written_down(code, world):
    note_look(code, by=world.county_officer)
    scan = Scan.objects.get()
    assert (scan.kind, scan.user, scan.enterprise) == ("look", world.county_officer, code.enterprise)


@pytest.mark.parametrize("user", ["city_officer", "county_officer", "grid_worker"])
def test_an_inspection_needs_its_task(code, plant, world, user):
    officer = getattr(world, user)
    with pytest.raises(Refused):
        begin_inspection(code, Visit(purpose="看看"), by=officer)
    scan = begin_inspection(code, Visit(task="双随机2026-001", purpose="双随机检查"), by=officer)
    assert (scan.kind, scan.task_known, scan.justify_by) == ("inspection", None, None)
    assert kinds(plant)[-1] == "enterprise.inspection_begun"


@pytest.mark.parametrize("user", ["outsider", "clerk", "auditor", "handler"])
def test_others_begin_no_inspection(code, world, user):
    with pytest.raises(Forbidden):
        begin_inspection(code, Visit(task="1"), by=getattr(world, user))


@pytest.mark.parametrize("approved", [True, False])
def test_a_task_is_checked_where_tasks_are_kept(code, world, monkeypatch, approved):
    monkeypatch.setattr(tasks, "_checks", [])
    tasks.register_task_check(lambda task, enterprise, user: approved)
    if not approved:
        with pytest.raises(Refused):
            begin_inspection(code, Visit(task="1"), by=world.city_officer)
        return
    assert begin_inspection(code, Visit(task="1"), by=world.city_officer).task_known is True


def test_an_emergency_is_justified_within_a_day_by_whoever_began_it(code, world, plant):
    scan = begin_inspection(code, Visit(emergency=True, purpose="群众举报偷排"), by=world.county_officer)
    assert scan.kind == "emergency"
    for by, text in ((world.city_officer, "…"), (world.county_officer, " ")):
        with pytest.raises(Refused):
            justify(scan, by=by, text=text)
    Scan.objects.update(justify_by=timezone.now())
    assert justify(scan, by=world.county_officer, text="夜间接报").justified_at
    event = Event.objects.filter(stream=plant.enterprise.stream).last()
    assert (event.kind, event.payload["late"]) == ("enterprise.inspection_justified", True)
    with pytest.raises(Refused):
        justify(scan, by=world.county_officer, text="再说一遍")


def test_a_merged_enterprise_gets_no_code(plant, world):
    plant.enterprise.merged_into, plant.enterprise.merged_at = plant.enterprise, timezone.now()
    plant.enterprise.save()
    with pytest.raises(Refused):
        issue_code(plant.enterprise, by=world.city_officer)
