"""Fields for a day and a moment, as browsers know them."""

from django import forms


class DayInput(forms.DateInput):
    """Written as the browser reads it: in a reader's own notation the field would open empty."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """To the minute, in the reader's time zone."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
