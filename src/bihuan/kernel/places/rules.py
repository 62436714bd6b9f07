"""Codes, names and coordinates. Pure."""

import math
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError

CODE_LENGTHS = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
NAME_ENDINGS = ("自治县", "自治州", "街道", "地区", "省", "市", "区", "县", "镇", "乡")

EARTH_AXIS_M = 6_378_245.0
ECCENTRICITY_2 = 0.00669342162296594323


class BadCode(BihuanError):
    message = _("“%(code)s” is not a division code of level “%(level)s”.")


class NoParent(BihuanError):
    message = _("Division “%(code)s” hangs under “%(parent)s”, which is not in the table.")


def check_code(code: str, level: str) -> None:
    """Division codes have 2, 4, 6, 9 or 12 digits by level (GB/T 2260 and its statistical extension)."""
    if not code.isdigit() or CODE_LENGTHS.get(level) != len(code):
        raise BadCode(code=code, level=level)


def path_of(code: str, codes: Collection[str]) -> str:
    """The codes from the province down to `code`, each ended by a slash; ancestors are its prefixes."""
    above = [code[:length] for length in CODE_LENGTHS.values() if length < len(code)]
    for parent in above:
        if parent not in codes:
            raise NoParent(code=code, parent=parent)
    return "".join(f"{step}/" for step in (*above, code))


def short_name(name: str) -> str:
    """The name without its kind ("海宁市" → "海宁"), as people write it; never one character alone."""
    for ending in NAME_ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Degrees in, degrees out. Outside the rectangle around China the two frames are taken as one."""
    if not _in_china(lon, lat):
        return lon, lat
    shift_lon, shift_lat = _shift(lon, lat)
    return lon + shift_lon, lat + shift_lat


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """The inverse by fixed-point iteration; closes to better than a centimetre."""
    guess_lon, guess_lat = lon, lat
    for _round in range(10):
        there_lon, there_lat = wgs84_to_gcj02(guess_lon, guess_lat)
        guess_lon += lon - there_lon
        guess_lat += lat - there_lat
    return guess_lon, guess_lat


def _in_china(lon: float, lat: float) -> bool:
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _shift(lon: float, lat: float) -> tuple[float, float]:
    east, north = lon - 105.0, lat - 35.0
    phi = math.radians(lat)
    magic = 1 - ECCENTRICITY_2 * math.sin(phi) ** 2
    root = math.sqrt(magic)
    metres_north = EARTH_AXIS_M * (1 - ECCENTRICITY_2) / (magic * root)
    metres_east = EARTH_AXIS_M / root * math.cos(phi)
    return (
        math.degrees(_east_shift(east, north) / metres_east),
        math.degrees(_north_shift(east, north) / metres_north),
    )


def _east_shift(x: float, y: float) -> float:
    value = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    value += (20 * _sin(6 * x) + 20 * _sin(2 * x)) * 2 / 3
    value += (20 * _sin(x) + 40 * _sin(x / 3)) * 2 / 3
    return value + (150 * _sin(x / 12) + 300 * _sin(x / 30)) * 2 / 3


def _north_shift(x: float, y: float) -> float:
    value = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    value += (20 * _sin(6 * x) + 20 * _sin(2 * x)) * 2 / 3
    value += (20 * _sin(y) + 40 * _sin(y / 3)) * 2 / 3
    return value + (160 * _sin(y / 12) + 320 * _sin(y / 30)) * 2 / 3


def _sin(half_turns: float) -> float:
    return math.sin(half_turns * math.pi)
