"""How many, where, and by which way: the actions for a small city, COPY for a big one."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.conf import settings

from bihuan.kernel.figures.actions import declare_complete
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.rules import short_name
from bihuan.oversight.enterprises.actions import load_defaults, recolour
from bihuan.oversight.enterprises.demo.entering import enter
from bihuan.oversight.enterprises.demo.plants import Spot, each_and_often, in_proportion, invent
from bihuan.oversight.enterprises.demo.writing import Writer

COUNTS = {"small": 60, "city": 10_199}
"""The 10,199 are the published number of enterprises with one code each."""
FIRST_CODED = {"small": date(2024, 3, 1), "city": date(2022, 6, 1)}
COMPLETE_SINCE, SAYS_SO = date(2022, 12, 31), "演示数据：全市企业按“一企一码”完成建档"
Progress = Callable[[str], None]


def build(world: Any, rng: random.Random, progress: Progress, *, scale: str = "small") -> None:
    """Enter the enterprises and compute their colours; the demo clerk works for the first of them."""
    load_defaults()
    count, unit, spots = COUNTS[scale], world.units.get("enterprise"), list(_spots())
    trades = (each_and_often if scale == "small" else in_proportion)(rng, count)
    plants = invent(rng, spots, trades, first_coded=FIRST_CODED[scale], home=_home(unit, spots))
    enter(next(plants), unit=unit)
    if scale == "small":
        for plant in plants:
            enter(plant)
    else:
        for done in Writer(rng).write(plants):
            progress(f"企业 {done + 1:,}/{count:,}")
        city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
        declare_complete(
            "enterprises_coded", by=None, jurisdiction=city, since=COMPLETE_SINCE, document_ref=SAYS_SO
        )
    recolour()
    progress(f"{count:,} 家企业，一企一码")


def _home(unit: Any, spots: list[Spot]) -> list[Spot]:
    """Spots of the county in which the demo clerk's enterprise lies; all of them where there is none."""
    here = [spot for spot in spots if unit is not None and spot.path.startswith(unit.jurisdiction.path)]
    return here or spots


def _spots() -> Iterator[Spot]:
    """Every town, and functional areas; a town lies around its county's label, it has no point of its own."""
    counties = {
        place.path: place
        for place in Jurisdiction.objects.filter(level__in=("county", "functional"))
        if place.label_lon is not None
    }
    for place in Jurisdiction.objects.filter(level__in=("town", "functional")).order_by("path"):
        county = counties.get(place.path) or counties.get("/".join(place.path.split("/")[:3]) + "/")
        if county is None or county.label_lon is None or county.label_lat is None:
            continue
        town = "" if county == place else place.name
        yield Spot(
            jurisdiction_id=place.pk,
            path=place.path,
            code=place.code,
            county=short_name(county.name),
            town=town,
            lon=county.label_lon,
            lat=county.label_lat,
        )
