"""What a device can be told, and what is wrong with an order before it is given."""

import pytest

from bihuan.oversight.monitoring.rules.commands import (
    COMMANDS,
    NeedlessParameter,
    NotACommand,
    TimesReversed,
    WrongParameter,
    checked,
    span_of,
)

SPAN = {"BeginTime": "20261101000000", "EndTime": "20261102000000"}


def test_fields_come_in_the_order_of_the_standard() -> None:
    asked = checked(2051, {"EndTime": SPAN["EndTime"], "BeginTime": SPAN["BeginTime"]}, edition="2017")
    assert asked.fields == tuple(SPAN.items())
    begin, end = span_of(asked.fields) or (None, None)
    assert begin is not None
    assert end is not None
    assert (end - begin).total_seconds() == 86_400


@pytest.mark.parametrize("command", [1011, 1012, 1061, 2011, 2012, 2021, 3012])
def test_commands_that_need_nothing(command: int) -> None:
    assert checked(command, {}, edition="2005").fields == ()
    assert span_of(()) is None


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (1062, {"RtdInterval": "30"}),
        (1062, {"RtdInterval": "3600"}),
        (1064, {"MinInterval": "12"}),
        (1000, {"OverTime": "5", "ReCount": "3"}),
        (3012, {"PolId": "w01018"}),
    ],
)
def test_numbers_within_the_bounds_of_the_standard(command: int, given: dict[str, str]) -> None:
    assert dict(checked(command, given, edition="2017").fields) == given


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (1062, {"RtdInterval": "29"}),
        (1062, {"RtdInterval": "3601"}),
        (1062, {}),
        (1064, {"MinInterval": "7"}),
        (1000, {"OverTime": "5"}),
        (2051, {"BeginTime": "20261101000000"}),
        (2051, SPAN | {"EndTime": "20261301000000"}),
        (3012, {"PolId": "w01018;CN=1"}),
        (1062, {"RtdInterval": "６０"}),
    ],
)
def test_numbers_outside_are_named(command: int, given: dict[str, str]) -> None:
    with pytest.raises(WrongParameter):
        checked(command, given, edition="2017")


def test_what_a_command_or_an_edition_doesnt_know() -> None:
    with pytest.raises(NeedlessParameter):
        checked(1061, {"RtdInterval": "60"}, edition="2017")
    for command, edition in ((9999, "2017"), (1063, "2005"), (3019, "2005")):
        with pytest.raises(NotACommand):
            checked(command, {}, edition=edition)
    with pytest.raises(TimesReversed):
        checked(2061, {"BeginTime": SPAN["EndTime"], "EndTime": SPAN["BeginTime"]}, edition="2025")


def test_every_command_is_there_once() -> None:
    assert len({command.number for command in COMMANDS}) == len(COMMANDS)
