"""What a reader may change about their own view of a register."""

from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.people.models import Unit, User
from bihuan.kernel.registers import asked
from bihuan.kernel.registers.models import Habit, SavedView
from bihuan.kernel.registers.queries import offices_of
from bihuan.kernel.registers.register import Register

NAME_LENGTH = 60


class NotYours(Forbidden):
    message = gettext_lazy("Only its owner may change or delete a saved view.")


def save_view(
    register: Register, *, by: User, name: str, data: QueryDict, share_with: int | None = None
) -> SavedView:
    """Keep the question under a name; the same name of the same owner is written over.

    `share_with` is the key of an office in which the owner holds a post; Refused for any other.
    """
    name = " ".join(name.replace("\x00", "").split())[:NAME_LENGTH]
    if not name:
        raise Refused(reason=_("A view needs a name."))
    question = asked.read(register, data).kept().urlencode()
    view, _made = SavedView.objects.update_or_create(
        owner=by,
        register=register.id,
        name=name,
        defaults={"asked": question, "shared_with": _office(by, share_with)},
    )
    return view


def change_view(view: SavedView, *, by: User, register: Register, data: QueryDict) -> None:
    """Let an own view keep the question as it stands now."""
    _own(view, by)
    view.asked = asked.read(register, data).kept().urlencode()
    view.save(update_fields=["asked"])


def delete_view(view: SavedView, *, by: User) -> None:
    _own(view, by)
    view.delete()


def open_with(register: Register, view: SavedView | None, *, by: User) -> None:
    """Let the register open with this view for `by`; None opens it plain."""
    Habit.objects.update_or_create(user=by, register=register.id, defaults={"opens_with": view})


def choose_columns(register: Register, names: Sequence[str], *, by: User) -> list[str]:
    """Remember the columns in their order; none, or the register's own, mean its usual ones."""
    columns = [column.name for column in asked.known(register, list(names))]
    if columns == [column.name for column in register.columns]:
        columns = []
    Habit.objects.update_or_create(user=by, register=register.id, defaults={"columns": columns})
    return columns


def _own(view: SavedView, user: User) -> None:
    if view.owner_id != user.pk:
        raise NotYours


def _office(user: User, key: int | None) -> Unit | None:
    if key is None:
        return None
    office = next((unit for unit in offices_of(user) if unit.pk == key), None)
    if office is None:
        raise Refused(reason=_("You can share a view only with an office you belong to."))
    return office
