"""Anchors on their way out: by mail, by HTTP, again after a failure, and never lost."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail

from bihuan.kernel.ledger import jobs
from bihuan.kernel.ledger.actions.posting import address_anchors, post
from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.models import Checkpoint, Posting
from bihuan.kernel.ledger.rules import merkle
from bihuan.kernel.ledger.rules.anchors import read_line
from bihuan.kernel.ledger.tests.tampering import fill
from bihuan.kernel.ledger.ways import NoWay

pytestmark = pytest.mark.django_db


class Witness(HTTPServer):
    """Another house that keeps what it is sent, or is out of order, or points elsewhere."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.kept: list[Any] = []
        self.answers = 200

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/anchors"


class Receiver(BaseHTTPRequestHandler):
    server: Witness

    def do_POST(self) -> None:
        self.server.kept.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answers)
        if self.server.answers == 302:
            self.send_header("Location", self.server.address)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """A test says nothing."""


@pytest.fixture
def witness(settings) -> Iterator[Witness]:
    settings.BIHUAN_OUTSIDE_NETWORKS = ["127.0.0.0/8"]
    with Witness() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_without_addresses_or_events_nothing_is_sent(settings):
    settings.BIHUAN_ANCHOR_TO = []
    assert address_anchors() == []
    fill(1)
    assert address_anchors() == []
    settings.BIHUAN_ANCHOR_TO = ["mailto:archive@example.org"]
    assert len(address_anchors()) == 1


def test_by_mail(settings):
    settings.BIHUAN_ANCHOR_TO = ["mailto:archive@example.org"]
    fill(3)
    (posting,) = address_anchors()
    post(posting)
    (message,) = mail.outbox
    line = Checkpoint.objects.get().anchor.line
    assert message.to == ["archive@example.org"]
    assert line in message.body
    assert json.loads(message.attachments[0][1])["line"] == line
    assert address_anchors() == []


def test_by_http_with_the_proof_that_it_continues_the_last_one(settings, witness):
    settings.BIHUAN_ANCHOR_TO = [witness.address]
    for portion in (3, 4):
        fill(portion)
        jobs.post_anchors(0)
        for posting in Posting.objects.filter(sent_at=None):
            jobs.post_anchor(posting.pk)
    first, second = witness.kept
    assert first["continues"] is None
    assert second["continues"]["line"] == first["line"]
    old, new = read_line(first["line"]), read_line(second["line"])
    path = [bytes.fromhex(step) for step in second["continues"]["path"]]
    assert merkle.is_consistent(path, old=(old.size, old.root), new=(new.size, new.root))


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_a_failure_is_kept_and_tried_again(settings, witness, answer):
    """A redirection is a failure too: the anchor goes where the operator said, or nowhere."""
    settings.BIHUAN_ANCHOR_TO = [witness.address]
    fill(1)
    (posting,) = address_anchors()
    witness.answers = answer
    with pytest.raises(OSError):
        jobs.post_anchor(posting.pk)
    posting.refresh_from_db()
    assert (posting.attempts, posting.sent_at) == (1, None)
    assert str(answer) in posting.last_error
    witness.answers = 200
    assert address_anchors() == [posting]
    jobs.post_anchor(posting.pk)
    jobs.post_anchor(posting.pk)
    posting.refresh_from_db()
    assert (posting.attempts, posting.last_error, len(witness.kept)) == (2, "", 2)
    assert posting.sent_at is not None


def test_a_witness_in_a_network_nobody_named_is_not_asked(settings, witness):
    settings.BIHUAN_ANCHOR_TO, settings.BIHUAN_OUTSIDE_NETWORKS = [witness.address], []
    fill(1)
    (posting,) = address_anchors()
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        post(posting)
    assert witness.kept == []


def test_without_a_mail_server_an_anchor_waits(settings):
    settings.BIHUAN_ANCHOR_TO = ["mailto:archive@example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    fill(1)
    (posting,) = address_anchors()
    with pytest.raises(OSError, match="BIHUAN_SMTP"):
        post(posting)
    assert posting.sent_at is None


def test_an_address_without_a_way_is_refused(settings):
    settings.BIHUAN_ANCHOR_TO = ["ftp://example.org"]
    fill(1)
    (posting,) = address_anchors()
    with pytest.raises(NoWay):
        post(posting)


def test_the_job_seals():
    fill(2)
    jobs.seal_ledger(0)
    assert Checkpoint.objects.get() == make_checkpoint()
