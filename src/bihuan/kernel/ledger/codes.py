"""An anchor line as a QR code."""

import io

import segno

SCALE = 3


def svg(line: str) -> str:
    """To stand in a page."""
    drawn: str = segno.make(line, error="m").svg_inline(omitsize=True, border=2)
    return drawn


def png(line: str) -> bytes:
    """To stand in a document; the same bytes for the same line."""
    target = io.BytesIO()
    segno.make(line, error="m").save(target, kind="png", scale=SCALE, border=2)
    return target.getvalue()
