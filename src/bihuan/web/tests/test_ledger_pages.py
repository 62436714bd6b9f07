"""The auditor's pages, and the proof behind each seal of a timeline."""

import json

import pytest
from django.urls import reverse

from bihuan.kernel.ledger import jobs
from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.models import Audit, Checkpoint, Event, Posting
from bihuan.kernel.ledger.rules import proofs
from bihuan.kernel.ledger.tests.tampering import as_superuser, fill, rebuild_tree, rewrite_newest
from bihuan.loop.tests.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(world, as_user):
    return as_user(world.auditor)


@pytest.fixture
def story(world):
    return Story(world).rectifying()


def page(client, name, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def events(story):
    return Event.objects.filter(stream=story.problem.stream).order_by("seq")


def test_each_seal_of_the_timeline_leads_to_its_proof(story, world, as_user):
    make_checkpoint()
    shown = page(as_user(world.handler), "problem", story.problem.pk)
    for event in events(story):
        assert reverse("ledger-event", args=[event.pk]) in shown


def test_a_party_sees_the_proof_and_can_take_it_away(story, world, as_user):
    checkpoint, event = make_checkpoint(), events(story).first()
    client = as_user(world.handler)
    shown = page(client, "ledger-event", event.pk)
    assert "is-ok" in shown
    assert checkpoint.anchor.line in shown
    assert reverse("problem", args=[story.problem.pk]) in shown
    answer = client.get(reverse("ledger-proof", args=[event.pk]))
    assert "attachment" in answer["Content-Disposition"]
    assert proofs.check(json.loads(answer.content), held=checkpoint.anchor).fault == ""


def test_an_event_not_sealed_yet_says_so(story, world, as_user):
    client, event = as_user(world.handler), events(story).first()
    assert "is-soon" in page(client, "ledger-event", event.pk)
    assert client.get(reverse("ledger-proof", args=[event.pk])).status_code == 404


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET payload = '{\"forged\": true}' WHERE id = %s",
        "DELETE FROM ledger_treerow WHERE %s > 0",
        "DELETE FROM ledger_leaf WHERE event_id = %s",
    ],
)
def test_what_was_changed_is_said_on_the_page(sql, story, auditor):
    make_checkpoint()
    event = events(story).first()
    as_superuser(sql, event.pk)
    shown = page(auditor, "ledger-event", event.pk)
    assert "is-late" in shown
    assert "is-ok" not in shown


def test_the_auditor_reads_events_that_belong_to_nothing(auditor, world, as_user):
    event = fill(1)[0]
    assert "thing:0#1" in page(auditor, "ledger-event", event.pk)
    assert as_user(world.handler).get(reverse("ledger-event", args=[event.pk])).status_code == 404


def test_verifying_now(auditor, world):
    fill(5)
    line = make_checkpoint().anchor.line
    assert auditor.post(reverse("ledger-verify"), {"line": line}).status_code == 302
    audit = Audit.objects.get()
    assert (audit.asked_by, audit.line, audit.finished_at) == (world.auditor.name, line, None)
    assert "hx-trigger" in page(auditor, "ledger")
    jobs.audit_ledger(audit.pk)
    audit.refresh_from_db()
    assert (audit.faults, audit.findings) == (0, [])
    assert audit.events == Event.objects.count()
    fragment = auditor.get(reverse("ledger"), headers={"HX-Request": "true"}).content.decode()
    assert "is-ok" in fragment
    assert "<html" not in fragment
    assert "hx-trigger" not in fragment


def test_verifying_finds_what_was_rewritten_and_what_was_changed(auditor):
    fill(120)
    line = make_checkpoint().anchor.line
    first = rewrite_newest(100)[0]
    rebuild_tree()
    as_superuser("UPDATE ledger_event SET reason = 'x' WHERE stream = 'thing:1' AND seq = 1")
    auditor.post(reverse("ledger-verify"), {"line": line})
    jobs.audit_ledger(Audit.objects.get().pk)
    audit = Audit.objects.get()
    assert audit.faults == 2
    assert line in audit.findings[0]
    assert audit.findings[1].startswith("thing:1#1 ")
    assert first is not None
    assert "is-late" in page(auditor, "ledger")


def test_a_broken_line_is_refused_in_words(auditor):
    answer = auditor.post(reverse("ledger-verify"), {"line": "bihuan 3304"}, follow=True)
    assert not Audit.objects.exists()
    assert "bihuan 3304" in answer.content.decode()


def test_a_checkpoint_to_print_shows_line_code_and_where_it_went(auditor):
    fill(3)
    first = make_checkpoint()
    fill(3, begin=3)
    second = make_checkpoint()
    Posting.objects.create(checkpoint=second, address="mailto:archive@example.org", last_error="refused")
    shown = page(auditor, "ledger-checkpoint", second.pk)
    assert second.anchor.line in shown
    assert "<svg" in shown
    assert "archive@example.org" in shown
    assert reverse("ledger-checkpoint", args=[first.pk]) in shown
    assert "archive@example.org" in page(auditor, "ledger")
    assert first.anchor.line in page(auditor, "ledger-checkpoint", first.pk)


@pytest.mark.parametrize(
    "damage", ["DELETE FROM ledger_treerow", "UPDATE ledger_checkpoint SET root = '\\x00'"]
)
def test_a_checkpoint_that_does_not_continue_the_one_before_says_so(damage, auditor):
    for begin in (0, 3):
        fill(3, begin=begin)
        make_checkpoint()
    as_superuser(damage)
    assert "is-late" in page(auditor, "ledger-checkpoint", Checkpoint.objects.first().pk)


def test_only_who_may_audit_finds_the_ledger_in_the_left_column(auditor, world, as_user):
    assert f'href="{reverse("ledger")}"' in page(auditor, "desk")
    assert f'href="{reverse("ledger")}"' not in page(as_user(world.handler), "desk")
