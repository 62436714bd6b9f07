from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.actions.rules import add_kind_rule, add_sending_rule, load_rules
from bihuan.kernel.notices.models import KindRule, SendingRule
from bihuan.kernel.notices.queries import is_urgent, sending_rule

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 3, 12)


@pytest.fixture
def office(world, as_user, at):
    return as_user(world.city_officer)


def hours(**changes):
    return {
        "valid_from": TOMORROW.isoformat(),
        "morning_from": "08:30",
        "morning_to": "11:30",
        "afternoon_from": "13:30",
        "afternoon_to": "17:00",
        "digest_at": "16:00",
        "remind_at": "08:00",
        "retry_minutes": "1,10",
        "reminder_days": "-5,0,1",
        "repeat_days": "3",
        "source": "市办〔2026〕3 号",
        **changes,
    }


def test_the_page_shows_the_rules_and_that_they_are_ours(office):
    page = office.get("/inbox/rules/").content.decode()
    for words in ("09:00–12:00", "14:00–17:30", "自定", "T-30", "普通", "紧急"):
        assert words in page


def test_a_new_version_holds_from_its_day(office, world):
    office.post("/inbox/rules/hours/", hours())
    assert sending_rule(TOMORROW - timedelta(days=1)).digest_at == time(9)
    rule = sending_rule(TOMORROW)
    assert (rule.digest_at, rule.retry_minutes, rule.reminder_days, rule.ours) == (
        time(16),
        [1, 10],
        [-5, 0, 1],
        False,
    )
    event = Event.objects.get(kind="notices.sending_rule")
    assert event.payload["digest_at"] == "16:00:00"
    assert "全部版本" in office.get("/inbox/rules/").content.decode()
    assert str(rule) == "sending@2026-03-12"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"valid_from": "2026-03-10"}, "不能从过去"),
        ({"morning_to": "14:30"}, "先后顺序"),
        ({"reminder_days": "-400"}, "-366"),
        ({"repeat_days": "0"}, "至少间隔一天"),
        ({"retry_minutes": "soon"}, "has-error"),
    ],
)
def test_a_version_that_makes_no_sense_is_refused(office, changes, error):
    assert error in office.post("/inbox/rules/hours/", hours(**changes)).content.decode()
    assert SendingRule.objects.count() == 1


def test_a_day_begins_one_version(office):
    office.post("/inbox/rules/hours/", hours())
    assert office.post("/inbox/rules/hours/", hours()).status_code == 200
    assert SendingRule.objects.count() == 2


def test_what_is_urgent_is_a_version_too(office, world):
    said = {
        "template": "test.said",
        "urgent": "on",
        "valid_from": TOMORROW.isoformat(),
        "source": "x",
        "ours": "on",
    }
    office.post("/inbox/rules/urgency/", said)
    assert not is_urgent("test.said", TOMORROW - timedelta(days=1))
    assert is_urgent("test.said", TOMORROW)
    assert Event.objects.get(kind="notices.kind_rule").payload["template"] == "test.said"
    assert office.post("/inbox/rules/urgency/", said).status_code == 200
    assert KindRule.objects.filter(template="test.said", valid_from=TOMORROW).count() == 1
    assert str(KindRule.objects.get(valid_from=TOMORROW)) == "test.said@2026-03-12"


def test_the_actions_check_for_themselves(world, at):
    fields = {"template": "test.said", "urgent": True, "source": "x", "ours": True}
    with pytest.raises(Forbidden):
        add_kind_rule(by=world.list_manager, valid_from=TOMORROW, **fields)
    with pytest.raises(Refused):
        add_kind_rule(by=world.city_officer, valid_from=date(2026, 3, 10), **fields)
    add_kind_rule(by=world.city_officer, valid_from=TOMORROW, **fields)
    with pytest.raises(Refused):
        add_kind_rule(by=world.city_officer, valid_from=TOMORROW, **fields)
    with pytest.raises(Forbidden):
        add_sending_rule(by=world.auditor, valid_from=TOMORROW)
    with pytest.raises(Refused):
        add_sending_rule(by=world.city_officer, valid_from=sending_rule(timezone.localdate()).valid_from)


def test_loading_changes_no_version(world):
    SendingRule.objects.update(digest_at=time(11))
    KindRule.objects.filter(template="due.overdue").update(urgent=False)
    load_rules()
    assert SendingRule.objects.get().digest_at == time(11)
    assert not is_urgent("due.overdue", timezone.localdate())


def test_the_database_keeps_the_hours_in_order(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        SendingRule.objects.update(morning_from=time(13))
