"""The house's own housekeeping: what a killed worker left undone, and what has been done long since."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from bihuan.web import once

DAYS_OF_FINISHED_JOBS = 30


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> int:  # noqa: ARG001
    """Put back what a worker had begun that no longer lives; how many jobs that were."""
    jobs = list(await context.app.job_manager.get_stalled_jobs())
    for job in jobs:
        await context.app.job_manager.retry_job(job)
    return len(jobs)


@app.periodic(cron="17 3 * * *")
@app.task(queue="house", queueing_lock="clear_away")
def clear_away(timestamp: int) -> None:  # noqa: ARG001
    """Forget sent forms that no browser will send again."""
    once.forget_old()


@app.periodic(cron="27 3 * * *")
@app.task(queue="house", queueing_lock="clear_jobs", pass_context=True)
async def clear_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Drop jobs that succeeded long ago; failed ones stay until somebody has looked."""
    await context.app.job_manager.delete_old_jobs(nb_hours=24 * DAYS_OF_FINISHED_JOBS)
