"""催办: an office asks those whose turn it is to get on with it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from bihuan.kernel.notices.actions import notify
from bihuan.loop.actions.engine import begin, record
from bihuan.loop.models import Problem
from bihuan.loop.queries.waiting import waiting_people


@transaction.atomic
def remind(problem: Problem, *, by: Any, text: str = "", at: datetime | None = None) -> list[str]:
    """Send one notice to everybody whose turn it is; gives their names. At most once a day for a problem."""
    step = begin(problem, "remind", by=by, at=at)
    found = step.problem
    recipients = list(waiting_people(found).exclude(pk=step.user.pk).order_by("pk"))
    names = [person.name for person in recipients]
    event = record(step, {"to": names}, reason=text.strip())
    notify(
        recipients,
        cause=f"{event.stream}#{event.seq}",
        template="problem.reminded",
        params={
            "number": step.problem.number,
            "title": step.problem.title,
            "text": text,
            "by": step.user.name,
        },
        url=reverse("problem", args=[found.pk]),
    )
    return names
