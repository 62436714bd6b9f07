"""A logger that speaks for a chimney and a drain, and frames as it sends them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bihuan.oversight.enterprises.public import LoggerView, logger_at
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.gateway.intake import Bounds, Receipt
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode, items_of
from bihuan.oversight.monitoring.rules.frame.times import request_number, write_time
from bihuan.oversight.monitoring.rules.frame.types import Frame

MN = "010000A8900016F000169DC0"
BOUNDS = Bounds(timedelta(seconds=120), timedelta(days=366))
HOST, PEER = "10.0.0.7", "10.0.0.7:40001"


@pytest.fixture
def view(plant: Plant) -> LoggerView:
    found = logger_at(MN, timezone.now())
    assert found is not None
    return found


def sent(
    *pairs: tuple[str, str], at: datetime | None = None, key: bytes | None = None, time: str | None = None,
    **head: str,
) -> bytes:  # fmt: skip
    """The bytes of a frame as the device sends it; `head` changes header fields, empty ones are left out."""
    moment = at or timezone.now()
    said = {
        "QN": request_number(moment), "ST": "32", "CN": "2051", "PW": "123456", "MN": MN, "Flag": "5",
    } | head  # fmt: skip
    timed = [("DataTime", write_time(moment.replace(second=0)) if time is None else time)]
    fields = [*(timed if timed[0][1] else []), *pairs]
    return encode([(name, text) for name, text in said.items() if text], items_of(fields), key=key)


def read(raw: bytes, key: bytes | None = None) -> Frame:
    (frame,) = decode_all(raw, key=key)
    return frame


def receipt(at: datetime | None = None, host: str = HOST) -> Receipt:
    return Receipt(at or timezone.now(), host, f"{host}:40001")


COD = (("w01018-Avg", "40.1"), ("w01018-Flag", "N"))
Send = Callable[..., bytes]
