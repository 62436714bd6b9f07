"""The running clocks of problems, as due dates that people are reminded of."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.notices.reminders import Due
from bihuan.kernel.people.models import User
from bihuan.kernel.people.queries import holders, units_of_holders
from bihuan.loop.models import Clock
from bihuan.loop.queries.waiting import where_waiting

ANSWER = "problem.answer"


def running_clocks(last: date) -> Iterator[Due]:
    """Every clock that runs, is not paused and ends by `last`."""
    running = Clock.objects.filter(stopped_at=None, due_on__lte=last).exclude(pauses__contains=[[None]])
    for clock in running.select_related("problem__leading_official").iterator(chunk_size=2000):
        problem, source, due_on = (
            clock.problem,
            f"/{clock.source_id}" if clock.source_id else "",
            clock.due_on,
        )
        if due_on is None:
            continue
        yield Due(
            key=f"problem:{problem.pk}/{problem.cycle}/{clock.name}{source}",
            due_on=due_on,
            since=timezone.localdate(clock.started_at),
            number=problem.number,
            title=problem.title,
            url=reverse("problem", args=[problem.pk]),
            people=partial(_people, clock),
            units=partial(_units, clock),
        )


def _people(clock: Clock, late: bool) -> Iterable[User]:
    """Whose move it is; once it is late the official who took the problem in charge, too."""
    people = list(holders(**_movers(clock)))
    official = clock.problem.leading_official
    if late and official is not None and official not in people:
        people.append(official)
    return people


def _units(clock: Clock, late: bool) -> Iterable[int]:  # noqa: ARG001 (the group hears as soon as its people do)
    return units_of_holders(**_movers(clock))


def _movers(clock: Clock) -> dict[str, Any]:
    """The arguments that find who must move: for a source's clock those who may answer it."""
    problem, today = clock.problem, timezone.localdate()
    if clock.source_id:
        units = [problem.lead_unit_id] if problem.lead_unit_id else []
        return {"permission": ANSWER, "path": problem.jurisdiction_path, "units": units, "on": today}
    return {"permission": problem.turn, **where_waiting(problem), "on": today}
