"""Work for the queue: colours anew each night and after each fact, old counts of card calls thrown away."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.models import CardCall

# The queue reads cron in UTC; this is half past two in the night in Shanghai.
EACH_NIGHT = "30 18 * * *"
CALLS_KEPT = timedelta(days=1)


@app.periodic(cron=EACH_NIGHT)
@app.task(queue="enterprises", queueing_lock="enterprises.nightly")
def nightly(timestamp: int) -> int:  # noqa: ARG001 - the queue gives the time it was due
    """What depends on the day alone (30 days, 12 months) changes a colour here."""
    CardCall.objects.filter(minute__lt=timezone.now() - CALLS_KEPT).delete()
    return recolour()


@app.task(queue="enterprises")
def recolour_some(enterprises: list[int]) -> int:
    return recolour(enterprises)
