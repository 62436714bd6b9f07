"""Where contents lie: under their hash, in a folder or a bucket; written whole, once, and never again."""

import os
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _
from storages.backends.s3 import S3Storage

from bihuan.kernel.errors import Unusable

GONE = ("404", "NoSuchKey", "NotFound")
ALREADY_THERE = ("412", "PreconditionFailed")


class StoreUnreachable(Unusable):
    message = _("The store of the evidence files can't be reached: %(error)s")


class ContentMissing(Unusable):
    message = _("The content %(sha256)s is not in the store of the evidence files.")


class Store(Protocol):
    """What holds the contents. A content is named by the SHA-256 of its bytes, in hexadecimal digits."""

    def arriving(self) -> Any:
        """A context with the path of an empty file that may be given to `keep`; it's gone afterwards."""

    def keep(self, source: Path, sha256: str) -> None:
        """Put the file's bytes in place durably; what is already there stays as it is."""

    def read(self, sha256: str) -> IO[bytes]:
        """The content as a stream; `ContentMissing` when it isn't there."""

    def size_of(self, sha256: str) -> int | None:
        """Bytes held under the name; None when there are none."""

    def where(self) -> str:
        """The place in words, for an operator."""

    def probe(self) -> None:
        """Raise what a file that came now would meet."""


def store() -> Store:
    return cast(Store, storages["evidence"])


def key_of(sha256: str) -> str:
    """Two levels of folders by the first digits of the hash."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class Folder:
    """MEDIA_ROOT. A crash at any moment leaves either nothing or the whole file under the name."""

    @property
    def root(self) -> Path:
        return Path(settings.MEDIA_ROOT)

    @contextmanager
    def arriving(self) -> Iterator[Path]:
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix="arriving-") as target:
            yield Path(target.name)

    def keep(self, source: Path, sha256: str) -> None:
        goal = self.root / key_of(sha256)
        goal.parent.mkdir(parents=True, exist_ok=True)
        _flush(source)
        try:
            os.link(source, goal)
        except FileExistsError:
            return
        for folder in (goal.parent, goal.parent.parent):
            _flush(folder)

    def read(self, sha256: str) -> IO[bytes]:
        try:
            return (self.root / key_of(sha256)).open("rb")
        except FileNotFoundError:
            raise ContentMissing(sha256=sha256) from None

    def size_of(self, sha256: str) -> int | None:
        try:
            return (self.root / key_of(sha256)).stat().st_size
        except FileNotFoundError:
            return None

    def where(self) -> str:
        return str(self.root)

    def probe(self) -> None:
        with self.arriving() as path:
            path.write_bytes(b"probe")
            _flush(path)


class Bucket(S3Storage):  # type: ignore[misc]
    """A bucket of S3-compatible storage. The server checks what it got against the name."""

    @contextmanager
    def arriving(self) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile(prefix="bihuan-arriving-") as target:
            yield Path(target.name)

    def keep(self, source: Path, sha256: str) -> None:
        if self.size_of(sha256) is not None:
            return
        with source.open("rb") as content, _reachable():
            try:
                self._client.put_object(
                    **self._named(sha256),
                    Body=content,
                    ChecksumSHA256=b64encode(bytes.fromhex(sha256)).decode(),
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if _code(error) not in ALREADY_THERE:
                    raise

    def read(self, sha256: str) -> IO[bytes]:
        with _reachable():
            try:
                return cast(IO[bytes], self._client.get_object(**self._named(sha256))["Body"])
            except ClientError as error:
                if _code(error) in GONE:
                    raise ContentMissing(sha256=sha256) from None
                raise

    def size_of(self, sha256: str) -> int | None:
        with _reachable():
            try:
                return int(self._client.head_object(**self._named(sha256))["ContentLength"])
            except ClientError as error:
                if _code(error) in GONE:
                    return None
                raise

    def where(self) -> str:
        return f"s3://{self.bucket_name}/{self.location}"

    def probe(self) -> None:
        with _reachable():
            self._client.head_bucket(Bucket=self.bucket_name)

    @cached_property
    def _client(self) -> Any:
        return self.connection.meta.client

    def _named(self, sha256: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(key_of(sha256))}


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StoreUnreachable(error=error) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _flush(path: Path) -> None:
    """Have the disk itself hold the file, or the folder's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
