from datetime import date

import pytest

from bihuan.kernel.calendar.actions import load_rules, override_day
from bihuan.kernel.calendar.defaults import RULES
from bihuan.kernel.calendar.models import CalendarDay, DurationRule
from bihuan.kernel.calendar.queries import NoRule, due_date, load_calendar, rule_for
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.rules import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(world) -> None:
    """Calendar and rules are part of the base world."""


def test_the_table_holds_every_official_day() -> None:
    assert CalendarDay.objects.count() == (date(2026, 12, 31) - date(2004, 1, 1)).days + 1
    assert load_calendar().horizon == date(2026, 12, 31)


def test_an_override_counts_at_once_and_leaves_an_event() -> None:
    before, _rule = due_date("assign", date(2026, 3, 5))
    override_day(date(2026, 3, 6), is_working=False, source="通知", reason="临时放假", by=SYSTEM)
    after, _rule = due_date("assign", date(2026, 3, 5))
    assert (before.day, after.day) == (date(2026, 3, 9), date(2026, 3, 10))
    assert Event.objects.get(stream="calendar").reason == "临时放假"


def test_a_second_override_of_the_same_day_counts_too() -> None:
    override_day(date(2026, 3, 6), is_working=False, source="通知", reason="放假", by=SYSTEM)
    load_calendar()
    override_day(date(2026, 3, 6), is_working=True, source="通知", reason="改回", by=SYSTEM)
    assert load_calendar().works(date(2026, 3, 6))


def test_an_override_needs_a_reason() -> None:
    with pytest.raises(Refused):
        override_day(date(2026, 3, 6), is_working=False, source="通知", reason=" ", by=SYSTEM)


def test_defaults_of_ours_are_marked_and_every_rule_has_its_source() -> None:
    assert DurationRule.objects.filter(rule_id__in=[row.rule_id for row in RULES]).count() == len(RULES)
    assert not DurationRule.objects.filter(source="").exists()
    assert rule_for("plan", date(2023, 1, 1)).ours
    assert not rule_for("petition_feedback", date(2023, 1, 1)).ours


def test_loading_again_changes_nothing() -> None:
    before = DurationRule.objects.count()
    load_rules()
    assert DurationRule.objects.count() == before


def test_a_new_version_counts_from_its_day_on() -> None:
    fields = {"unit": "wd", "source": "新规定", "ours": False}
    DurationRule.objects.create(rule_id="plan", length=20, valid_from=date(2025, 1, 1), **fields)
    assert rule_for("plan", date(2024, 12, 31)).length == 10
    assert rule_for("plan", date(2025, 1, 1)).version == "plan@2025-01-01"


def test_a_rule_nobody_made_is_an_error_in_words() -> None:
    with pytest.raises(NoRule, match="nothing_like_this"):
        rule_for("nothing_like_this", date(2025, 1, 1))
