"""Cells of a row, by the kind they must have. A table has only text; JSON must keep to its types."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.governance.petitions.rules import vocabulary
from bihuan.governance.petitions.rules.dates import printed_day
from bihuan.kernel.registers.faults import RowFault

YES = ("是", "true", "1", "*", "★", "重点", "重点件")
NO = ("", "否", "false", "0")


class Cells:
    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.typed = any(not isinstance(value, str) for value in row.values())

    def text(self, name: str) -> str:
        value = self.row.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise wrong_type(name, value, _("text"))
        return value.strip()

    def label(self, name: str) -> str:
        """Text, or a whole number written without quotes, as batch numbers are."""
        value = self.row.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(name)

    def words(self, name: str) -> list[str]:
        value = self.row.get(name)
        if value is None:
            return []
        if isinstance(value, str) and not self.typed:
            return vocabulary.split(value)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise wrong_type(name, value, _("a list of words"))
        return [one.strip() for one in value if one.strip()]

    def yes(self, name: str) -> bool:
        value = self.row.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        text = value.strip().lower() if isinstance(value, str) and not self.typed else None
        if text in YES:
            return True
        if text in NO:
            return False
        raise wrong_type(name, value, _("yes or no"))

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return printed_day(text, today=timezone.localdate())
        except ValueError:
            said = _("“%(text)s” is no possible date; write 2020-09-04.") % {"text": text}
            raise RowFault(name, said) from None

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.row.get(name)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            raise wrong_type(name, value, _("an object"))
        return value

    def count(self, name: str) -> int | None:
        value = self.row.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, str) and not self.typed and value.strip().isdecimal():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise wrong_type(name, value, _("a whole number"))
        return value


def wrong_type(name: str, value: Any, wanted: str) -> RowFault:
    said = {"value": str(value)[:60], "wanted": wanted}
    return RowFault(name, _("“%(value)s” is of the wrong type; this must be %(wanted)s.") % said)
