from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.notices.models import Notice, Robot
from bihuan.kernel.notices.scheduling import later
from bihuan.kernel.people.models import User


def notify(
    recipients: Iterable[User],
    *,
    cause: str,
    template: str,
    params: Mapping[str, Any],
    url: str = "",
    units: Iterable[int | None] = (),
) -> None:
    """Tell each recipient, and the groups of `units`, once per cause.

    Message and job stand in the caller's transaction: there are none when it fails, and none is lost once it
    has been committed. Everything that may fail outside happens in the job.
    """
    told: dict[str, Any] = {"cause": cause, "template": template, "params": dict(params), "url": url}
    rows = [Notice(recipient=person, **told) for person in recipients]
    groups = [unit for unit in units if unit]
    if groups:
        rows += [
            Notice(robot=robot, **told) for robot in Robot.objects.filter(unit__in=groups, is_active=True)
        ]
    if not rows:
        return
    rows.sort(key=lambda row: (row.recipient_id or 0, row.robot_id or 0))
    with transaction.atomic():
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        later("dispatch", cause=cause)


def mark_read(user: User, *, pks: Iterable[int] | None = None) -> int:
    """Mark the user's own notices as read; all of them when no keys are given."""
    mine = Notice.objects.filter(recipient=user, read_at=None)
    return (mine if pks is None else mine.filter(pk__in=pks)).update(read_at=timezone.now())
