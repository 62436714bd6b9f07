"""From the frame to the struck-off problem, with a real gateway, worker and browsers: a chimney's hours reach
the gateway, exceed, become a problem that the enterprise handles, and only normal data let it be closed.
SCREENSHOTS names a folder that keeps the pictures."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.kernel.database.connection import free_port
from bihuan.loop.tests.files import picture
from bihuan.oversight.enterprises.tests.conftest import MN
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, SHANGHAI, day_of, hour_of, start_of
from bihuan.player import Player
from bihuan.web.cli.supervisor import COMMAND

pytestmark = pytest.mark.story
PATIENCE_SECONDS = 240
DAYS_BACK, QUIET, BEYOND = 2, 1, 5
"""It exceeds from one hour to the other of the day before yesterday: as far as judgement looks back."""
FURNISH = """
from datetime import date
from bihuan.base_world import find_base_world
from bihuan.oversight.enterprises.public import unit_of
from bihuan.oversight.enterprises.tests.conftest import build_plant
from bihuan.oversight.monitoring.actions.rules import publish_rule
world = find_base_world()
unit_of(build_plant(world).enterprise)
publish_rule("closing", by=world.city_officer, parameters={"normal_hours": 36}, valid_from=date(2026, 1, 1),
             source="市局通知", reason="按本市要求")
