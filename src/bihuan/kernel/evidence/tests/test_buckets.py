"""Evidence in a bucket, over HTTP against an S3 server in a process of its own."""

import subprocess
import sys
import time
import urllib.request
from hashlib import sha256
from typing import Any

import boto3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.kernel.database.connection import free_port
from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.configuration import BUCKET, FOLDER, evidence_store
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.evidence.storage import Bucket, ContentMissing, StoreUnreachable
from bihuan.kernel.evidence.tests.test_store import jpeg
from bihuan.kernel.ledger.models import Event

PATIENCE_SECONDS = 60
NAME = "city-evidence"


@pytest.fixture(scope="module")
def server():
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE_SECONDS
    try:
        while not answers(url):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/moto-api/", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture
def client(server):
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    made = boto3.client("s3", endpoint_url=server, **keys)
    made.create_bucket(Bucket=NAME)
    yield made
    for found in made.list_objects_v2(Bucket=NAME).get("Contents", ()):
        made.delete_object(Bucket=NAME, Key=found["Key"])
    made.delete_bucket(Bucket=NAME)


def environment(server: str, **more: str) -> dict[str, str]:
    return {
        "BIHUAN_S3_BUCKET": NAME,
        "BIHUAN_S3_ENDPOINT": server,
        "BIHUAN_S3_REGION": "us-east-1",
        "BIHUAN_S3_ACCESS_KEY": "key",
        "BIHUAN_S3_SECRET_KEY": "secret",
        "BIHUAN_S3_PREFIX": "jiaxing",
        **more,
    }


@pytest.fixture
def bucket(server, client, settings) -> Bucket:
    settings.STORAGES = {**settings.STORAGES, "evidence": evidence_store(environment(server))}
    from bihuan.kernel.evidence.storage import store

    return store()


def keys(client: Any) -> set[str]:
    return {found["Key"] for found in client.list_objects_v2(Bucket=NAME).get("Contents", ())}


def test_without_a_bucket_the_evidence_lies_in_a_folder():
    assert evidence_store({})["BACKEND"] == FOLDER
    assert evidence_store(environment("http://127.0.0.1"))["BACKEND"] == BUCKET


@pytest.mark.django_db
def test_a_photo_goes_to_the_bucket_and_comes_back_to_its_readers(world, bucket, client, as_user) -> None:
    content = jpeg((2000, 1000))
    file = store(SimpleUploadedFile("photo.jpg", content), by=world.handler)
    held = {f"jiaxing/{sha[:2]}/{sha[2:4]}/{sha}" for sha in (file.sha256, file.display_sha256)}
    assert keys(client) == held
    answer = as_user(world.handler).get(f"/evidence/{file.sha256}/")
    assert b"".join(answer.streaming_content) == content
    assert as_user(world.handler).get(f"/evidence/{file.sha256}/display/").status_code == 200
    assert as_user(world.outsider).get(f"/evidence/{file.sha256}/").status_code == 404


@pytest.mark.django_db
def test_what_is_there_is_never_written_again(world, bucket, client, tmp_path) -> None:
    content = jpeg()
    digest = sha256(content).hexdigest()
    file = store(SimpleUploadedFile("photo.jpg", content), by=world.handler)
    written = client.head_object(Bucket=NAME, Key=f"jiaxing/{digest[:2]}/{digest[2:4]}/{digest}")
    assert store(SimpleUploadedFile("again.jpg", content), by=world.acceptor) == file
    other = tmp_path / "other"
    other.write_bytes(b"something else under the same name")
    bucket.keep(other, digest)
    again = client.head_object(Bucket=NAME, Key=f"jiaxing/{digest[:2]}/{digest[2:4]}/{digest}")
    assert (again["ETag"], again["LastModified"]) == (written["ETag"], written["LastModified"])
    assert bucket.read(digest).read() == content
    assert EvidenceFile.objects.count() == Event.objects.filter(kind="evidence.stored").count() == 1


def test_two_writers_at_once_are_told_apart_by_the_server(bucket, client, tmp_path, monkeypatch) -> None:
    source = tmp_path / "content"
    source.write_bytes(b"evidence" * 1000)
    digest = sha256(source.read_bytes()).hexdigest()
    bucket.keep(source, digest)
    monkeypatch.setattr(Bucket, "size_of", lambda self, sha: None)  # both looked before either wrote
    late = tmp_path / "late"
    late.write_bytes(b"the second writer's")
    bucket.keep(late, digest)
    assert bucket.read(digest).read() == source.read_bytes()


def test_a_large_content_is_streamed_both_ways(bucket, client, tmp_path) -> None:
    source = tmp_path / "large"
    source.write_bytes(b"0123456789abcdef" * (1 << 20))
    digest = sha256(source.read_bytes()).hexdigest()
    bucket.keep(source, digest)
    assert bucket.size_of(digest) == 16 << 20
    stream, found = bucket.read(digest), sha256()
    while chunk := stream.read(1 << 16):
        found.update(chunk)
    assert found.hexdigest() == digest


def test_a_missing_content_and_a_missing_server_are_said(bucket, client, server, settings) -> None:
    assert bucket.size_of("0" * 64) is None
    with pytest.raises(ContentMissing, match="000"):
        bucket.read("0" * 64)
    bucket.probe()
    gone = environment(f"http://127.0.0.1:{free_port()}")
    settings.STORAGES = {**settings.STORAGES, "evidence": evidence_store(gone)}
    from bihuan.kernel.evidence.storage import store

    with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1"):
        store().probe()
    assert store().where() == "s3://city-evidence/jiaxing"


@pytest.mark.django_db
def test_a_lost_content_is_healed_by_the_next_upload(world, bucket, client) -> None:
    content = jpeg()
    file = store(SimpleUploadedFile("photo.jpg", content), by=world.handler)
    for key in keys(client):
        client.delete_object(Bucket=NAME, Key=key)
    assert store(SimpleUploadedFile("photo.jpg", content), by=world.handler) == file
    assert bucket.read(file.sha256).read() == content
