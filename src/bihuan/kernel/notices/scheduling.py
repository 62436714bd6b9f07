"""Jobs of the notices, put into the queue inside the caller's transaction: both exist, or neither."""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

QUEUE = "notices"
JOBS = "bihuan.kernel.notices.jobs"


def later(task: str, *, at: datetime | None = None, once: str | None = None, **arguments: Any) -> None:
    """Queue `task`, not before `at`; `once` names a job of which the queue holds one at a time."""
    job = app.configure_task(f"{JOBS}.{task}", queue=QUEUE, schedule_at=at, queueing_lock=once)
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return
