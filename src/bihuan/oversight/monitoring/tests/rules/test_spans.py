"""Windows of curves lie on the borders of their points."""

from datetime import datetime, timedelta

from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, MINUTE, SHANGHAI
from bihuan.oversight.monitoring.rules.spans import BY_KEY, Window, breaks, span_around, window_of

NOW = datetime(2026, 11, 2, 10, 20, 30, tzinfo=SHANGHAI)


def test_a_window_ends_with_the_point_in_which_now_lies():
    assert window_of(BY_KEY["hour"], NOW).end == NOW.replace(minute=21, second=0)
    assert window_of(BY_KEY["week"], NOW).end == NOW.replace(hour=11, minute=0, second=0)
    assert window_of(BY_KEY["year"], NOW).end == datetime(2026, 11, 3, tzinfo=SHANGHAI)


def test_a_moment_on_the_border_opens_no_further_point():
    border = NOW.replace(minute=0, second=0)
    assert window_of(BY_KEY["week"], border) == Window(border - 7 * DAY, border)


def test_the_days_of_a_window_are_those_it_touches():
    first, last = window_of(BY_KEY["year"], NOW).days
    assert (last.isoformat(), (last - first).days) == ("2026-11-02", 365)


def test_five_years_have_no_more_points_than_one():
    one, five = BY_KEY["year"], BY_KEY["years"]
    assert five.length / five.days_a_point <= one.length


def test_silence_longer_than_usual_is_a_gap_also_at_the_edges():
    window = Window(NOW, NOW + HOUR)
    moments = [NOW + n * MINUTE for n in (0, 1, 2, 20, 21)]
    found = breaks(moments, usual=5 * MINUTE, window=window)
    assert found == [(moments[2], moments[3]), (moments[4], window.end)]
    assert breaks([], usual=HOUR - MINUTE, window=window) == [(window.begin, window.end)]


def test_an_episode_is_shown_with_as_much_again_around_it():
    assert span_around(NOW, NOW + 5 * HOUR).key == "week"
    assert span_around(NOW, NOW + timedelta(days=10)).key == "month"
    assert span_around(NOW, NOW + timedelta(days=4000)).key == "years"
