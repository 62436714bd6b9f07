from procrastinate import RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy

from bihuan.kernel.notices.actions import deliver as sending
from bihuan.kernel.notices.actions.deliver import TryAgain
from bihuan.kernel.notices.actions.dispatch import dispatch as send_out
from bihuan.kernel.notices.actions.remind import remind_once_a_day
from bihuan.kernel.notices.actions.sweep import sweep as take_up_again
from bihuan.kernel.notices.scheduling import QUEUE


class Patient(BaseRetryStrategy):
    """The delivery's own rule has said when; whatever else goes wrong is left to the sweep."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        return RetryDecision(retry_at=exception.at) if isinstance(exception, TryAgain) else None


@app.task(queue=QUEUE)
def dispatch(cause: str) -> None:
    send_out(cause)


@app.task(queue=QUEUE, retry=Patient())
def deliver(delivery: int) -> None:
    sending.deliver_one(delivery)


@app.task(queue=QUEUE, retry=Patient())
def deliver_together(channel: str, recipient: int | None, robot: int | None) -> None:
    sending.deliver_together(channel, recipient=recipient, robot=robot)


@app.periodic(cron="*/10 * * * *")
@app.task(queue=QUEUE, queueing_lock="notices.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 (every periodic job is told its time)
    take_up_again()


@app.periodic(cron="*/10 * * * *")
@app.task(queue=QUEUE, queueing_lock="notices.remind", lock="notices.remind")
def remind(timestamp: int) -> None:  # noqa: ARG001
    """The rule says at what time; asking every ten minutes makes up for a machine that slept."""
    remind_once_a_day()
