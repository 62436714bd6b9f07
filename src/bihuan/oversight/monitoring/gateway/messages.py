"""What the loop tells the clerk, and the clerk the loop."""

from typing import NamedTuple


class Answered(NamedTuple):
    """A device has said something under the number of an order."""

    order: int
    command: int
    fields: tuple[tuple[str, str], ...]


class ClockWanted(NamedTuple):
    """A device asks for the time (1013); of one instrument where it names a factor."""

    mn: str
    instrument: str
