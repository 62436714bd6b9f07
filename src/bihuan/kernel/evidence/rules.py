"""What is let in, and what a photo's own words say against the claim. Pure."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EARTH_RADIUS_M = 6_371_000.0

TYPES: dict[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "video/mp4": "mp4",
}
IMAGES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True)
class ClaimRule:
    """How far a photo may lie from its claim; ours, no official value was found."""

    max_hours: float = 24
    max_metres: float = 500
    version: str = "claim-1"
    ours: bool = True


CLAIM_RULE = ClaimRule()

MISMATCHES: dict[str, Promise | str] = {
    "time": _("The photo was taken at another time than claimed."),
    "place": _("The photo was taken at another place than claimed."),
    "no_time": _("The photo does not say when it was taken."),
    "no_place": _("The photo does not say where it was taken."),
}


def compare_claim(
    *,
    exif_taken_at: datetime | None,
    exif_lon: float | None,
    exif_lat: float | None,
    claimed_at: datetime | None,
    claimed_lon: float | None,
    claimed_lat: float | None,
    rule: ClaimRule = CLAIM_RULE,
) -> list[str]:
    """Codes of MISMATCHES; a claim that was not made can't be contradicted."""
    codes = []
    if claimed_at is not None:
        codes.append(_compare_time(exif_taken_at, claimed_at, rule))
    if claimed_lon is not None and claimed_lat is not None:
        codes.append(_compare_place((exif_lon, exif_lat), (claimed_lon, claimed_lat), rule))
    return [code for code in codes if code]


def _compare_time(taken: datetime | None, claimed: datetime, rule: ClaimRule) -> str:
    if taken is None:
        return "no_time"
    hours = abs((taken - claimed).total_seconds()) / 3600
    return "time" if hours > rule.max_hours else ""


def _compare_place(
    taken: tuple[float | None, float | None], claimed: tuple[float, float], rule: ClaimRule
) -> str:
    lon, lat = taken
    if lon is None or lat is None:
        return "no_place"
    return "place" if metres_between((lon, lat), claimed) > rule.max_metres else ""


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Great-circle distance of two (longitude, latitude) pairs in degrees, WGS-84 as a sphere."""
    (lon1, lat1), (lon2, lat2) = first, second
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))