"""


class Chimney:
    """A data logger that delivers hours of sulphur dioxide and reads the answers."""

    def __init__(self, port: int) -> None:
        self.port = port

    def deliver(self, values: dict[datetime, float]) -> None:
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=60)) as line:
            for at, value in values.items():
                line.sendall(self._frame(at, value))
                answer = line.recv(4096).decode()
                assert "CN=9014" in answer, answer

    def _frame(self, at: datetime, value: float) -> bytes:
        header = [
            ("QN", f"{datetime.now(SHANGHAI):%Y%m%d%H%M%S}{at.hour:03d}"), ("ST", "31"), ("CN", "2061"),
            ("PW", "123456"), ("MN", MN), ("Flag", "5"),
        ]  # fmt: skip
        items = [
            [("DataTime", f"{at:%Y%m%d%H%M%S}")],
            [("a21026-Min", f"{value - 1:.1f}"), ("a21026-Avg", f"{value:.1f}"),
             ("a21026-Max", f"{value + 1:.1f}"), ("a21026-Flag", "N")],
        ]  # fmt: skip
        return encode(header, items)


def hours(first: int, last: int | None, value: float) -> dict[datetime, float]:
    """Hours of the day before yesterday counted from its start; None goes on to the last that is over."""
    now = hour_of(datetime.now(SHANGHAI))
    begin = start_of(day_of(now) - DAYS_BACK * DAY)
    until_then = last if last is not None else round((now - begin) / HOUR)
    return {begin + n * HOUR: value + n % 3 for n in range(first, until_then)}


@pytest.fixture(scope="module")
def chimney(instance: Any) -> Iterator[Chimney]:
    instance.run(f"exec({FURNISH!r})")
    port = free_port()
    command = [sys.executable, "-c", COMMAND, "gateway", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "BIHUAN_HOME": str(instance.home)})
    try:
        until(lambda: _listens(port))
        yield Chimney(port)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE_SECONDS
    while not (answer := found()):
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(1)
    return answer


@pytest.fixture(scope="module")
def people(browser: Any, instance: Any) -> dict[str, Player]:
    names = ("county_officer", "list_manager", "city_officer", "clerk", "acceptor")
    return {name: Player(browser, instance, name) for name in names}


def shoot(person: Player, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        person.page.screenshot(path=Path(folder) / f"story-{name}-1440.png", full_page=True)


def test_an_exceedance_is_found_handled_and_closed_after_normal_data(
    chimney: Chimney, people: dict[str, Player], instance: Any, tmp_path: Any
) -> None:
    officer, outlet = (
        people["county_officer"],
        instance.rows("SELECT id FROM enterprises_outlet WHERE code = 'DA001'")[0][0],
    )
    page = f"/monitoring/outlets/{outlet}/?span=week&factor=a21026"
    assert "此时段没有测得数据" in officer.open(page)

    chimney.deliver(hours(0, QUIET, 31.0) | hours(QUIET, BEYOND, 82.5))
    pk = until(lambda: problem_of(instance))
    assert "最高 84.5 mg/m³" in officer.open(page)
    assert "超标" in officer.page.inner_text(".episodes")
    shoot(officer, "exceeds")

    handled(people, pk, tmp_path)
    assert "报警仍在持续" in people["city_officer"].problem(pk)

    chimney.deliver(hours(BEYOND, None, 30.0))
    until(lambda: instance.rows("SELECT 1 FROM monitoring_alarm WHERE rule = 'E1' AND ended_at IS NOT NULL"))
    people["city_officer"].act(pk, "close", archive_index="档-2026-9")
    text = people["city_officer"].problem(pk)
    assert "已销号" in text
    assert people["city_officer"].page.locator("[data-drawing] svg").count() == 1
    shoot(people["city_officer"], "closed")
    assert instance.rows("SELECT handling FROM monitoring_alarm WHERE rule = 'E1'") == [("raised",)]


def problem_of(instance: Any) -> int | None:
    found = instance.rows("SELECT problem_id FROM loop_sourcerecord WHERE kind = 'alarm'")
    return int(found[0][0]) if found and found[0][0] else None


def handled(people: dict[str, Player], pk: int, folder: Path) -> None:
    """Taken up by the offices, assigned to the enterprise, rectified by its clerk, accepted."""
    photos = {}
    for side in ("before", "after"):
        photos[side] = folder / f"{side}.jpg"
        photos[side].write_bytes(picture(side).read())
    clerk, acceptor = people["clerk"], people["acceptor"]
    people["county_officer"].act(pk, "accept_report")
    people["list_manager"].act(pk, "register", substantiation="属实", level="一般")
    people["city_officer"].act(
        pk, "assign", lead_unit="海宁某印染有限公司", acceptance_unit="嘉兴市生态环境局",
        leading_official="陈领导",
    )  # fmt: skip
    clerk.act(pk, "start")
    shoot(clerk, "clerk")
    clerk.act(pk, "record_progress", text="更换脱硫剂，调整喷淋量")
    clerk.act(pk, "attach", file=str(photos["after"]), side="整改后", caption="脱硫塔检修后")
    words = {f"standard_{number}": f"第{number}条已落实" for number in range(1, 6)}
    clerk.act(pk, "self_check", **words, statement="数据已恢复正常，申请验收")
    ticks = {f"standard_{number}": True for number in range(1, 6)}
    acceptor.act(
        pk, "pass_acceptance", **ticks, visited_on=date.today().isoformat(), signatures="王验收 科长"
    )


def test_the_wall_counts_again_without_being_asked(chimney: Chimney, people: dict[str, Player]) -> None:
    """The page redraws its counts by itself within five seconds."""
    officer = people["city_officer"]
    officer.open("/monitoring/")
    first = officer.page.inner_text("#wall-counts p")
    officer.page.wait_for_function(
        "said => document.querySelector('#wall-counts p').innerText !== said", arg=first, timeout=30_000
    )
    shoot(officer, "wall")


def test_spans_are_chosen_without_a_new_page_and_the_address_follows(
    chimney: Chimney, people: dict[str, Player], instance: Any
) -> None:
    officer = people["county_officer"]
    outlet = instance.rows("SELECT id FROM enterprises_outlet WHERE code = 'DA001'")[0][0]
    officer.open(f"/monitoring/outlets/{outlet}/")
    officer.page.evaluate("window.stays = true")
    officer.page.click("text=1 年")
    officer.page.wait_for_selector("[aria-current]:has-text('1 年')")
    officer.page.wait_for_selector("[data-curve][data-ready] svg")
    assert "span=year" in officer.page.url
    assert officer.page.evaluate("window.stays") is True
    officer.page.go_back()
    officer.page.wait_for_selector("[aria-current]:has-text('7 天')")
