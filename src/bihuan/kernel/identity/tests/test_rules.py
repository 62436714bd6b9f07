"""The pure rules: passwords, roles that don't go together, devices, addresses, time left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.identity import rules
from bihuan.kernel.people.permissions import Role

NUMBERS = {"password_length": 12, "password_classes": 3}
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Rivers-run-7-times", 0),
        ("Short-7", 1),
        ("onlysmallletters", 1),
        ("OnlyLettersHere", 1),
        ("abc", 2),
        ("My-wangwu-2026-key", 1),
        ("My-UWGNAW-2026-key", 1),
        ("春江水暖鸭先知Aa2026", 0),
        ("Hello-王五-2026-ok", 1),
    ],
)
def test_s02_what_makes_a_password_good(password, faults):
    found = rules.password_faults(password, names=["wangwu", "王五", "x", ""], numbers=NUMBERS)
    assert len(found) == faults


@given(st.integers(min_value=0, max_value=40))
def test_a_lent_password_satisfies_the_strictest_rule(length):
    password = rules.one_time_password(length)
    assert len(password) == max(length, 12)
    assert rules.kinds_of(password) == 4


@pytest.mark.parametrize(
    ("set_at", "days", "old"),
    [
        (None, 90, False),
        (NOW - timedelta(days=90), 90, True),
        (NOW - timedelta(days=90) + timedelta(seconds=1), 90, False),
        (NOW - timedelta(days=9999), 0, False),
    ],
)
def test_a_password_runs_out_on_its_last_day(set_at, days, old):
    assert rules.is_too_old(set_at, days=days, now=NOW) is old


@pytest.mark.parametrize(
    ("roles", "clash"),
    [
        ([Role.ADMINISTRATOR], False),
        ([Role.ADMINISTRATOR, Role.AUDITOR], True),
        ([Role.ADMINISTRATOR, Role.CITY_OFFICE], True),
        ([Role.CITY_OFFICE, Role.LEADER], False),
        ([], False),
    ],
)
def test_s06_administrators_do_nothing_else(roles, clash):
    assert rules.clash(roles) is clash


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_device_in_two_words(said, name):
    assert rules.device_name(said) == name


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("6.6.6.6", 0, "10.0.0.1"),
        ("9.9.9.9", 1, "9.9.9.9"),
        ("6.6.6.6, 9.9.9.9", 1, "9.9.9.9"),
        ("6.6.6.6, 9.9.9.9 , 10.0.0.2", 2, "9.9.9.9"),
        ("", 1, "10.0.0.1"),
        ("9.9.9.9", 2, "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(forwarded, proxies, address):
    assert rules.client_address("10.0.0.1", forwarded, proxies=proxies) == address


@pytest.mark.parametrize(("seconds", "minutes"), [(-5, 1), (0, 1), (1, 1), (60, 1), (61, 2), (900, 15)])
def test_minutes_left_are_rounded_up(seconds, minutes):
    assert rules.minutes_until(NOW + timedelta(seconds=seconds), now=NOW) == minutes
