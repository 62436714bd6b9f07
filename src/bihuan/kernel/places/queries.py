from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from shapely import STRtree
from shapely.geometry import Point, shape

from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.rules import short_name


def children_of(place: Jurisdiction) -> QuerySet[Jurisdiction]:
    return Jurisdiction.objects.filter(parent=place)


def place_named(name: str, within: str = "") -> Jurisdiction | None:
    """The jurisdiction of this name, with or without its ending, below `within`; the highest wins."""
    name = name.strip()
    if not name:
        return None
    wanted = short_name(name)
    near = Jurisdiction.objects.filter(path__startswith=within, name__startswith=wanted).order_by("path")
    matches = [place for place in near if place.name == name or short_name(place.name) == wanted]
    exact = [place for place in matches if place.name == name]
    found = sorted(exact or matches, key=lambda place: place.path.count("/"))
    return found[0] if found else None


def jurisdiction_at(lon: float, lat: float) -> Jurisdiction | None:
    """The smallest area with a boundary around the point (WGS-84 degrees), None outside all."""
    tree, keys = _tree(_boundary_version())
    hits = tree.query(Point(lon, lat), predicate="intersects") if keys else []
    inside = Jurisdiction.objects.filter(pk__in=[keys[index] for index in hits])
    return max(inside, key=lambda place: place.path.count("/"), default=None)


def _boundary_version() -> tuple[int, ...]:
    return tuple(Jurisdiction.objects.exclude(boundary=None).order_by("pk").values_list("pk", flat=True))


@lru_cache(maxsize=2)
def _tree(keys: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
    rows = dict(Jurisdiction.objects.filter(pk__in=keys).values_list("pk", "boundary"))
    return STRtree([shape(rows[key]) for key in keys]), keys
