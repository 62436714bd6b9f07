"""From a series to episodes: one alarm per episode, with start, peak and end. Pure.

Everything here is computed anew from the data of a window, so that late data, marks or another rule version
extend, split or annul an episode without any state kept between two runs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series. `usable` is false where a mark or invalid data forbid any conclusion."""

    at: datetime
    value: float | None
    usable: bool = True
    length: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Episode:
    """`end` None is still going on. `count` is how many periods were beyond; `evidence` when they began.

    `longest` is the most periods beyond in a row.
    """

    start: datetime
    end: datetime | None
    peak: float | None
    peak_at: datetime
    count: int = 1
    evidence: tuple[datetime, ...] = ()
    longest: int = 1
    size: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.end is None


@dataclass(frozen=True, slots=True)
class Shape:
    """`need` of the last `among` usable periods raise; `clear_need` in a row clear (hysteresis)."""

    need: int = 1
    among: int = 1
    clear_need: int = 2
    reopen_within: timedelta = REOPEN_WITHIN


Test = Callable[[Point], bool]
Size = Callable[[Point], float]


def size_of_value(point: Point) -> float:
    return abs(point.value or 0.0)


def find_episodes(
    points: Sequence[Point],
    *,
    raises: Test,
    clears: Test,
    shape: Shape | None = None,
    size: Size = size_of_value,
) -> list[Episode]:
    """The episodes of a series in time order.

    A point that neither raises nor clears keeps an episode as it is. Unusable points are passed over: they
    never start one, never end one. `size` orders peaks.
    """
    shape, found = shape or Shape(), _Finder(size)
    recent: list[Point] = []
    quiet: list[Point] = []
    for point in points:
        if not point.usable or point.value is None:
            continue
        recent = [*recent, point][-shape.among :]
        quiet = [*quiet, point] if clears(point) else []
        if raises(point):
            found.take(recent, raises, shape.need)
        if found.going and len(quiet) >= shape.clear_need:
            found.close(quiet[-shape.clear_need].at)
            recent = []
    return joined(found.all(), shape.reopen_within)


@dataclass
class _Finder:
    """Collects points beyond into episodes."""

    size: Size
    done: list[Episode] = field(default_factory=list)
    going: list[Point] = field(default_factory=list)

    def take(self, recent: Sequence[Point], raises: Test, need: int) -> None:
        beyond = [point for point in recent if raises(point)]
        if self.going:
            self.going.append(recent[-1])
        elif len(beyond) >= need:
            self.going = beyond

    def close(self, end: datetime | None) -> None:
        self.done.append(episode_of(self.going, end=end, size=self.size))
        self.going = []

    def all(self) -> list[Episode]:
        if self.going:
            self.close(None)
        return self.done


def episode_of(points: Sequence[Point], *, end: datetime | None, size: Size = size_of_value) -> Episode:
    """The episode that these points beyond make; at least one."""
    peak = max(points, key=size)
    return Episode(
        start=points[0].at,
        end=end,
        peak=peak.value,
        peak_at=peak.at,
        count=len(points),
        evidence=tuple(point.at for point in points),
        longest=longest_run(points),
        size=size(peak),
    )


def longest_run(points: Iterable[Point]) -> int:
    """Most periods in a row without a gap between them."""
    best = run = 0
    following: datetime | None = None
    for point in points:
        run = run + 1 if point.at == following else 1
        following, best = point.at + point.length, max(best, run)
    return best


def joined(episodes: Sequence[Episode], within: timedelta) -> list[Episode]:
    """An episode that begins within `within` of the last one's end continues it."""
    kept: list[Episode] = []
    for episode in episodes:
        last = kept[-1] if kept else None
        if last is not None and last.end is not None and episode.start - last.end <= within:
            kept[-1] = _merged(last, episode)
        else:
            kept.append(episode)
    return kept


def _merged(first: Episode, second: Episode) -> Episode:
    higher = max((first, second), key=lambda one: one.size)
    return replace(
        first,
        end=second.end,
        peak=higher.peak,
        peak_at=higher.peak_at,
        count=first.count + second.count,
        evidence=first.evidence + second.evidence,
        longest=max(first.longest, second.longest),
        size=higher.size,
    )


def runs(points: Sequence[Point], test: Test) -> list[list[Point]]:
    """Stretches of usable points for which `test` holds; an unusable point doesn't break a stretch."""
    found: list[list[Point]] = [[]]
    for point in points:
        if not point.usable or point.value is None:
            continue
        if test(point):
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def lasting(
    points: Sequence[Point], test: Test, *, least: timedelta, size: Size = size_of_value
) -> list[Episode]:
    """Episodes of stretches in which `test` held for at least `least`; the last one may be going on."""
    usable = [point for point in points if point.usable and point.value is not None]
    episodes = []
    for stretch in runs(points, test):
        end = stretch[-1].at + stretch[-1].length
        if sum((point.length for point in stretch), timedelta(0)) >= least:
            still = stretch[-1] is usable[-1]
            episodes.append(episode_of(stretch, end=None if still else end, size=size))
    return episodes
