"""Sealing, posting and verifying, in the background. How often is ours: anchors protect what is older."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.kernel.ledger.actions.auditing import carry_out
from bihuan.kernel.ledger.actions.posting import address_anchors, post
from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.models import Audit, Posting

EVERY_TEN_MINUTES = "*/10 * * * *"
EVERY_DAY = "30 22 * * *"  # UTC: half past six in the morning in Shanghai
PATIENT = RetryStrategy(max_attempts=20, exponential_wait=3)


@app.periodic(cron=EVERY_TEN_MINUTES)
@app.task(queue="ledger", queueing_lock="ledger-seal")
def seal_ledger(timestamp: int) -> None:  # noqa: ARG001
    make_checkpoint()


@app.periodic(cron=EVERY_DAY)
@app.task(queue="ledger", queueing_lock="ledger-post")
def post_anchors(timestamp: int) -> None:  # noqa: ARG001
    for posting in address_anchors():
        post_anchor.defer(posting=posting.pk)


@app.task(queue="ledger", retry=PATIENT)
def post_anchor(posting: int) -> None:
    row = Posting.objects.select_related("checkpoint").get(pk=posting)
    if row.sent_at is None:
        post(row)


@app.task(queue="ledger")
def audit_ledger(audit: int) -> None:
    carry_out(Audit.objects.get(pk=audit))
