"""Files that are not what they say, or do more when they are opened than their size lets expect."""

import io
import struct
import zipfile
import zlib

import docx
from openpyxl import Workbook
from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SCRIPT = b"alert(document.cookie)"


def jpeg(size: tuple[int, int] = (40, 30)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "#446688").save(written, "JPEG")
    return written.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def two_in_one() -> bytes:
    """A JPEG that is also a zip with a page in it."""
    return jpeg() + zipped({"index.html": HTML})


def says_in_a_comment(text: bytes) -> bytes:
    """A JPEG that carries text in a comment of its own."""
    return jpeg()[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + jpeg()[2:]


def black(width: int, height: int) -> bytes:
    """A PNG of one bit a pixel: a few kilobytes that unpack to all its pixels."""
    row = b"\x00" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )


def workbook(*rows: list[str]) -> bytes:
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


def with_part(book: bytes, name: str, change) -> bytes:
    """The archive with one part changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**parts, name: change(parts[name])})


def template(text: str) -> bytes:
    paper, written = docx.Document(), io.BytesIO()
    paper.add_paragraph(text)
    paper.save(written)
    return written.getvalue()
