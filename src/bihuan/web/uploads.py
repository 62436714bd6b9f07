"""Receiving files so that a full disk costs the sender the file and not the words."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class CarefulUploadHandler(TemporaryFileUploadHandler):
    """Where a file can't be written down, the rest of the form is still read; the failure waits on the
    request as `upload_failure` for the page that tells it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            raise self._failed(error) from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            raise self._failed(error) from error

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The last bytes may still be waiting in memory for a disk that has no room for them."""
        try:
            self.file.flush()
        except OSError as error:
            self._failed(error)
            return None
        return super().file_complete(file_size)

    def _failed(self, error: OSError) -> SkipFile:
        self.request.upload_failure = error  # type: ignore[union-attr]
        return SkipFile()
