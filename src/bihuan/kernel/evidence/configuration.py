"""Which store the environment asks for; read by the settings, so nothing of Django is imported here."""

from collections.abc import Mapping
from typing import Any

FOLDER = "bihuan.kernel.evidence.storage.Folder"
BUCKET = "bihuan.kernel.evidence.storage.Bucket"
PATIENCE_SECONDS = 10


def evidence_store(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's STORAGES entry: a bucket where BIHUAN_S3_BUCKET names one, else the folder MEDIA_ROOT."""
    bucket = environ.get("BIHUAN_S3_BUCKET", "")
    if not bucket:
        return {"BACKEND": FOLDER}
    from botocore.config import Config

    patience = Config(
        connect_timeout=PATIENCE_SECONDS,
        read_timeout=6 * PATIENCE_SECONDS,
        retries={"max_attempts": 2},
        # Asked for where the content's own hash isn't given, these fail on many a compatible server.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": environ.get("BIHUAN_S3_ADDRESSING", "") or "auto"},
    )
    options = {
        "bucket_name": bucket,
        "endpoint_url": environ.get("BIHUAN_S3_ENDPOINT", "") or None,
        "region_name": environ.get("BIHUAN_S3_REGION", "") or None,
        "access_key": environ.get("BIHUAN_S3_ACCESS_KEY", "") or None,
        "secret_key": environ.get("BIHUAN_S3_SECRET_KEY", "") or None,
        "location": environ.get("BIHUAN_S3_PREFIX", ""),
        "client_config": patience,
    }
    return {"BACKEND": BUCKET, "OPTIONS": options}
