"""Evidence that lies in a bucket goes into a backup and comes back, into a bucket or a folder."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.kernel.database.backup.container import EVIDENCE, Reader, Writer
from bihuan.kernel.evidence import storage
from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.configuration import evidence_store
from bihuan.kernel.evidence.tests.test_buckets import bucket, client, keys, server  # noqa: F401
from bihuan.kernel.evidence.tests.test_store import jpeg
from bihuan.web.backup import making, restoring

pytestmark = pytest.mark.django_db
NAME = "city-evidence"


class Quiet:
    def begin(self, what: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Rows:
    """Stands where a snapshot would: its transaction can't see what a test has not committed."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows

    def query(self, sql: str) -> list[Any]:
        assert sql == making.CONTENTS
        return self.rows


@pytest.mark.parametrize("into", ["bucket", "folder"])
def test_a_bucket_is_kept_and_brought_back(world, bucket, client, settings, tmp_path, into) -> None:  # noqa: F811
    content = jpeg((1800, 900))
    file = store(SimpleUploadedFile("photo.jpg", content), by=world.handler)
    display = bucket.read(file.display_sha256).read()
    target = io.BytesIO()
    writer = Writer(target, passphrase=None)
    writer.manifest({})
    making._evidence(
        writer, Rows([(file.sha256, file.display_sha256, file.size), ("0" * 64, "", 1)]), Quiet()
    )
    writer.close()
    assert writer.seal["missing"] == ["0" * 64]
    for key in keys(client):
        client.delete_object(Bucket=NAME, Key=key)
    if into == "folder":
        settings.STORAGES = {**settings.STORAGES, "evidence": evidence_store({})}
        settings.MEDIA_ROOT = tmp_path
    target.seek(0)
    for name, stream in Reader(target, passphrase=lambda: None).members():
        restoring._keep(name.removeprefix(EVIDENCE), stream)
    assert storage.store().read(file.sha256).read() == content
    assert storage.store().read(file.display_sha256).read() == display
