"""Two real workers on one queue, services that fail now and then, and a kill in the middle of a sending:
everybody is told exactly once, or a person is asked."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from bihuan.kernel.database.connection import Embedded
from bihuan.kernel.database.launcher import Launcher
from bihuan.kernel.notices.tests.mailserver import mail_server
from bihuan.kernel.outgoing.tests.receiver import receiving, say
from bihuan.living import BASE_WORLD, furnish

MESSAGES = 40
PATIENCE_SECONDS = 120
PREPARE = """
from bihuan.web.cli.instance import load_django
load_django()
from bihuan.base_world import find_base_world
from bihuan.kernel.notices.actions import notify
from bihuan.kernel.notices.actions.robots import save_robot
from bihuan.kernel.notices.models import Robot, SendingRule
world = find_base_world()
SendingRule.objects.update(retry_minutes=[0] * 6)
world.handler.email = "handler@example.org"
world.handler.save()
robot = Robot(unit=world.bureau, kind="wecom", name="x", with_text=True)
save_robot(robot, by=world.city_officer, address="{origin}/cgi-bin/webhook/send?key=abc")
for number in range({count}):
    fields = dict(template="notices.test", params={{"name": f"message {{number}},"}})
    notify([world.handler], cause=f"thing#{{number}}", units=[world.bureau.pk], **fields)
"""
NUMBER = re.compile(r"message (\d+),")


class House:
    """A home with its own database and the workers that a test starts on it."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.environment = home, environment

    def run(self, code: str) -> None:
        subprocess.run([sys.executable, "-c", code], env=self.environment, check=True)

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "django", "procrastinate", "worker", *options]
        return subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)

    def states(self) -> dict[str, int]:
        rows = self.sql("SELECT state, count(*) FROM notices_delivery GROUP BY state")
        return {str(state): int(count) for state, count in rows}

    def sql(self, text: str) -> list[Any]:
        with psycopg.connect(Embedded(self.home).url, autocommit=True) as connection:
            found = connection.execute(text)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    def wait_for(self, reached: Any) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            assert time.monotonic() < until, self.states()
            time.sleep(0.2)


@contextmanager
def house(origin: str, *, count: int, mail_port: int = 0) -> Iterator[House]:
    home = Path(tempfile.mkdtemp(prefix="bihuan-workers-"))
    home.chmod(0o755)
    environment = {
        **os.environ,
        "BIHUAN_HOME": str(home),
        "BIHUAN_OUTSIDE": origin,
        "BIHUAN_OUTSIDE_NETWORKS": "127.0.0.0/8",
        "BIHUAN_SMTP": f"smtp://127.0.0.1:{mail_port}" if mail_port else "",
        "DJANGO_SETTINGS_MODULE": "bihuan.web.settings",
    }
    server = Launcher(home, durable=False)
    try:
        furnish(home, BASE_WORLD, environment)
        server.start()
        made = House(home, environment)
        made.run(PREPARE.format(origin=origin, count=count))
        yield made
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def number_in(text: str) -> int:
    found = NUMBER.search(text)
    assert found, text
    return int(found[1])


@pytest.mark.story
def test_two_workers_tell_everybody_once():
    """Every third message is first refused with a 500, every fifth with an error code in a 200."""
    accepted: Counter[int] = Counter()
    asked: Counter[int] = Counter()

    def moody(handler, body):
        number = number_in(json.loads(body)["text"]["content"])
        asked[number] += 1
        if asked[number] == 1 and number % 3 == 0:
            return say(handler, 500, b"")
        if asked[number] == 1 and number % 5 == 0:
            return say(handler, 200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}')
        accepted[number] += 1
        return say(handler, 200, b'{"errcode": 0, "errmsg": "ok"}')

    mail = SimpleNamespace()
    with (
        receiving(moody) as receiver,
        mail_server(mail) as keeper,
        house(receiver.origin, count=MESSAGES, mail_port=mail.EMAIL_PORT) as made,
    ):
        workers = [made.worker("--concurrency", "4") for _turn in range(2)]
        try:
            made.wait_for(lambda: made.states() == {"sent": 2 * MESSAGES})
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(timeout=PATIENCE_SECONDS)
        made.worker("--one-shot").wait(timeout=PATIENCE_SECONDS)
    assert accepted == Counter(range(MESSAGES))
    assert Counter(number_in(mail.get_content()) for mail in keeper.got) == Counter(range(MESSAGES))
    assert sum(asked.values()) > MESSAGES


@pytest.mark.story
def test_a_worker_killed_while_sending_leaves_a_doubt_and_no_second_message():
    def silent(handler, body):
        receiver.stop.wait(PATIENCE_SECONDS)

    with receiving(silent) as receiver, house(receiver.origin, count=1) as made:
        worker = made.worker()
        made.wait_for(lambda: receiver.got)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert made.states() == {"sending": 1}
        made.sql("UPDATE notices_delivery SET changed_at = changed_at - interval '1 hour'")
        made.run(
            "from bihuan.web.cli.instance import load_django; load_django()\n"
            "from bihuan.kernel.notices.actions.sweep import sweep; sweep()"
        )
        made.worker("--one-shot").wait(timeout=PATIENCE_SECONDS)
        assert made.states() == {"doubtful": 1}
        assert len(receiver.got) == 1
