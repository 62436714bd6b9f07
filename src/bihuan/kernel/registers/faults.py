"""What can be wrong with a row that somebody wants to import."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError


class RowFault(BihuanError):
    """A row can't be taken in: `field` is the header it stands under, `reason` says what is wrong."""

    message = _("%(field)s: %(reason)s")

    def __init__(self, field: str, reason: Any) -> None:
        super().__init__(field=field, reason=reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Refusal:
    """A row left out, with what it said."""

    row: int
    field: str
    reason: Any
    cells: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "field": self.field, "reason": str(self.reason)}
