import socket

import pytest

from bihuan.kernel.outgoing import post as module
from bihuan.kernel.outgoing.post import ForbiddenNetwork, NoAnswer, NotAllowed, NotReached, check, post
from bihuan.kernel.outgoing.tests.receiver import receiving, say


def fine(handler, body):
    say(handler, 200, b'{"ok": true}')


@pytest.fixture
def outside(settings):
    """Name origins, and this machine as a network in which they may lie."""

    def name(*origins: str, networks: tuple[str, ...] = ("127.0.0.0/8",), seconds: float = 10) -> None:
        settings.BIHUAN_OUTSIDE = origins
        settings.BIHUAN_OUTSIDE_NETWORKS = networks
        settings.BIHUAN_OUTSIDE_SECONDS = seconds

    return name


def test_what_is_posted_arrives_and_the_answer_comes_back(outside):
    with receiving(fine) as receiver:
        outside(receiver.origin)
        answer = post(f"{receiver.origin}/send?key=1", b"{}")
    assert (answer.status, answer.body) == (200, b'{"ok": true}')
    assert receiver.got == [("/send?key=1", b"{}")]


def test_an_origin_nobody_named_is_not_asked(outside):
    with receiving(fine) as receiver:
        outside("https://robots.example")
        with pytest.raises(NotAllowed):
            post(f"{receiver.origin}/send", b"{}")
        with pytest.raises(NotAllowed):
            check("file:///etc/passwd")
    assert receiver.got == []


def test_a_named_origin_in_a_private_network_is_not_asked(outside):
    with receiving(fine) as receiver:
        outside(receiver.origin, networks=())
        with pytest.raises(ForbiddenNetwork):
            post(f"{receiver.origin}/send", b"{}")
    assert receiver.got == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(outside, monkeypatch):
    outside("https://robots.example", networks=())
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_args, **_kwargs: both)
    with pytest.raises(ForbiddenNetwork):
        post("https://robots.example/send", b"{}")


def test_a_name_is_looked_up_once_and_pinned(outside, monkeypatch):
    """A second look-up with another answer (DNS rebinding) has nowhere to happen."""
    asked = []
    with receiving(fine) as receiver, receiving(fine) as elsewhere:
        real = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]

        def look_up(host, port, *args, **kwargs):
            asked.append(host)
            return real if host == "robots.example" else [(2, 1, 6, "", (host, port))]

        outside(f"http://robots.example:{receiver.port}")
        monkeypatch.setattr(module.socket, "getaddrinfo", look_up)
        assert post(f"http://robots.example:{receiver.port}/send", b"{}").status == 200
    assert asked.count("robots.example") == 1
    assert len(receiver.got) == 1
    assert elsewhere.got == []


def test_a_redirect_is_not_followed(outside):
    with receiving(fine) as target:

        def away(handler, body):
            say(handler, 302, b"", Location=f"{target.origin}/inner")

        with receiving(away) as receiver:
            outside(receiver.origin, target.origin)
            assert post(f"{receiver.origin}/send", b"{}").status == 302
    assert target.got == []


def test_nobody_listening_is_certain(outside):
    with receiving(fine) as receiver:
        pass
    outside(receiver.origin)
    with pytest.raises(NotReached):
        post(f"{receiver.origin}/send", b"{}")


def test_a_name_that_does_not_exist_is_certain(outside, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(module.socket, "getaddrinfo", unknown)
    outside("https://robots.example")
    with pytest.raises(NotReached):
        post("https://robots.example/send", b"{}")


def test_a_server_without_a_certificate_is_not_spoken_to(outside):
    with receiving(fine) as receiver:
        address = f"https://127.0.0.1:{receiver.port}"
        outside(address, seconds=2)
        with pytest.raises(NotReached):
            post(f"{address}/send", b"{}")
    assert receiver.got == []


def test_no_answer_in_time_is_a_doubt(outside):
    def silent(handler, body):
        receiver.stop.wait(20)

    with receiving(silent) as receiver:
        outside(receiver.origin, seconds=0.3)
        with pytest.raises(NoAnswer):
            post(f"{receiver.origin}/send", b"{}")
    assert len(receiver.got) == 1


def test_an_answer_that_trickles_for_ever_is_cut(outside):
    def trickle(handler, body):
        while not receiver.stop.wait(0.05):
            handler.wfile.write(b"x")

    with receiving(trickle) as receiver:
        outside(receiver.origin, seconds=0.3)
        with pytest.raises(NoAnswer):
            post(f"{receiver.origin}/send", b"{}")


def test_a_huge_answer_is_read_only_in_part(outside):
    with receiving(lambda handler, body: say(handler, 200, b"x" * 1_000_000)) as receiver:
        outside(receiver.origin)
        assert len(post(f"{receiver.origin}/send", b"{}").body) == module.ANSWER_BYTES
