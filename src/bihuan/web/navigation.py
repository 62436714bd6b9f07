"""The places of the left column, as data: an area that is built adds its rows here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.access import post_for


@cache
def address(name: str, args: tuple[Any, ...] = (), urls: str = "") -> str:  # noqa: ARG001
    """Where a name leads, empty for one that is not built; found once for each set of addresses (`urls`)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Place:
    """One entry: the address by name, a word, an icon, and the prefix under which it counts as current."""

    name: str
    label: Any
    icon: str = ""
    args: tuple[Any, ...] = ()
    permission: str = ""  # shown only to those who hold it somewhere

    @property
    def url(self) -> str:
        return address(self.name, self.args, settings.ROOT_URLCONF)


@dataclass(frozen=True)
class Wing:
    """A wing of the house: its own page shows its figures, its registers stand below."""

    key: str
    label: Any
    icon: str
    areas: tuple[str, ...]
    places: tuple[Place, ...] = field(default=())

    @property
    def url(self) -> str:
        return address("wing", (self.key,), settings.ROOT_URLCONF)


WORK = (
    Place("desk", _("My desk"), "layout-dashboard"),
    Place("city", _("City screen"), "activity"),
    Place("map", _("One map"), "map-2"),
    Place("problems-list", _("Problem register"), "list-details"),
)

WINGS = (
    Wing(
        "governance",
        _("Inspection and rectification"),
        "shield-check",
        ("inspections", "petitions", "lists", "letters", "meetings"),
        (
            Place("inspections", _("Inspections")),
            Place("feedback-items-list", _("Feedback items")),
            Place("lookback-list", _("Look-back visits")),
            Place("petitions-list", _("Petition cases")),
            Place("petition-table", _("Petition table")),
            Place("petition-batches-list", _("Petition batches")),
        ),
    ),
    Wing(
        "quality",
        _("Environmental quality"),
        "wind",
        ("air", "water", "soil", "paddies", "waste", "carbon_media", "dust", "cells"),
    ),
    Wing(
        "oversight",
        _("Digital oversight"),
        "radar",
        ("patrol", "enterprises", "monitoring", "permits", "enforcement"),
        (
            Place("enterprises-list", _("Enterprises")),
            Place("outlets-list", _("Outlets")),
            Place("loggers-list", _("Data loggers")),
            Place("limits-list", _("Limits")),
            Place("production-facilities-list", _("Production facilities")),
            Place("treatment-facilities-list", _("Treatment facilities")),
            Place("monitoring-wall", _("Monitoring wall")),
            Place("monitored-outlets-list", _("Monitored outlets")),
            Place("data-marks-list", _("Data marks")),
            Place("alarms-list", _("Alarm desk")),
            Place("devices-list", _("Devices")),
            Place("quarantine-list", _("Frames set aside")),
            Place("gaps-list", _("Gaps in the records")),
            Place("orders-list", _("Orders to devices")),
            Place("transmission", _("Transmission rates")),
            Place("monitoring-rules", _("Rules of monitoring")),
            Place("scans-list", _("Readings of codes")),
            Place("colour-objections-list", _("Objections to colours")),
        ),
    ),
    Wing("transition", _("Green transition"), "leaf", ("rights", "loans", "coal", "projects", "pilots")),
)

OFFICE = (
    Place("reports-list", _("Reports"), "report-analytics"),
    Place("figure-list", _("Figures"), "chart-bar"),
    Place("ledger", _("Ledger"), "link", permission="ledger.audit"),
)

ADMINISTRATION = (
    Place("units-list", _("Units"), "building"),
    Place("accounts-list", _("Accounts"), "users"),
    Place("login-records-list", _("Login log"), "login"),
    Place("security-rules-list", _("Security rules"), "lock"),
)

PHONE = (
    Place("desk", _("My desk"), "layout-dashboard"),
    Place("problems-list", _("Problems"), "list-details"),
    Place("problem-new", _("Report a finding"), "camera"),
    Place("map", _("One map"), "map-2"),
)

PUBLIC = (
    Place("public-home", _("Start"), "home"),
    Place("public-notices", _("Public notices"), "file-text"),
    Place("public-petitions", _("Petition table"), "table"),
    Place("public-reports", _("Reports"), "report-analytics"),
)


def built(places: tuple[Place, ...]) -> Iterator[Place]:
    return (place for place in places if place.url)


def open_to(user: Any, places: tuple[Place, ...]) -> Iterator[Place]:
    """The built ones that `user` may open at all."""
    for place in built(places):
        if not place.permission or post_for(user, place.permission) is not None:
            yield place


def wing(key: str) -> Wing | None:
    return next((found for found in WINGS if found.key == key), None)
