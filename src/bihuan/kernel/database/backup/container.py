"""A backup file: a tar of members, so that it can still be read without this program.

`manifest.json` comes first and says what it is; `seal.json` comes last and says what must be in it.
Between them `home/…` (the instance's own files), `tables/NAME/000001.gz` … (rows in PostgreSQL's COPY
text, gzip members that may be joined) and `evidence/SHA256`. With a passphrase the whole tar is sealed
(see `sealing`).
"""

import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import IO, Any, cast

from bihuan.kernel.database.backup.sealing import MAGIC, Opener, Sealer, Sink
from bihuan.kernel.database.errors import (
    BackupDamaged,
    BackupIncomplete,
    NotABackup,
    ShrunkMeanwhile,
)

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "seal.json"
HOME, TABLES, EVIDENCE = "home/", "tables/", "evidence/"
PIECE = 1024 * 1024
LEVEL = 6
OWNER_ONLY = 0o600


class Writer:
    """Writes members one after another, in constant memory, and counts what it wrote."""

    def __init__(self, file: IO[bytes], *, passphrase: str | None) -> None:
        self._sealer = Sealer(file, passphrase) if passphrase is not None else None
        self._sink: Sink = self._sealer or file
        self.seal: dict[str, Any] = {**_nothing_yet(), "missing": [], "damaged": []}

    def manifest(self, manifest: dict[str, Any]) -> None:
        self._add(MANIFEST, _json({"format": FORMAT, **manifest}))

    def file(self, name: str, content: IO[bytes], size: int) -> None:
        """One of the instance's own files; it may have grown since `size` was read, but not shrunk."""
        self.seal["files"][name] = self._copy(f"{HOME}{name}", content, size)

    def evidence(self, digest: str, content: IO[bytes], size: int) -> None:
        """A content by its hash; one that is no longer what its name says is kept and told in the seal."""
        if self._copy(f"{EVIDENCE}{digest}", content, size) != digest:
            self.seal["damaged"].append(digest)
        self.seal["evidence"] += 1
        self.seal["evidence_bytes"] += size

    def _copy(self, name: str, content: IO[bytes], size: int) -> str:
        self._sink.write(_entry(name, size).tobuf(tarfile.PAX_FORMAT))
        digest, left = sha256(), size
        while left:
            piece = content.read(min(left, PIECE))
            if not piece:
                raise ShrunkMeanwhile(name=name)
            digest.update(piece)
            self._sink.write(piece)
            left -= len(piece)
        self._sink.write(bytes(-size % tarfile.BLOCKSIZE))
        return digest.hexdigest()

    def table(self, name: str, rows: Iterable[bytes]) -> int:
        """All rows of one table; gives back how many they were."""
        digest, count, number = sha256(), 0, 0
        packer, packed = _packer(), bytearray()
        for row in rows:
            count += row.count(b"\n")
            digest.update(row)
            packed += packer.compress(row)
            if len(packed) > PIECE:
                number += 1
                self._add(_piece(name, number), bytes(packed + packer.flush()))
                packer, packed = _packer(), bytearray()
        self._add(_piece(name, number + 1), bytes(packed + packer.flush()))
        self.seal["tables"][name] = {"rows": count, "sha256": digest.hexdigest()}
        return count

    def close(self) -> None:
        self._add(SEAL, _json(self.seal))
        self._sink.write(bytes(2 * tarfile.BLOCKSIZE))
        if self._sealer is not None:
            self._sealer.close()

    def _add(self, name: str, content: bytes) -> None:
        self._copy(name, io.BytesIO(content), len(content))


class Reader:
    """Reads a backup from its beginning to its end, once, and compares it with its own seal."""

    def __init__(self, file: IO[bytes], *, passphrase: Callable[[], str | None]) -> None:
        """`passphrase` is asked only when the backup is sealed."""
        source: Any = file
        if file.read(len(MAGIC)) == MAGIC:
            source = Opener(file, passphrase())
        else:
            file.seek(0)
        try:
            self._tar = tarfile.open(fileobj=source, mode="r|")  # noqa: SIM115 - as long as the reader
            first = self._tar.next()
            if first is None or first.name != MANIFEST:
                raise NotABackup
            self.manifest: dict[str, Any] = json.loads(self._content(first).read())
        except (tarfile.TarError, ValueError):
            raise NotABackup from None
        if self.manifest.get("format") != FORMAT:
            raise NotABackup
        self.found, self.seal = _nothing_yet(), dict[str, Any]()
        self.strange: list[str] = []
        self._waiting: tarfile.TarInfo | None = None

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Everything in its order: (`home/…` or `evidence/…`, stream), and (`tables/NAME`, nothing) for a
        table whose rows `rows` gives. Each must be read to its end; then the seal is compared."""
        while (entry := self._next()) is not None:
            if entry.name == SEAL:
                self.seal = json.loads(self._content(entry).read())
                self._compare()
                return
            if entry.name.startswith(TABLES):
                self._waiting = entry
                yield entry.name.rsplit("/", 1)[0], io.BytesIO()
            else:
                hashed = Hashed(self._content(entry))
                yield entry.name, cast(IO[bytes], hashed)
                self._count(entry, hashed)
        raise BackupIncomplete

    def rows(self, name: str) -> Iterator[bytes]:
        """The rows of the table that `members` has just named, in pieces of whatever length."""
        digest, lines = sha256(), 0
        while (entry := self._next()) is not None:
            if not entry.name.startswith(f"{TABLES}{name}/"):
                self._waiting = entry
                break
            for piece in _unpacked(self._content(entry)):
                digest.update(piece)
                lines += piece.count(b"\n")
                yield piece
        self.found["tables"][name] = {"rows": lines, "sha256": digest.hexdigest()}

    def _count(self, entry: tarfile.TarInfo, hashed: "Hashed") -> None:
        digest = hashed.digest.hexdigest()
        if entry.name.startswith(HOME):
            self.found["files"][entry.name.removeprefix(HOME)] = digest
            return
        self.found["evidence"] += 1
        self.found["evidence_bytes"] += entry.size
        if digest != entry.name.removeprefix(EVIDENCE):
            self.strange.append(entry.name.removeprefix(EVIDENCE))

    def _next(self) -> tarfile.TarInfo | None:
        if self._waiting is not None:
            entry, self._waiting = self._waiting, None
            return entry
        try:
            return self._tar.next()
        except tarfile.TarError:
            raise BackupDamaged from None

    def _content(self, entry: tarfile.TarInfo) -> IO[bytes]:
        content = self._tar.extractfile(entry)
        if content is None:
            raise BackupDamaged
        return content

    def _compare(self) -> None:
        told = {what: self.seal.get(what) for what in self.found}
        if told != self.found or self.strange != self.seal.get("damaged"):
            raise BackupDamaged


class Hashed:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest = stream, sha256()

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except tarfile.TarError:
            raise BackupDamaged from None
        self.digest.update(data)
        return data


def _nothing_yet() -> dict[str, Any]:
    return {"files": {}, "tables": {}, "evidence": 0, "evidence_bytes": 0}


def _unpacked(content: IO[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        while packed := content.read(PIECE):
            while packed:
                yield unpacker.decompress(packed, PIECE)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()
    except (zlib.error, tarfile.TarError):
        raise BackupDamaged from None
    if not unpacker.eof:
        raise BackupDamaged


def _packer() -> Any:
    return zlib.compressobj(LEVEL, wbits=31)


def _piece(table: str, number: int) -> str:
    return f"{TABLES}{table}/{number:06}.gz"


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, OWNER_ONLY
    return entry


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
