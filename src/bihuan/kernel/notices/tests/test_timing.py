from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.calendar.rules import Calendar
from bihuan.kernel.notices.rules.timing import Hours, Rhythm, send_after

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = Hours(((time(9), time(12)), (time(14), time(17, 30))), digest_at=time(9))
# 2026-02-14 is a Saturday on which one works, 15 to 23 February is the spring festival.
DAYS = {datetime(2026, 2, day).date(): day == 14 for day in range(14, 24)}
CALENDAR = Calendar(days=DAYS, version="test", horizon=datetime(2026, 12, 31).date())


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "rhythm", "goes"),
    [
        ("2026-03-11T10:00", Rhythm.AT_ONCE, "2026-03-11T10:00"),
        ("2026-03-11T09:00", Rhythm.AT_ONCE, "2026-03-11T09:00"),
        ("2026-03-11T08:59", Rhythm.AT_ONCE, "2026-03-11T09:00"),
        ("2026-03-11T12:00", Rhythm.AT_ONCE, "2026-03-11T14:00"),
        ("2026-03-11T17:30", Rhythm.AT_ONCE, "2026-03-12T09:00"),
        ("2026-03-13T20:00", Rhythm.AT_ONCE, "2026-03-16T09:00"),
        ("2026-02-14T10:00", Rhythm.AT_ONCE, "2026-02-14T10:00"),
        ("2026-02-14T18:00", Rhythm.AT_ONCE, "2026-02-24T09:00"),
        ("2026-02-17T10:00", Rhythm.AT_ONCE, "2026-02-24T09:00"),
        ("2026-03-11T10:00", Rhythm.DIGEST, "2026-03-12T09:00"),
        ("2026-03-11T09:00", Rhythm.DIGEST, "2026-03-11T09:00"),
        ("2026-03-11T08:00", Rhythm.DIGEST, "2026-03-11T09:00"),
        ("2026-02-17T10:00", Rhythm.DIGEST, "2026-02-24T09:00"),
    ],
)
def test_an_ordinary_message_waits_for_working_hours(now, rhythm, goes):
    found = send_after(moment(now), urgent=False, rhythm=rhythm, hours=HOURS, calendar=CALENDAR)
    assert found == moment(goes)


@pytest.mark.parametrize("rhythm", Rhythm)
def test_an_urgent_message_waits_for_nothing(rhythm):
    night = moment("2026-02-17T03:00")
    assert send_after(night, urgent=True, rhythm=rhythm, hours=HOURS, calendar=CALENDAR) == night


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    rhythm=st.sampled_from([Rhythm.AT_ONCE, Rhythm.DIGEST]),
)
def test_it_never_goes_early_nor_outside_the_hours(now, rhythm):
    now = now.replace(tzinfo=SHANGHAI)
    goes = send_after(now, urgent=False, rhythm=rhythm, hours=HOURS, calendar=CALENDAR)
    assert goes >= now
    assert CALENDAR.works(goes.date())
    assert any(first <= goes.time() < last for first, last in HOURS.openings)
