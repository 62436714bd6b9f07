from procrastinate.contrib.django import app

from bihuan.kernel.evidence.twins import fingerprint_missing

PORTION = 500


@app.periodic(cron="5 * * * *")
@app.task(queue="evidence", queueing_lock="evidence-prints")
def fingerprint_photos(timestamp: int) -> None:  # noqa: ARG001
    """Catch up on photos from before prints were made, a portion an hour."""
    fingerprint_missing(PORTION)
