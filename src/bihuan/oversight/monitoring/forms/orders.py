"""An order to a device: one field for each parameter of its command, as the standard wants them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.widgets import MomentInput
from bihuan.oversight.monitoring.forms.acts import LINES
from bihuan.oversight.monitoring.rules.commands import COMMANDS, Command, Parameter
from bihuan.oversight.monitoring.rules.frame.times import write_time


class OrderForm(forms.Form):
    """`parameters` are what `actions.orders.order` takes."""

    def __init__(self, command: Command, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.command = command
        for one in command.parameters:
            self.fields[one.name] = _field(one)
        self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=200, widget=LINES)

    @property
    def parameters(self) -> Mapping[str, str]:
        said = {one.name: self.cleaned_data[one.name] for one in self.command.parameters}
        return {name: _sent(value) for name, value in said.items() if value not in (None, "")}


def _field(one: Parameter) -> forms.Field:
    common: dict[str, Any] = {"label": one.label, "required": one.needed}
    if one.kind == "time":
        return forms.DateTimeField(widget=MomentInput, **common)
    if one.kind == "code":
        return forms.CharField(
            max_length=6, help_text=_("Such as w01018; empty for the logger itself."), **common
        )
    if one.choices:
        return forms.TypedChoiceField(choices=[(n, n) for n in one.choices], coerce=int, **common)
    return forms.IntegerField(min_value=one.least, max_value=one.most, **common)


def _sent(value: Any) -> str:
    if isinstance(value, datetime):
        return write_time(timezone.localtime(value))
    return str(value)


def commands_for(edition: str) -> tuple[list[Command], list[Command], list[Command]]:
    """What a device of the edition takes: questions, uploads of the past, and what changes something."""
    known = [one for one in COMMANDS if edition in one.editions]
    asking = [one for one in known if not one.changes and not one.history]
    return asking, [one for one in known if one.history], [one for one in known if one.changes]
