"""Times and request numbers (HJ 212-2017 6.3.2, table 4), with the forms seen in the field."""

from datetime import UTC, datetime

import pytest

from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.times import (
    BEIJING,
    read_request_number,
    read_time,
    request_number,
    write_time,
)

NOON = datetime(2024, 1, 23, 12, 32, 5, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "moment", "fault"),
    [
        ("20240123123205", NOON, None),
        ("20240123123205877", NOON, Fault.TIME_WITH_MILLISECONDS),
        ("202401231232", NOON.replace(second=0), Fault.TIME_WITHOUT_SECONDS),
        ("2024-01-23 12:32:05", NOON, Fault.BAD_TIME),
        ("2024-01-23 12:32", NOON.replace(second=0), Fault.BAD_TIME),
        ("20240230123205", None, Fault.BAD_TIME),
        ("00000000000000", None, Fault.BAD_TIME),
        ("2024", None, Fault.BAD_TIME),
        ("", None, Fault.BAD_TIME),
        ("２０２４0123123205", None, Fault.BAD_TIME),
    ],
)
def test_times(text: str, moment: datetime | None, fault: Fault | None) -> None:
    assert read_time(text) == (moment, fault)


@pytest.mark.parametrize(
    ("text", "moment", "fault"),
    [
        ("20240123123205877", NOON.replace(microsecond=877_000), None),
        ("1705984325877", NOON, Fault.QN_EPOCH),
        ("20241323123205877", None, Fault.BAD_QN),
        ("20240123123205", None, Fault.BAD_QN),
        ("", None, Fault.BAD_QN),
    ],
)
def test_request_numbers(text: str, moment: datetime | None, fault: Fault | None) -> None:
    assert read_request_number(text) == (moment, fault)


def test_written_in_beijing_time() -> None:
    moment = datetime(2024, 1, 23, 4, 32, 5, 877_600, tzinfo=UTC)
    assert request_number(moment) == "20240123123205877"
    assert write_time(moment) == "20240123123205"
