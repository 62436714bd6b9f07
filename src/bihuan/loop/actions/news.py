"""Who hears that it is their turn."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.actions import notify
from bihuan.kernel.people.queries import holders, units_of_holders
from bihuan.loop.models import Problem
from bihuan.loop.queries.waiting import where_waiting

OLD_NEWS = timedelta(days=1)


def tell_whose_turn_it_is(problem: Problem, event: Event, *, at: datetime) -> None:
    """Notify the holders of the turn, once per event; an act entered for a past day notifies nobody."""
    if not problem.turn or timezone.now() - at > OLD_NEWS:
        return
    where = where_waiting(problem)
    today = timezone.localdate()
    notify(
        holders(problem.turn, **where, on=today).exclude(pk=_user_id(event.actor)),
        cause=f"{event.stream}#{event.seq}",
        template="problem.turn",
        params={"number": problem.number, "title": problem.title, "state": problem.state},
        url=reverse("problem", args=[problem.pk]),
        units=units_of_holders(problem.turn, **where, on=today),
    )


def _user_id(actor: str) -> int:
    kind, _, key = actor.partition(":")
    return int(key) if kind == "user" else 0
