"""Reading what a photo says about itself, and making a small copy that is safe to show."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps

from bihuan.kernel.errors import Refused

MAX_PIXELS = 80_000_000
DISPLAY_EDGE = 1600
WHERE_CLOCKS_RUN = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class PhotoFacts:
    taken_at: datetime | None
    lon: float | None
    lat: float | None


def inspect(path: Path) -> tuple[PhotoFacts, bytes]:
    """EXIF facts and a re-encoded JPEG of at most 1600 pixels without metadata; refuses broken images."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused(reason=_("The picture has too many pixels."))
            facts = _facts(image)
            shown = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(reason=_("The picture is damaged and can't be read.")) from None
    shown.info = {}  # a comment or a profile would be written along
    shown.thumbnail((DISPLAY_EDGE, DISPLAY_EDGE))
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=85)
    return facts, buffer.getvalue()


def _facts(image: Image.Image) -> PhotoFacts:
    exif = image.getexif()
    detail, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    taken = detail.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return PhotoFacts(
        taken_at=_moment(taken, detail.get(ExifTags.Base.OffsetTimeOriginal)),
        lon=_degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W"),
        lat=_degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S"),
    )


def _moment(taken: object, offset: object) -> datetime | None:
    """A camera's clock without a zone is taken as Chinese time."""
    try:
        if offset:
            return datetime.strptime(f"{taken}{offset}", "%Y:%m:%d %H:%M:%S%z")
        return datetime.strptime(str(taken), "%Y:%m:%d %H:%M:%S").replace(tzinfo=WHERE_CLOCKS_RUN)
    except ValueError:
        return None


def _degrees(parts: object, reference: object, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return -value if reference == negative else value
