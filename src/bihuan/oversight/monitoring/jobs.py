"""The recurring work of monitoring. Each job makes up for the time in which nothing ran."""

from datetime import date, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from bihuan.kernel.people.models import User
from bihuan.oversight.monitoring.judgement import gaps, rounds, silence
from bihuan.oversight.monitoring.judgement.again import judge_again
from bihuan.oversight.monitoring.queries.keeping import numbers_on
from bihuan.oversight.monitoring.store import retiring
from bihuan.oversight.monitoring.store.source import StoredSource

QUEUE = "monitoring"


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.arrivals", lock="monitoring.judging")
def judge_arrivals(timestamp: int) -> None:  # noqa: ARG001 (every periodic job is told its time)
    """Within a minute or two, what arrived is judged and an alarm that stands is a problem."""
    rounds.judge_arrived()


@app.periodic(cron="*/5 * * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.watch", lock="monitoring.watch")
def watch(timestamp: int) -> None:  # noqa: ARG001
    """Silent devices and wrong clocks; alarms that nobody looked at."""
    silence.watch_devices()
    rounds.escalate()


@app.periodic(cron="12 * * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.hours", lock="monitoring.judging")
def judge_hours(timestamp: int) -> None:  # noqa: ARG001
    """Once the patience of rule T3 (70 min) is over: the hours that brought nothing."""
    rounds.judge_all()


@app.periodic(cron="13 * * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.gaps", lock="monitoring.gaps")
def find_gaps(timestamp: int) -> None:  # noqa: ARG001
    gaps.find_gaps(reach=timedelta(hours=numbers_on(timezone.localdate())["gap_reach"]))


@app.periodic(cron="5 13 * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.day", lock="monitoring.judging")
def end_day(timestamp: int) -> None:  # noqa: ARG001
    """Yesterday is final from one o'clock on, as platforms publish it; what comes later is a new version."""
    rounds.end_day()


@app.periodic(cron="40 3 * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.far", lock="monitoring.judging")
def look_far_back(timestamp: int) -> None:  # noqa: ARG001
    rounds.look_far_back()


@app.periodic(cron="20 2 * * *")
@app.task(queue=QUEUE, queueing_lock="monitoring.retire", lock="monitoring.retire")
def retire(timestamp: int) -> None:  # noqa: ARG001
    """Days that stayed long enough go into the archive; raw frames past their time leave."""
    retiring.retire()


@app.task(queue=QUEUE, lock="monitoring.judging")
def recompute_later(first: str, last: str, outlets: list[int], by: int, reason: str) -> int:
    """A recomputation too large to wait for; gives how many judged days came to another result."""
    run = judge_again(
        date.fromisoformat(first),
        date.fromisoformat(last),
        by=User.objects.get(pk=by),
        reason=reason,
        source=StoredSource(),
        outlets=outlets,
    )
    return run.changed
