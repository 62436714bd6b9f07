"""Panels of the enterprise page: an area adds its own from `AppConfig.ready`, nobody edits the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

OFFICER, CLERK, PUBLIC = "officer", "clerk", "public"
EVERY_OFFICE = frozenset({OFFICER, CLERK})


@dataclass(frozen=True)
class Panel:
    """`context(enterprise, user, as_of)` gives what `template` draws, or None where there is nothing to show.

    `audiences` are of officer, clerk (the enterprise's own) and public (the card behind the printed code);
    what is shown to the public must be public by law. `as_of` is None for now.
    """

    id: str
    title: Any
    template: str
    context: Callable[[Any, Any, Any], Mapping[str, Any] | None]
    order: int = 100
    audiences: frozenset[str] = EVERY_OFFICE


_panels: dict[str, Panel] = {}
_outlet_pages: list[Callable[[Any], str]] = []


def register_outlet_page(address: Callable[[Any], str]) -> None:
    """Let the outlets of every list lead to `address(outlet)`; without one they lead to their enterprise."""
    _outlet_pages.append(address)


def enterprise_url(record: Any) -> str:
    """The page of the enterprise that a record belongs to."""
    return reverse("enterprise", args=[record.enterprise_id])


def outlet_url(outlet: Any) -> str:
    if _outlet_pages:
        return _outlet_pages[-1](outlet)
    return f"{reverse('enterprise', args=[outlet.enterprise_id])}#outlet-{outlet.pk}"


def register_panel(panel: Panel) -> None:
    """Add a panel; panels stand in their `order`. ValueError for an id that is taken."""
    if panel.id in _panels:
        raise ValueError(f"panel {panel.id} is registered twice")
    _panels[panel.id] = panel


def panels_for(audience: str) -> list[Panel]:
    found = (panel for panel in _panels.values() if audience in panel.audiences)
    return sorted(found, key=lambda panel: panel.order)
