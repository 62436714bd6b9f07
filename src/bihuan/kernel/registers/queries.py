"""What a reader keeps about a register, and whose name stands at the head of a print."""

from dataclasses import dataclass
from typing import Any

from bihuan.kernel.people.access import Reader, posts_of
from bihuan.kernel.people.models import Unit
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.models import Habit, SavedView
from bihuan.kernel.registers.register import Register


def habit_of(user: Any, register: Register) -> Habit:
    """The user's habit, or an unsaved one that asks for nothing."""
    found = None
    if user.is_authenticated:
        found = Habit.objects.filter(user=user, register=register.id).select_related("opens_with").first()
    return found or Habit(register=register.id)


@dataclass(frozen=True)
class Views:
    """The saved views a user may open, and the one that is open; `changed` when the question differs."""

    own: list[SavedView]
    shared: list[SavedView]
    current: SavedView | None
    is_own: bool
    is_default: bool
    changed: bool


def views_of(user: Any, register: Register, *, habit: Habit, opened: str, question: str) -> Views:
    found = list(
        SavedView.objects.visible_to(user).filter(register=register.id).select_related("owner", "shared_with")
    )
    current = next((one for one in found if str(one.pk) == opened), None)
    return Views(
        own=[one for one in found if one.owner_id == user.pk],
        shared=[one for one in found if one.owner_id != user.pk],
        current=current,
        is_own=current is not None and current.owner_id == user.pk,
        is_default=current is not None and habit.opens_with_id == current.pk,
        changed=current is not None and current.asked != question,
    )


def opening(habit: Habit) -> str:
    """Where a register opens for this reader; empty for the plain list."""
    if habit.opens_with_id is None:
        return ""
    view = SavedView.objects.visible_to(habit.user).filter(pk=habit.opens_with_id).first()
    return view.url if view else ""


def offices_of(user: Reader) -> list[Unit]:
    """The units in which the user holds a post, each once."""
    return list({post.unit_id: post.unit for post in posts_of(user) if post.unit is not None}.values())


def letterhead(user: Reader) -> str:
    """Who files what is printed: the reader's office, or the place they answer for, or the city."""
    if units := offices_of(user):
        return str(units[0].name)
    places = [post.jurisdiction for post in posts_of(user) if post.jurisdiction is not None]
    if places:
        return str(min(places, key=lambda place: len(place.path)).name)
    city = Jurisdiction.objects.filter(level="city").order_by("path").first()
    return city.name if city else ""
