"""What is put in order by itself: idle sessions are closed, counts of the past and unused accounts go."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from bihuan.kernel.identity import limits
from bihuan.kernel.identity.actions.accounts import close_unused
from bihuan.kernel.identity.actions.log import forget_oldest
from bihuan.kernel.identity.actions.sessions import end_idle

EACH_QUARTER_HOUR = "*/15 * * * *"
# The queue reads cron in UTC; this is twenty to three in the night in Shanghai.
EACH_NIGHT = "40 18 * * *"


@app.periodic(cron=EACH_QUARTER_HOUR)
@app.task(queue="identity", queueing_lock="identity.tidy")
def tidy(timestamp: int) -> None:  # noqa: ARG001
    """Sessions nobody used any more end in the list too; windows of time that are over are forgotten."""
    end_idle()
    limits.sweep()


@app.periodic(cron=EACH_NIGHT)
@app.task(queue="identity", queueing_lock="identity.close")
def close(timestamp: int) -> None:  # noqa: ARG001
    """Unused accounts are closed; the oldest rows of the login log and expired sessions go."""
    close_unused()
    forget_oldest()
    call_command("clearsessions")
