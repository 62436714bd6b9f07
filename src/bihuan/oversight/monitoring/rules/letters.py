"""One letter for what an hour turned out to be, and why: how 24 hours stand in one short text. Pure."""

from collections.abc import Sequence

from bihuan.oversight.monitoring.rules.validity import Reason, Status

PENDING = "-"
"""An hour that is not over yet, or whose data may still be on their way."""

STATUS_LETTERS = {Status.VALID: "V", Status.INVALID: "I", Status.STOPPED: "S", Status.MISSING: "M"}
REASON_LETTERS = {
    Reason.NONE: "-",
    Reason.FEW: "f",
    Reason.MARKED: "m",
    Reason.FLAGGED: "d",
    Reason.STOPPED: "s",
    Reason.ABSENT: "a",
    Reason.OXYGEN: "o",
}
_STATUSES = {letter: status for status, letter in STATUS_LETTERS.items()}
_REASONS = {letter: reason for reason, letter in REASON_LETTERS.items()}
VALID, INVALID, STOPPED, MISSING = (STATUS_LETTERS[status] for status in Status)


def statuses_of(letters: str) -> list[Status | None]:
    """The status of each hour; None for one that is pending."""
    return [_STATUSES.get(letter) for letter in letters]


def reason_of(letter: str) -> Reason:
    return _REASONS.get(letter, Reason.NONE)


def with_hour(text: str, hour: int, letter: str) -> str:
    """`text` with the letter of one hour replaced."""
    return text[:hour] + letter + text[hour + 1 :]


def settled(letters: str) -> Sequence[Status]:
    """The statuses of a day that is over: what is still pending counts as missing."""
    return [status or Status.MISSING for status in statuses_of(letters)]
