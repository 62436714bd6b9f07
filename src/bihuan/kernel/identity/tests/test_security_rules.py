"""The numbers of signing in: versions with a source, marked where they are ours, within bounds."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.identity.actions.security import load_security_rules
from bihuan.kernel.identity.defaults import NUMBERS
from bihuan.kernel.identity.models import SecurityRule
from bihuan.kernel.identity.queries import numbers
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


def form(**changed) -> dict:
    today = timezone.localdate().isoformat()
    return {"rule_id": "idle_minutes", "value": 15, "valid_from": today, "source": "市级要求"} | changed


def test_the_defaults_are_written_down_once(world):
    assert load_security_rules() == len(NUMBERS)
    assert load_security_rules() == 0
    assert dict(numbers()) == {key: number.value for key, number in NUMBERS.items()}


def test_the_list_marks_what_is_ours_and_names_the_acts(world, as_user):
    load_security_rules()
    page = page_text(as_user(world.auditor).get(reverse("security-rules-list")))
    assert "自定" in page
    assert "30 分钟" in page
    assert "查看举报人信息" in page


def test_a_number_is_set_from_a_day_on(world, as_user):
    load_security_rules()
    answer = as_user(world.administrator).post(reverse("security-rules-new"), form())
    assert answer["Location"] == reverse("security-rules-list")
    assert numbers()["idle_minutes"] == 15
    assert SecurityRule.objects.filter(rule_id="idle_minutes").count() == 2
    assert Event.objects.get(kind="security.rule_set").reason == "市级要求"


def test_a_change_begins_with_what_holds(world, as_user):
    load_security_rules()
    row = SecurityRule.objects.get(rule_id="idle_minutes")
    page = page_text(as_user(world.administrator).get(reverse("security-rules-edit", args=[row.pk])))
    assert 'value="30"' in page
    as_user(world.administrator).post(reverse("security-rules-edit", args=[row.pk]), form(value=20))
    row.refresh_from_db()
    assert (row.value, numbers()["idle_minutes"]) == (30, 20)


@pytest.mark.parametrize(
    ("rule_id", "value", "ok"),
    [
        ("idle_minutes", 31, False),
        ("password_length", 7, False),
        ("password_days", 0, True),
        ("password_days", 10, False),
        ("lockout_failures", 0, False),
    ],
)
def test_s02_s04_nobody_sets_a_number_beyond_its_bounds(world, as_user, rule_id, value, ok):
    answer = as_user(world.administrator).post(
        reverse("security-rules-new"), form(rule_id=rule_id, value=value)
    )
    assert (answer.status_code == 302) is ok


def test_a_county_s_administrator_sets_no_number_of_the_city(world, as_user):
    user = User.objects.create_user("county_admin", "x", name="县系统")
    Post.objects.create(
        user=user, role=Role.ADMINISTRATOR, jurisdiction=world.county, valid_from="2000-01-01"
    )
    assert as_user(user).post(reverse("security-rules-new"), form()).status_code == 403


def test_a_number_of_tomorrow_doesn_t_hold_today(world, as_user):
    tomorrow = (timezone.localdate() + timezone.timedelta(days=1)).isoformat()
    as_user(world.administrator).post(reverse("security-rules-new"), form(valid_from=tomorrow))
    assert numbers()["idle_minutes"] == 30
