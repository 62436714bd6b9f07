"""Anchor lines, and proofs that are checked without a database."""

import copy
import json
from datetime import UTC, datetime

import pytest

from bihuan.kernel.ledger.rules import anchors, chain, merkle, proofs

MOMENT = datetime(2026, 11, 25, 14, 0, 0, 1, tzinfo=UTC)
ANCHOR = anchors.Anchor("3304", "sm3", 12_345, bytes(range(32)), MOMENT)


def test_a_line_survives_being_printed() -> None:
    assert ANCHOR.line.startswith("bihuan 3304 sm3 12345 000102")
    assert anchors.read_line(ANCHOR.line) == ANCHOR
    assert anchors.read_line("\n  ".join(ANCHOR.line.split())) == ANCHOR
    assert anchors.read_json(json.loads(json.dumps(ANCHOR.as_json()))) == ANCHOR


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bihuan 3304 sha256 12",
        ANCHOR.line.replace("bihuan", "bihan"),
        ANCHOR.line.replace("sm3", "md5"),
        ANCHOR.line.replace("12345", "many"),
        ANCHOR.line.replace("12345", "0"),
        ANCHOR.line.replace("0001", "00"),
        ANCHOR.line.replace("0001", "00xy"),
        ANCHOR.line.replace("2026", "26"),
    ],
)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(anchors.NoAnchor):
        anchors.read_line(text)


def proof(algorithm: str = "sha256", tree: str = "sha256") -> dict:
    content = {"stream": "problem:1", "kind": "problem.close", "payload": {"text": "销号"}}
    payload = chain.payload_hash(content, algorithm)
    entry = chain.entry_hash(chain.GENESIS, seq=1, payload_hash=payload, algorithm=algorithm)
    leaf, sibling = merkle.leaf_hash(entry, tree), merkle.leaf_hash(b"other", tree)
    anchor = anchors.Anchor("3304", tree, 2, merkle.node_hash(sibling, leaf, tree), MOMENT)
    event = {
        "content": content,
        "seq": 1,
        "algorithm": algorithm,
        "payload_hash": payload.hex(),
        "previous_hash": chain.GENESIS.hex(),
        "entry_hash": entry.hex(),
    }
    return json.loads(json.dumps(proofs.written(event, position=1, path=[sibling], anchor=anchor)))


@pytest.mark.parametrize("tree", ["sha256", "sm3"])
@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_a_proof_holds(algorithm: str, tree: str) -> None:
    made = proof(algorithm, tree)
    verdict = proofs.check(made)
    assert not verdict.fault
    assert verdict.anchor.line == made["line"]
    assert not proofs.check(made, held=anchors.read_line(made["line"])).fault


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("event", "content", "payload", "text"), "退回", proofs.CONTENT),
        (("event", "seq"), 2, proofs.ENTRY),
        (("event", "previous_hash"), "11" * 32, proofs.ENTRY),
        (("position",), 0, proofs.TREE),
        (("path",), [], proofs.TREE),
        (("path",), ["00" * 32], proofs.TREE),
        (("anchor", "root"), "00" * 32, proofs.TREE),
        (("anchor", "size"), "x", proofs.UNREADABLE),
        (("event", "algorithm"), "md5", proofs.UNREADABLE),
        (("event", "content"), {"weight": 1.5}, proofs.CONTENT),
        (("event",), None, proofs.UNREADABLE),
    ],
)
def test_a_forged_proof_says_what_is_wrong(place: tuple[str, ...], value: object, said: object) -> None:
    made = copy.deepcopy(proof())
    inner = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert proofs.check(made).fault == said


def test_a_proof_to_another_anchor_than_the_one_held() -> None:
    held = anchors.Anchor("3304", "sha256", 2, bytes(32), MOMENT)
    assert proofs.check(proof(), held=held).fault == proofs.OTHER
    assert proofs.check([]).fault == proofs.UNREADABLE
