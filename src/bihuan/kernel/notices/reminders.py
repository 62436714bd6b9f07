"""Where due dates come from: whoever keeps them registers a source, and reminders follow by themselves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from bihuan.kernel.people.models import User


@dataclass(frozen=True)
class Due:
    """One running period. `key` names it for ever, `since` is the day it began.

    `people` and `units` are asked only when a reminder is sent, and are told whether it is late.
    """

    key: str
    due_on: date
    since: date
    number: str
    title: str
    url: str
    people: Callable[[bool], Iterable[User]]
    units: Callable[[bool], Iterable[int | None]] = field(default=lambda _late: ())


Source = Callable[[date], Iterable[Due]]
_sources: list[Source] = []


def register_dues(source: Source) -> None:
    """`source(last)` gives every running period that ends by `last`."""
    _sources.append(source)


def dues(last: date) -> Iterable[Due]:
    return (due for source in _sources for due in source(last))
