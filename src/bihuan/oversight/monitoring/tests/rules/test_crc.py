"""The check value of HJ 212-2017 Appendix A, and telling the ordinary Modbus value apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.crc import POSSIBLE, check_value, modbus_value, swapped

PUBLISHED_2017 = (
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
)
PUBLISHED_2025 = "QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&"


def printed_routine(data: bytes) -> int:
    """The routine as Appendix A prints it, bit by bit."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"", 0xFFFF),
        (b"\0", 0x4040),
        (b"A", 0x7080),
        (b"123456789", 0x2F80),
        (b"CP=&&&&", 0xF781),
        (bytes(range(256)), 0xFF01),
        ("清洗管路".encode(), 0xE981),
        ("清洗管路".encode("gbk"), 0x6C00),
        (PUBLISHED_2017.encode(), 0x1C80),
        (PUBLISHED_2025.encode(), 0x2200),
    ],
)
def test_appendix_a_published_and_computed_values(text: bytes, value: int) -> None:
    assert check_value(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [(b"", 0xFFFF), (b"123456789", 0x4B37), (b"CP=&&&&", 0x6879), (PUBLISHED_2017.encode(), 0x0759)],
)
def test_the_ordinary_modbus_value_is_another(text: bytes, value: int) -> None:
    assert modbus_value(text) == value


@given(st.binary(max_size=2500))
def test_eight_lanes_say_what_the_printed_routine_says(data: bytes) -> None:
    assert check_value(data) == printed_routine(data)


@given(st.binary(min_size=1, max_size=64))
def test_only_256_values_exist(data: bytes) -> None:
    assert check_value(data) in POSSIBLE
    assert len(POSSIBLE) == 257  # with that of no bytes at all


def test_swapped_exchanges_the_two_bytes() -> None:
    assert swapped(0x1C80) == 0x801C
