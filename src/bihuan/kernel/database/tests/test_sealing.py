"""The sealed stream: what goes in comes out, and nothing else ever does."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.database.backup import sealing
from bihuan.kernel.database.backup.sealing import CHUNK, HEADER, MAGIC, TAG, Opener, Sealer
from bihuan.kernel.database.errors import BackupDamaged, PassphraseMissing, PassphraseWrong

START = len(MAGIC) + HEADER.size


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """The dear key derivation is for attackers; the tests can do with the smallest."""
    monkeypatch.setattr(sealing, "COST_LOG2", 2)


def sealed(*parts: bytes, passphrase: str = "correct horse") -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, passphrase)
    for part in parts:
        sealer.write(part)
    sealer.close()
    return target.getvalue()


def opened(data: bytes, passphrase: str | None = "correct horse", step: int = 100_000) -> bytes:
    source = io.BytesIO(data)
    assert source.read(len(MAGIC)) == MAGIC
    opener = Opener(source, passphrase)
    return b"".join(iter(lambda: opener.read(step), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_was_sealed_is_opened(size):
    content = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(content[:size])) == content[:size]
    assert content[:64] not in sealed(content[:size])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=300)), st.integers(1, 500), st.text(max_size=20))
def test_however_it_was_cut_into_pieces(parts, step, passphrase):
    assert opened(sealed(*parts, passphrase=passphrase), passphrase, step) == b"".join(parts)


def test_a_wrong_passphrase_and_none_are_told_apart_from_damage():
    with pytest.raises(PassphraseWrong):
        opened(sealed(b"secret"), "battery staple")
    with pytest.raises(PassphraseMissing):
        opened(sealed(b"secret"), None)


def test_equal_contents_are_sealed_differently():
    assert sealed(b"secret") != sealed(b"secret")


def chunks(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK + TAG] for at in range(START, len(data), CHUNK + TAG)]


WHOLE = bytes(CHUNK) + b"1" * CHUNK + b"2" * 100


@pytest.mark.parametrize(
    "spoil",
    [
        lambda head, body: head + b"".join(body[:-1]),  # the final chunk is gone
        lambda head, body: head + b"".join(body)[:-1],  # one byte is gone
        lambda head, body: head + body[1] + body[0] + body[2],  # re-ordered
        lambda head, body: head + body[0] + body[0] + body[1] + body[2],  # repeated
        lambda head, body: head + body[0] + body[2],  # left out
        lambda head, body: head + b"".join(body) + body[2],  # appended
        lambda head, body: head + bytes([body[0][0] ^ 1]) + body[0][1:] + body[1] + body[2],  # one bit
        lambda head, body: head,  # nothing but the header
        lambda head, body: head[:-1],  # not even that
        lambda head, body: head[: len(MAGIC)] + b"\xff" + head[len(MAGIC) + 1 :] + b"".join(body),  # cost
        lambda head, body: head[:-17] + bytes([head[-17] ^ 1]) + head[-16:] + b"".join(body),  # nonces
    ],
)
def test_what_was_cut_reordered_or_changed_is_found(spoil):
    data = sealed(WHOLE)
    with pytest.raises(BackupDamaged):
        opened(spoil(data[:START], chunks(data)))


def test_chunks_of_two_backups_with_one_passphrase_do_not_mix():
    first, second = sealed(WHOLE), sealed(WHOLE)
    with pytest.raises(BackupDamaged):
        opened(first[:START] + chunks(second)[0] + b"".join(chunks(first)[1:]))
