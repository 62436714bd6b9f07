"""A superuser rewrites the newest hundred events and re-chains them: an anchor kept elsewhere tells."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.files import BadFile, CheckpointFile, write
from bihuan.kernel.ledger.models import Event, Leaf, Stream
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.ledger.queries.anchoring import MOVED, REMOVED, REWRITTEN, contradiction
from bihuan.kernel.ledger.queries.proving import NotSealed, SealedLater, prove
from bihuan.kernel.ledger.rules import proofs
from bihuan.kernel.ledger.tests.tampering import (
    as_superuser,
    fill,
    forget,
    rebuild_tree,
    rewrite_newest,
    superuser,
)

pytestmark = pytest.mark.django_db
EVENTS, REWRITES = 300, 100


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def ledger() -> Callable[..., Result]:
    from bihuan.web.cli.ledger import ledger

    return lambda *arguments: CliRunner().invoke(ledger, [str(one) for one in arguments])


@pytest.fixture
def kept(ledger, tmp_path) -> Path:
    """A checkpoint file that somebody else keeps, made before the operator set to work; then life went on."""
    fill(EVENTS)
    path = tmp_path / "checkpoint.jsonl"
    assert ledger("checkpoint", "--out", path).exit_code == 0
    fill(5, begin=EVENTS)
    make_checkpoint()
    return path


def test_an_honest_ledger_agrees_with_every_anchor(ledger, kept):
    done = ledger("verify", "--against", kept, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["first_false"] is None
    assert "1 anchors given agree" in ledger("verify", "--against", kept).output


def test_a_hundred_rewritten_events_pass_the_chain_and_fail_the_anchor(ledger, kept):
    rewritten = rewrite_newest(REWRITES)
    rebuild_tree()
    assert ledger("verify").exit_code == 0
    done = ledger("verify", "--against", kept, "--json")
    assert done.exit_code == 1
    said = json.loads(done.output)
    assert said["faults"] == []
    first = said["first_false"]
    assert (first["stream"], first["seq"]) == (rewritten[0].stream, rewritten[0].seq)
    assert first["position"] == EVENTS + 5 - REWRITES
    assert first["what"] == str(REWRITTEN)
    told = ledger("verify", "--against", kept).output
    assert f"First false event, {first['position'] + 1}: {rewritten[0].stream}#{rewritten[0].seq}" in told


def test_a_printed_line_alone_says_that_and_between_which_checkpoints(ledger, kept):
    line = CheckpointFile(kept).anchor.line
    rewrite_newest(REWRITES)
    rebuild_tree()
    done = ledger("verify", "--anchor", line)
    assert done.exit_code == 1
    assert f"1 to {EVENTS}" in done.output
    earlier = contradiction([CheckpointFile(kept).anchor])
    assert (earlier.position, earlier.stream) == (0, "")


def test_who_leaves_the_tree_alone_is_named_without_any_anchor(ledger, kept):
    first = rewrite_newest(REWRITES)[0]
    found = contradiction()
    assert (found.stream, found.seq, found.what) == (first.stream, first.seq, REWRITTEN)
    assert ledger("verify").exit_code == 1


def test_a_removed_event_is_named_by_the_file(kept):
    gone = Event.objects.order_by("-pk")[REWRITES]
    later = Event.objects.filter(stream=gone.stream, seq__gt=gone.seq).order_by("-seq")
    for event in [*later, gone]:
        forget(event)
    rebuild_tree()
    assert list(Verification().faults()) == []
    file = CheckpointFile(kept)
    found = contradiction([file.anchor], file.events)
    assert (found.stream, found.seq, found.what) == (gone.stream, gone.seq, REMOVED)


def test_two_streams_exchanged_in_the_order_are_named(kept):
    with superuser():
        first, second = Leaf.objects.get(position=50), Leaf.objects.get(position=51)
        keys = first.event_id, second.event_id
        Leaf.objects.filter(position__in=(50, 51)).delete()
        Leaf.objects.create(position=50, event_id=keys[1])
        Leaf.objects.create(position=51, event_id=keys[0])
    rebuild_tree()
    file = CheckpointFile(kept)
    found = contradiction([file.anchor], file.events)
    assert (found.position, found.what) == (50, MOVED)


def test_a_cut_tail_is_missed_by_the_chain_and_seen_by_the_anchor(kept):
    for event in Event.objects.order_by("-pk")[:20]:
        forget(event)
    rebuild_tree()
    file = CheckpointFile(kept)
    found = contradiction([file.anchor], file.events)
    assert (found.position, found.what) == (EVENTS + 5 - 20, REMOVED)


def test_a_place_whose_event_is_gone_is_named_by_the_tree(kept):
    gone = Leaf.objects.get(position=7)
    as_superuser("DELETE FROM ledger_event WHERE id = %s", gone.event_id)
    found = contradiction()
    assert (found.position, found.stream, found.what) == (7, "", REMOVED)


def test_several_anchors_narrow_the_search(tmp_path):
    anchors = []
    for portion in (50, 60, 70):
        fill(portion, begin=1000)
        anchors.append(make_checkpoint().anchor)
    rewrite_newest(REWRITES)
    rebuild_tree()
    found = contradiction(anchors)
    assert found.anchor == anchors[1]
    assert "51 to 110" in str(found.what)


def test_a_forged_witness_is_not_believed(ledger, kept, tmp_path):
    lines = kept.read_text().splitlines()
    lines[10] = lines[10].replace("thing:", "thong:").replace("a", "b")
    forged = tmp_path / "forged.jsonl"
    forged.write_text("\n".join(lines))
    assert CheckpointFile(forged).contradicts_itself()
    result = ledger("verify", "--against", forged)
    assert isinstance(result.exception, BadFile)


@pytest.mark.parametrize(
    "text", ["", "nonsense", "{}", '{"anchor": {}}', '{"anchor": 3}', "[1, 2]", "{broken"]
)
def test_what_is_no_checkpoint_file_is_refused(text, tmp_path):
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(Exception, match=r"checkpoint file|anchor line"):
        CheckpointFile(path)


def test_a_broken_line_is_named(kept):
    lines = kept.read_text().splitlines()
    kept.write_text("\n".join([*lines[:4], '["thing:1", 2]', *lines[5:]]))
    with pytest.raises(BadFile, match="5"):
        CheckpointFile(kept).contradicts_itself()


def test_files_can_be_packed_short_or_a_mere_line(ledger, kept, tmp_path):
    packed, short, line = tmp_path / "c.jsonl.gz", tmp_path / "c.json", tmp_path / "line.txt"
    checkpoint = make_checkpoint()
    write(checkpoint, packed)
    write(checkpoint, short, short=True)
    line.write_text(f"\n{checkpoint.anchor.line}\n")
    assert len(gzip.decompress(packed.read_bytes()).splitlines()) == checkpoint.size + 1
    assert len(short.read_text().splitlines()) == 1
    for path in (packed, short, line):
        assert CheckpointFile(path).anchor == checkpoint.anchor
        assert ledger("check", path).exit_code == 0
        assert ledger("verify", "--against", path).exit_code == 0
    assert ledger("check", packed, "--against", kept).exit_code == 1
    with pytest.raises(BadFile, match="nowhere"):
        write(checkpoint, tmp_path / "nowhere" / "file")


def test_a_proof_stands_alone(ledger, kept, tmp_path):
    path = tmp_path / "proof.json"
    assert ledger("prove", "thing:3#2", "--out", path).exit_code == 0
    line = make_checkpoint().anchor.line
    told = ledger("check", path, "--anchor", line)
    assert told.exit_code == 0
    assert line in told.output
    assert "--anchor" in ledger("check", path).output
    path.write_text(path.read_text().replace('"number": ', '"number": 1'))
    assert ledger("check", path).exit_code == 1


def test_a_proof_leads_to_the_anchor_that_the_reader_holds(ledger, kept):
    held = CheckpointFile(kept).anchor
    shown = ledger("prove", "thing:3#2", "--against", kept)
    assert proofs.check(json.loads(shown.output), held=held) == ("", held)
    newest = Event.objects.order_by("-pk").first()
    with pytest.raises(SealedLater):
        prove(newest, held=held)
    assert ledger("prove", "thing:3#2").output != shown.output


def test_a_proof_of_a_rewritten_event_does_not_lead_to_an_older_anchor(kept):
    rewritten = rewrite_newest(REWRITES)[0]
    rebuild_tree()
    held = CheckpointFile(kept).anchor
    assert not proofs.check(prove(rewritten)).fault
    assert proofs.check(prove(rewritten, held=held), held=held).fault == proofs.TREE


def test_what_cannot_be_proved(ledger, kept):
    with pytest.raises(NotSealed):
        prove(fill(1, begin=1)[0])
    for name in ("thing:3", "thing:3#999", "#", "nothing:1#1"):
        assert "no event" in str(ledger("prove", name).exception)


def test_an_empty_ledger_has_no_checkpoint(ledger):
    assert ledger("checkpoint").exit_code == 1
    assert not Stream.objects.exists()


def test_the_checkpoint_command_hands_out_the_line(ledger):
    fill(2)
    line = ledger("checkpoint").output.strip()
    assert line == make_checkpoint().anchor.line
    assert json.loads(ledger("checkpoint", "--json").output)["line"] == line
