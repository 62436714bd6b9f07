"""On which day which reminder of a due date is sent. Pure: steps and calendar come in as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.kernel.calendar.rules import Calendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Steps:
    """Days relative to the due date, negative before it; afterwards one every `repeat_days` days."""

    days: tuple[int, ...]
    repeat_days: int

    @property
    def earliest(self) -> int:
        return min(self.days)

    def until(self, last: int) -> Iterator[int]:
        """All steps up to and including `last` days after the due date."""
        yield from (step for step in sorted(self.days) if step <= last)
        step = max(self.days) + self.repeat_days
        while step <= last:
            yield step
            step += self.repeat_days


def sent_on(due_on: date, step: int, calendar: Calendar) -> date:
    """The working day on which a step is sent.

    Ours: what lies before the due date, or on it, comes forward to the last working day before a rest day,
    so that nobody is told during a holiday that ended their time; what lies after it waits for the next one.
    """
    day, towards = due_on + timedelta(days=step), ONE_DAY if step > 0 else -ONE_DAY
    while not calendar.works(day):
        day += towards
    return day


def step_between(due_on: date, *, after: date, today: date, steps: Steps, calendar: Calendar) -> int | None:
    """The last step that is sent later than `after` and by `today`; None when there is none.

    `after` is the day of the run before, or the day the period began: what had passed then is not made up.
    """
    far = (today - due_on).days + _LONGEST_REST
    fitting = [step for step in steps.until(far) if after < sent_on(due_on, step, calendar) <= today]
    return fitting[-1] if fitting else None


def label(step: int) -> str:
    """How a step is written in a cause: T-7, T+0, T+8."""
    return f"T{step:+d}"


# No holiday has been longer; steps further ahead can't be sent by today.
_LONGEST_REST = 15
