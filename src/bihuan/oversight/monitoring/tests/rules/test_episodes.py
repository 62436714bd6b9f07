import itertools
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.episodes import (
    Episode,
    Point,
    Shape,
    find_episodes,
    joined,
    lasting,
    longest_run,
)
from bihuan.oversight.monitoring.rules.periods import HOUR, SHANGHAI

START = datetime(2026, 11, 2, tzinfo=SHANGHAI)


def series(*values: float | None) -> list[Point]:
    return [Point(START + n * HOUR, value) for n, value in enumerate(values)]


def above(points: list[Point], shape: Shape | None = None) -> list[Episode]:
    return find_episodes(
        points,
        raises=lambda point: (point.value or 0) > 100,
        clears=lambda point: (point.value or 0) < 95,
        shape=shape,
    )


def at(hour: float) -> datetime:
    return START + hour * HOUR


def test_one_episode_with_start_peak_and_end() -> None:
    (episode,) = above(series(90, 110, 130, 120, 90, 80, 70))
    assert (episode.start, episode.peak_at, episode.end) == (at(1), at(2), at(4))
    assert (episode.peak, episode.count, episode.longest) == (130, 3, 3)
    assert episode.evidence == (at(1), at(2), at(3))
    assert not episode.is_open


def test_between_limit_and_hysteresis_it_goes_on() -> None:
    (episode,) = above(series(110, 98, 97, 110, 90, 90))
    assert episode.end == at(4)
    assert (episode.count, episode.longest) == (2, 1)


def test_one_quiet_period_is_not_enough() -> None:
    (episode,) = above(series(110, 90, 110, 90))
    assert episode.is_open
    assert episode.count == 2


def test_within_two_hours_it_is_the_same_episode() -> None:
    (episode,) = above(series(110, 90, 90, 120, 90, 90))
    assert (episode.start, episode.end, episode.peak, episode.count) == (at(0), at(4), 120, 2)


def test_later_than_two_hours_it_is_another_one() -> None:
    assert [one.start for one in above(series(110, 90, 90, 90, 110, 90, 90))] == [at(0), at(4)]


def test_unusable_and_empty_periods_neither_start_nor_end_one() -> None:
    points = series(110, None, 50, 50, 50)
    marked = [points[0], points[1], *(Point(one.at, one.value, usable=False) for one in points[2:])]
    assert above(marked)[0].is_open
    assert above([Point(START, 500, usable=False)]) == []


def test_three_of_four() -> None:
    shape = Shape(need=3, among=4)
    (episode,) = above(series(110, 96, 110, 110, 90, 90), shape)
    assert episode.evidence == (at(0), at(2), at(3))
    assert above(series(110, 96, 96, 110, 96, 96, 110), shape) == []


def test_joining_keeps_an_open_last_one() -> None:
    first = Episode(at(0), at(1), 5, at(0), size=5)
    second = Episode(at(2), None, 3, at(2), size=3)
    (whole,) = joined([first, second], timedelta(hours=2))
    assert whole.is_open
    assert whole.peak == 5
    assert joined([], timedelta(0)) == []


def test_runs_with_gaps() -> None:
    assert longest_run([Point(at(n), 1) for n in (0, 1, 2, 5, 6)]) == 3
    assert longest_run([]) == 0


def test_lasting_needs_its_time_and_may_go_on() -> None:
    def zero(point: Point) -> bool:
        return point.value == 0

    closed, going = lasting(series(0, 0, 5, 0, 3, 0, 0), zero, least=2 * HOUR)
    assert (closed.start, closed.end) == (at(0), at(2))
    assert (going.start, going.end) == (at(5), None)
    assert lasting(series(0, 3), zero, least=2 * HOUR) == []
    assert lasting(series(0, None, 0), zero, least=2 * HOUR)[0].count == 2


values = st.lists(st.one_of(st.none(), st.floats(0, 200)), max_size=60)


@given(values)
def test_episodes_are_in_order_and_apart(found: list[float | None]) -> None:
    episodes = above(series(*found))
    for episode in episodes:
        assert episode.start <= episode.peak_at
        assert episode.end is None or episode.end > episode.peak_at
        assert episode.count == len(episode.evidence)
    for first, second in itertools.pairwise(episodes):
        assert first.end is not None
        assert second.start - first.end > timedelta(hours=2)


@given(values)
def test_every_period_beyond_belongs_to_exactly_one_episode(found: list[float | None]) -> None:
    points = series(*found)
    beyond = [point.at for point in points if point.value is not None and point.value > 100]
    assert sorted(moment for episode in above(points) for moment in episode.evidence) == beyond


@given(values, st.integers(0, 59))
def test_marking_an_hour_never_makes_an_alarm(found: list[float | None], index: int) -> None:
    points = series(*found)
    marked = [Point(p.at, p.value, usable=n != index) for n, p in enumerate(points)]
    before = {moment for episode in above(points) for moment in episode.evidence}
    after = {moment for episode in above(marked) for moment in episode.evidence}
    assert after <= before
