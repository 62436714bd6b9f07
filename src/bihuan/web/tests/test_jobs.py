"""The house's own housekeeping in the queue."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from bihuan.web import jobs, once
from bihuan.web.models import Submission

pytestmark = pytest.mark.django_db
CONTEXT = SimpleNamespace(app=app)


def worker(seconds_ago: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')"
            " RETURNING id",
            [seconds_ago],
        )
        return int(cursor.fetchone()[0])


def job(status: str, *, by: int | None = None, days_ago: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, worker_id)"
            " VALUES ('notices', 'deliver', 0, '{}', %s, %s) RETURNING id",
            [status, by],
        )
        number = int(cursor.fetchone()[0])
        cursor.execute("UPDATE procrastinate_events SET at = now() - %s * interval '1 day'", [days_ago])
        return number


def states() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def test_what_a_dead_worker_had_begun_is_taken_up_again():
    alive, dead = worker(1), worker(120)
    kept, stalled, lost = job("doing", by=alive), job("doing", by=dead), job("doing")
    done = job("succeeded")
    assert async_to_sync(jobs.retry_stalled.func)(CONTEXT, timestamp=0) == 2
    assert states() == {kept: "doing", stalled: "todo", lost: "todo", done: "succeeded"}


def test_what_succeeded_long_ago_is_cleared_away_and_failures_stay():
    old, failed = job("succeeded"), job("failed")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'succeeded', %s)", [old, ago()]
        )
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'failed', %s)", [failed, ago()]
        )
    fresh = job("succeeded")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = %s WHERE job_id IN (%s, %s)", [ago(), old, failed]
        )
        cursor.execute("INSERT INTO procrastinate_events (job_id, type) VALUES (%s, 'succeeded')", [fresh])
    async_to_sync(jobs.clear_jobs.func)(CONTEXT, timestamp=0)
    assert set(states()) == {failed, fresh}


def ago():
    return timezone.now() - timedelta(days=jobs.DAYS_OF_FINISHED_JOBS + 1)


def test_sent_forms_are_forgotten_in_the_end():
    Submission.objects.create(key="0" * 64, location="/", at=timezone.now() - once.KEPT - timedelta(hours=1))
    jobs.clear_away.func(timestamp=0)
    assert not Submission.objects.exists()


def test_the_worker_knows_every_job():
    """The worker looks for tasks in each app's `jobs`; one it doesn't know would fail for ever."""
    assert {"bihuan.web.jobs.retry_stalled", "bihuan.kernel.notices.jobs.deliver"} <= set(app.tasks)
