from ipaddress import ip_network

import pytest

from bihuan.kernel.outgoing.rules import is_named, may_connect, origin_of

ALLOWED = ("https://robots.example", "http://intranet.example:8080")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://robots.example/send?key=1", True),
        ("https://robots.example:443/send", True),
        ("https://ROBOTS.example./send", True),
        ("http://intranet.example:8080/hook", True),
        ("http://robots.example/send", False),
        ("https://robots.example:8443/send", False),
        ("http://intranet.example/hook", False),
        ("https://robots.example.evil.example/", False),
        ("https://robots.example@evil.example/", False),
        ("https://evil.example#@robots.example/", False),
        ("https://evil.example\\@robots.example/", False),
        ("https://user:word@robots.example/", False),
        ("https://robots.example\n/", False),
        (" https://robots.example/", False),
        ("//robots.example/", False),
        ("file:///etc/passwd", False),
        ("gopher://robots.example/", False),
        ("https://robots.example:port/", False),
        ("https://[::1/", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_a_named_origin_is_asked(address, allowed):
    assert is_named(address, ALLOWED) is allowed


def test_an_origin_is_printed_as_people_write_it():
    assert str(origin_of("https://robots.example:443/a")) == "https://robots.example"
    assert str(origin_of("http://intranet.example:8080/a")) == "http://intranet.example:8080"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_what_is_not_public_is_refused(address):
    assert not may_connect(address, ())


def test_public_addresses_and_named_networks_are_asked():
    assert may_connect("8.8.8.8", ())
    assert may_connect("2400:3200::1", ())
    assert may_connect("64:ff9b::808:808", ())
    assert may_connect("10.20.3.4", [ip_network("10.20.0.0/16")])
    assert may_connect("::ffff:10.20.3.4", [ip_network("10.20.0.0/16")])
    assert not may_connect("10.21.3.4", [ip_network("fd00::/8"), ip_network("10.20.0.0/16")])
