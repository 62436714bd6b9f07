"""The gateway as it is started: its threads, its metrics, its orders, its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from bihuan.gateway_kills import Site, frame_of, site
from bihuan.kernel.database.connection import Embedded
from bihuan.oversight.monitoring.gateway.figures import read
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.web.cli.supervisor import COMMAND

pytestmark = pytest.mark.story
FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
PATIENCE_SECONDS = 60.0
ORDER = (
    "from bihuan.web.cli.instance import load_django; load_django();"
    " from bihuan.oversight.enterprises.public import Logger;"
    " from bihuan.oversight.monitoring.actions.orders import order;"
    " order(Logger.objects.get(mn='{mn}'), by=None, command=1011, reason='对时')"
)


@pytest.fixture(scope="module")
def there() -> Iterator[Site]:
    with site(devices=3, processes=1) as running:
        yield running


def until(look: Callable[[], Any]) -> Any:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def dial(there: Site) -> socket.socket:
    def try_once() -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", there.port), timeout=PATIENCE_SECONDS)
        except OSError:
            return None

    made: socket.socket = until(try_once)
    return made


def rows(there: Site, query: str) -> list[Any]:
    with psycopg.connect(Embedded(there.home).url) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]


def test_a_device_is_answered_noted_counted_and_told_an_order(there: Site) -> None:
    wire, mn = dial(there), there.mns[0]
    frame, number = frame_of(mn, 0, FIRST)
    wire.sendall(frame)
    assert number in wire.recv(4096)
    ((noted, connected),) = until(
        lambda: rows(there, f"SELECT mn, connected FROM monitoring_devicestate WHERE mn = '{mn}'")
    )
    assert (noted, connected) == (mn, True)
    (process, figures) = until(lambda: [one for one in read(there.home) if one[1]["messages"]])[0]
    assert (process, figures["messages"]) == ("0", [["2051", "stored", 1]])
    environment = {**os.environ, "BIHUAN_HOME": str(there.home)}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", ORDER.format(mn=mn)], env=environment, check=True)
    (request,) = decode_all(wire.recv(4096))
    assert (request.head["CN"], request.head["MN"]) == ("1011", mn)
    said = {"9011": ("QnRtn", "1"), "1011": ("SystemTime", "20261126080000"), "9012": ("ExeRtn", "1")}
    for command, pair in said.items():
        head = {**request.head, "ST": "91", "CN": command, "Flag": "4"}
        wire.sendall(encode(tuple(head.items()), [[pair]]))
    (row,) = until(lambda: rows(there, "SELECT answer FROM monitoring_order WHERE state = 'done'"))
    assert row[0] == [["SystemTime", "20261126080000"]]
    wire.close()


def test_a_second_one_on_the_same_port_says_so(there: Site) -> None:
    dial(there).close()
    environment = {**os.environ, "BIHUAN_HOME": str(there.home)}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "gateway", "--port", str(there.port)],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert str(there.port) in done.stderr


def test_what_was_read_is_answered_before_it_ends(there: Site) -> None:
    wire = dial(there)
    frames = [frame_of(there.mns[1], number, FIRST)[0] for number in range(200)]
    wire.sendall(b"".join(frames))
    assert wire.recv(10)
    there.gateway.send_signal(signal.SIGTERM)
    answers = b"".join(iter(lambda: wire.recv(65536), b""))
    there.gateway.wait(PATIENCE_SECONDS)
    ((stored,),) = rows(
        there,
        "SELECT count(*) FROM monitoring_minutemessage message JOIN enterprises_outlet outlet"
        f" ON outlet.id = message.outlet WHERE outlet.name = '{there.mns[1]}'",
    )
    assert stored - 1 <= answers.count(b"CN=9014") <= stored  # the first answer began before
    assert not list(read(there.home))
