"""The backup file: readable by ordinary tools, and judged against its own seal."""

import io
import tarfile
import tracemalloc
import zlib
from hashlib import sha256

import pytest

from bihuan.kernel.database.backup.container import MANIFEST, PIECE, SEAL, Reader, Writer
from bihuan.kernel.database.errors import BackupDamaged, BackupIncomplete, NotABackup, ShrunkMeanwhile

PHOTO = b"\xff\xd8" + b"photo" * 1000
DIGEST = sha256(PHOTO).hexdigest()
ROWS = [f"{number}\tproblem\\n{number}\n".encode() for number in range(5000)]


def written(passphrase: str | None = None, photo: bytes = PHOTO) -> bytes:
    target = io.BytesIO()
    writer = Writer(target, passphrase=passphrase)
    writer.manifest({"city": "3304"})
    writer.file("secret_key", io.BytesIO(b"secret and what grew since"), 6)
    assert writer.table("problem", ROWS) == len(ROWS)
    assert writer.table("nothing", []) == 0
    writer.evidence(DIGEST, io.BytesIO(photo), len(photo))
    writer.close()
    return target.getvalue()


def read(data: bytes, passphrase: str | None = None) -> tuple[Reader, dict[str, bytes]]:
    reader = Reader(io.BytesIO(data), passphrase=lambda: passphrase)
    found = {}
    for name, stream in reader.members():
        if name.startswith("tables/"):
            found[name] = b"".join(reader.rows(name.removeprefix("tables/")))
        else:
            found[name] = b"".join(iter(lambda stream=stream: stream.read(1000), b""))
    return reader, found


@pytest.mark.parametrize("passphrase", [None, "a long one"])
def test_everything_comes_back(passphrase):
    reader, found = read(written(passphrase), passphrase)
    assert reader.manifest == {"format": 1, "city": "3304"}
    assert found == {
        "home/secret_key": b"secret",
        "tables/problem": b"".join(ROWS),
        "tables/nothing": b"",
        f"evidence/{DIGEST}": PHOTO,
    }
    assert reader.seal["tables"]["problem"]["rows"] == len(ROWS)


def test_ordinary_tools_can_read_it():
    with tarfile.open(fileobj=io.BytesIO(written())) as tar:
        names = tar.getnames()
        assert (names[0], names[-1]) == (MANIFEST, SEAL)
        pieces = [tar.extractfile(name).read() for name in names if name.startswith("tables/problem/")]
    assert zlib.decompress(b"".join(pieces), wbits=31) == b"".join(ROWS)


def rewritten(data: bytes, change) -> bytes:
    """The same tar with each member as `change(name, content)` says; None leaves it out."""
    target = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=target, mode="w") as new:
        for entry in old:
            content = change(entry.name, old.extractfile(entry).read())
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def only(spoilt: str, content: bytes | None):
    return lambda name, old: content if name.startswith(spoilt) else old


@pytest.mark.parametrize(
    "change",
    [
        only("tables/problem", zlib.compress(b"1\tanother\n", wbits=31)),
        only("tables/problem", zlib.compress(b"", wbits=31)),
        only("tables/problem", b"no gzip"),
        only("tables/problem", zlib.compress(b"".join(ROWS), wbits=31)[:-8]),
        only("tables/nothing", None),
        only("evidence/", PHOTO[:-1] + b"x"),
        only("evidence/", None),
        only("home/", b"Secret"),
    ],
)
def test_what_was_changed_is_found(change):
    with pytest.raises(BackupDamaged):
        read(rewritten(written(), change))


def test_an_end_too_early_is_found_wherever_it_is():
    data = written()
    with pytest.raises(BackupIncomplete):
        read(rewritten(data, only(SEAL, None)))
    for length in range(2000, len(data) - 12_000, 997):
        with pytest.raises((BackupDamaged, BackupIncomplete)):
            read(data[:length])


@pytest.mark.parametrize("data", [b"", b"hello", b"x" * 20_000, rewritten(written(), only(MANIFEST, None))])
def test_another_file_is_no_backup(data):
    with pytest.raises(NotABackup):
        read(data)


@pytest.mark.parametrize("manifest", [b"{}", b'{"format": 2}', b"no json"])
def test_another_format_is_no_backup(manifest):
    with pytest.raises(NotABackup):
        read(rewritten(written(), only(MANIFEST, manifest)))


def test_a_file_that_shrinks_meanwhile_is_no_good():
    writer = Writer(io.BytesIO(), passphrase=None)
    with pytest.raises(ShrunkMeanwhile, match="state"):
        writer.file("state", io.BytesIO(b"short"), 6)


def test_an_evidence_file_that_is_not_its_hash_is_kept_and_told():
    reader, found = read(written(photo=b"rotten"))
    assert reader.seal["damaged"] == [DIGEST]
    assert found[f"evidence/{DIGEST}"] == b"rotten"


def test_memory_stays_flat():
    row = b"0123456789abcdef" * 64 + b"\n"

    def rows():
        for number in range(40_000):
            yield sha256(str(number).encode()).digest().hex().encode() + row

    class Nowhere(io.RawIOBase):
        def write(self, data) -> int:
            return len(data)

    tracemalloc.start()
    writer = Writer(Nowhere(), passphrase=None)
    writer.manifest({})
    writer.table("large", rows())
    writer.file("large", Zeros(), 60 * PIECE)
    writer.close()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * PIECE


class Zeros(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        return bytes(size)
