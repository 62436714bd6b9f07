"""What a device can be told to do, and what each command takes (HJ 212-2017 tables 9 and C.1 ff.). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.oversight.monitoring.rules.frame.times import read_time

SET_CLOCK, ASKS_FOR_CLOCK = 1012, 1013
MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
ALL, NEW = ("2005", "2017", "2025"), ("2017", "2025")


class NotACommand(BihuanError):
    message = _("Devices of edition %(edition)s don't take the command %(command)s.")


class WrongParameter(BihuanError):
    message = _("“%(name)s” is missing or not as the command wants it.")


class NeedlessParameter(BihuanError):
    message = _("The command %(command)s takes no “%(name)s”.")


class TimesReversed(BihuanError):
    message = _("The beginning must lie before the end.")


@dataclass(frozen=True)
class Parameter:
    """One field that a command takes: a number within bounds, one of `choices`, a time, or a code."""

    name: str
    label: str | Promise
    kind: str = "number"
    least: int = 0
    most: int = 0
    choices: tuple[int, ...] = ()
    needed: bool = True

    def holds(self, text: str) -> bool:
        if self.kind == "time":
            return read_time(text)[1] is None
        if self.kind == "code":
            return text.isascii() and text.isalnum() and len(text) <= 6
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1
        return number in self.choices if self.choices else self.least <= number <= self.most


_BEGIN = Parameter("BeginTime", _("from"), "time")
_END = Parameter("EndTime", _("to"), "time")
_OF_FACTOR = Parameter("PolId", _("only the instrument of factor"), "code", needed=False)
_OPTIONAL = tuple(Parameter(one.name, one.label, "time", needed=False) for one in (_BEGIN, _END))


@dataclass(frozen=True)
class Command:
    """`changes` says that the device is another one afterwards; `notice` that it is answered by 9013."""

    number: int
    label: str | Promise
    parameters: tuple[Parameter, ...] = ()
    editions: tuple[str, ...] = ALL
    changes: bool = False
    notice: bool = False
    history: bool = False


COMMANDS = (
    Command(
        1000,
        _("set time-out and resends"),
        (
            Parameter("OverTime", _("time-out (s)"), least=1, most=99),
            Parameter("ReCount", _("resends"), least=1, most=99),
        ),
        changes=True,
    ),
    Command(1011, _("read the clock"), (_OF_FACTOR,)),
    Command(SET_CLOCK, _("set the clock"), (_OF_FACTOR,), changes=True),
    Command(1061, _("read the real-time interval")),
    Command(
        1062,
        _("set the real-time interval"),
        (Parameter("RtdInterval", _("interval (s)"), least=30, most=3600),),
        changes=True,
    ),
    Command(1063, _("read the interval of minute data"), editions=NEW),
    Command(
        1064,
        _("set the interval of minute data"),
        (Parameter("MinInterval", _("interval (min)"), choices=MINUTES),),
        editions=NEW,
        changes=True,
    ),
    Command(2011, _("upload real-time data"), _OPTIONAL, history=True),
    Command(2012, _("stop real-time data"), notice=True, changes=True),
    Command(2021, _("upload states of the equipment")),
    Command(2031, _("upload day data"), (_BEGIN, _END), history=True),
    Command(2041, _("upload running times by day"), (_BEGIN, _END), history=True),
    Command(2051, _("upload minute data"), (_BEGIN, _END), history=True),
    Command(2061, _("upload hour data"), (_BEGIN, _END), history=True),
    Command(3012, _("sample now"), (_OF_FACTOR,), changes=True),
    Command(3019, _("read the numbers of the instruments"), (_OF_FACTOR,), editions=NEW),
)
BY_NUMBER = {command.number: command for command in COMMANDS}


class Asked(NamedTuple):
    """A command that has been checked, with its fields in the order in which they are sent."""

    command: Command
    fields: tuple[tuple[str, str], ...]


def checked(command: int, parameters: Mapping[str, str], *, edition: str) -> Asked:
    """The command with its parameters; raises what is wrong with them."""
    known = BY_NUMBER.get(command)
    if known is None or edition not in known.editions:
        raise NotACommand(command=command, edition=edition)
    given = {name: str(value).strip() for name, value in parameters.items() if str(value).strip()}
    for name in given.keys() - {one.name for one in known.parameters}:
        raise NeedlessParameter(command=command, name=name)
    for one in known.parameters:
        text = given.get(one.name, "")
        if (text or one.needed) and not one.holds(text):
            raise WrongParameter(name=one.label)
    fields = tuple((one.name, given[one.name]) for one in known.parameters if one.name in given)
    if (span := span_of(fields)) and span[0] > span[1]:
        raise TimesReversed
    return Asked(known, fields)


def span_of(fields: Sequence[Sequence[str]]) -> tuple[datetime, datetime] | None:
    """From when to when history is asked for; None where the command doesn't say so."""
    said = {name: text for name, text in fields}
    begin, end = (read_time(said.get(one.name, ""))[0] for one in (_BEGIN, _END))
    return (begin, end) if begin and end else None


EXECUTED, FAILED, NO_DATA = 1, 2, 100
EXECUTIONS: dict[int, str | Promise] = {
    EXECUTED: _("executed"),
    FAILED: _("failed, reason unknown"),
    3: _("the command's condition is wrong"),
    4: _("communication timed out"),
    5: _("the device is busy"),
    6: _("fault of the device"),
    NO_DATA: _("no data"),
}
"""ExeRtn: what came of a request (HJ 212-2017 table 6)."""

READY = 1
REQUESTS: dict[int, str | Promise] = {
    READY: _("ready to execute"),
    2: _("request refused"),
    3: _("wrong password (PW)"),
    4: _("wrong device number (MN)"),
    5: _("wrong system code (ST)"),
    6: _("wrong flag"),
    7: _("wrong request number (QN)"),
    8: _("wrong command (CN)"),
    9: _("wrong check value"),
    100: _("unknown fault"),
}
"""QnRtn: whether a request was accepted (HJ 212-2017 table 7)."""
