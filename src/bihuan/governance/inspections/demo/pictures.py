"""Before and after: two drawings from one viewpoint, with the time and place a camera would write."""

import io
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags, Image, ImageDraw

from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.models import EvidenceFile

SIZE = (960, 640)
HORIZON = 300
BEFORE = {"sky": "#c9c3b4", "water": "#6f6a4e", "bank": "#8a7a58", "pile": "#4d3f2c"}
AFTER = {"sky": "#bcd9e8", "water": "#5d97a8", "bank": "#6f9a5b", "pile": "#4f8a46"}


def photo(side: str, *, by: Any, at: datetime, place: tuple[float, float] | None, rng: Any) -> EvidenceFile:
    """A drawing marked DEMO; `side` is before or after."""
    image = draw(side, rng)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80, exif=_exif(at, place))
    name = f"{side}-{timezone.localdate(at).isoformat()}.jpg"
    return store(SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg"), by=by)


def draw(side: str, rng: Any) -> Image.Image:
    colours = BEFORE if side == "before" else AFTER
    image = Image.new("RGB", SIZE, colours["sky"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, HORIZON, *SIZE), fill=colours["bank"])
    pen.polygon([(320, SIZE[1]), (470, HORIZON), (560, HORIZON), (760, SIZE[1])], fill=colours["water"])
    _sheds(pen, rng)
    for _number in range(9):
        x, y = rng.randrange(0, 300), rng.randrange(HORIZON + 20, SIZE[1] - 80)
        height = rng.randrange(30, 90)
        if side == "before":
            pen.polygon(
                [(x, y + height), (x + height, y), (x + 2 * height, y + height)], fill=colours["pile"]
            )
        else:
            pen.ellipse((x, y, x + height, y + height), fill=colours["pile"])
    pen.rectangle((0, SIZE[1] - 34, SIZE[0], SIZE[1]), fill="#1f2a24")
    pen.text((16, SIZE[1] - 26), f"DEMO  {side.upper()}", fill="#ffffff")
    return image


def _sheds(pen: ImageDraw.ImageDraw, rng: Any) -> None:
    for left in range(600, 940, 110):
        top = HORIZON - rng.randrange(50, 120)
        pen.rectangle((left, top, left + 90, HORIZON), fill="#9aa0a0")
        pen.rectangle((left + 60, top - 50, left + 72, top), fill="#7d8383")


def _exif(at: datetime, place: tuple[float, float] | None) -> Image.Exif:
    exif = Image.Exif()
    moment = timezone.localtime(at).strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.DateTime] = moment
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", _degrees(place[0])
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", _degrees(place[1])
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = (value - whole) * 60
    return float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)
