"""`bihuan bench problems`: how the pages of the loop behave over a million problems."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console

from bihuan.web.cli.bench.crowd import Crowd
from bihuan.web.cli.bench.results import percentile, show
from bihuan.web.cli.bench.scratch import scratch

CITY, COUNTY, UNIT = "shiban", "office330481", "housing330481"
DEEP_PAGES = 400
PAST_DAY = "2024-06-30"
say = Console(stderr=True, highlight=False)

# What is asked, by whom, and where; `{…}` is filled from the records that were made.
PAGES: tuple[tuple[str, str, str], ...] = (
    ("desk, city office", CITY, "/desk/"),
    ("desk, county office", COUNTY, "/desk/"),
    ("desk, responsible unit", UNIT, "/desk/"),
    ("city screen", CITY, "/city/"),
    ("list", CITY, "/problems/"),
    ("list, county", COUNTY, "/problems/"),
    ("list, unit", UNIT, "/problems/"),
    ("list by number", CITY, "/problems/?sort=number"),
    ("list by due date", CITY, "/problems/?sort=due_on"),
    ("list by place", CITY, "/problems/?sort=jurisdiction"),
    ("list, deep page", CITY, "{deep}"),
    ("filter: open", CITY, "/problems/?standing=open"),
    ("filter: overdue", CITY, "/problems/?standing=overdue"),
    ("filter: due this week", CITY, "/problems/?standing=week"),
    ("filter: completed", CITY, "/problems/?standing=completed"),
    ("filter: closed", CITY, "/problems/?standing=closed"),
    ("filter: state", CITY, "/problems/?state=self_checked"),
    ("filter: level", CITY, "/problems/?level=major"),
    ("filter: kind", CITY, "/problems/?procedure=petition"),
    ("filter: county", CITY, "/problems/?jurisdiction=330481"),
    ("filter: due between", CITY, "/problems/?due_from=2026-01-01&due_to=2026-12-31"),
    ("filter: reported in a month", CITY, "/problems/?reported_from=2024-05-01&reported_to=2024-05-31"),
    ("filter: county, level, month", CITY,
     "/problems/?jurisdiction=330481&level=serious&reported_from=2024-05-01&reported_to=2024-05-31"),
    ("search: common (垃圾)", CITY, "/problems/?q=垃圾"),
    ("search: two characters (蓝藻)", CITY, "/problems/?q=蓝藻"),
    ("search: rare (放射源标识)", CITY, "/problems/?q=放射源标识"),
    ("search: two words", CITY, "/problems/?q=长安镇 油烟"),
    ("search: nothing found", CITY, "/problems/?q=火星基地"),
    ("search: common, county", COUNTY, "/problems/?q=垃圾"),
    ("search: a number", CITY, "/problems/?q={number}"),
    ("find anything", CITY, "/find/?q=蓝藻"),
    ("map, counts by county", CITY, "/map/counties.geojson"),
    ("map, open points", CITY, "/map/points.geojson"),
    ("figures", CITY, "/figures/?as_of=2026-01-20"),
    ("figures, past day", CITY, "/figures/?as_of=2023-01-20"),
    ("list, past day", CITY, f"/problems/?as_of={PAST_DAY}"),
    ("list, past day, open then", CITY, f"/problems/?as_of={PAST_DAY}&state=rectifying"),
    ("city screen, past day", CITY, f"/city/?as_of={PAST_DAY}"),
    ("problem", CITY, "{problem}"),
    ("problem, county", COUNTY, "{problem}"),
)  # fmt: skip


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Solved problems beside the small city.")
@click.option("--times", default=15, show_default=True, help="How often each page is asked for.")
@click.option("--clients", default=16, show_default=True, help="Readers at the same time.")
@click.option("--seconds", default=30.0, show_default=True, help="How long they read.")
@click.option("--keep", is_flag=True, help="Use the city of an earlier run and leave it for a later one.")
@click.option("--only", default="", help="Only the pages whose name holds this.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def problems(
    *, rows: int, times: int, clients: int, seconds: float, keep: bool, only: str, as_json: bool
) -> None:
    """Ask for every kind of page of the loop, one by one and then by many readers at once."""
    with scratch("problems", keep=keep):
        made = build(rows)
        asked = [(name, user, path.format(**facts())) for name, user, path in PAGES if only in name]
        readers = {user: Reader(user) for _name, user, _path in asked}
        measured = [readers[user].measure(name, path, times) for name, user, path in asked]
        show(f"{made:,} problems, each page {times} times", measured, as_json=as_json)
        if clients and not only:
            # A past day stays with the login that all of them share.
            now = {name: path for name, user, path in asked if user == CITY and "as_of" not in path}
            lists = [path for name, path in now.items() if name.startswith(("list", "filter"))]
            crowd = Crowd(readers[CITY].cookies, clients=clients, seconds=seconds)
            found = [crowd.read("list pages", lists), crowd.read("all pages", list(now.values()))]
            show(f"{clients} readers at once, {seconds:.0f} s", found, as_json=as_json)


def build(rows: int) -> int:
    """The small demo city with `rows` solved problems, or what an earlier run left; returns their number."""
    from django.db import connection, transaction

    from bihuan.loop.demo import build_solved
    from bihuan.loop.models import Problem
    from bihuan.web.demo_city import build as build_city
    from bihuan.web.demo_city.world import build_grid_workers

    if not Problem.objects.exists():
        begun = time.monotonic()
        with transaction.atomic():
            build_city("small", progress=say.print)
            build_grid_workers()
            build_solved(rows, progress=say.print)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server does by itself within the day
        say.print(f"built in {time.monotonic() - begun:.0f} s")
    return Problem.objects.count()


def facts() -> dict[str, str]:
    """Addresses that depend on the records: a problem from the middle, and a page far down the list."""
    from django.db.models import Max

    from bihuan.kernel.registers.paging import encode
    from bihuan.loop.models import Problem

    patrols = Problem.objects.filter(procedure_key="patrol", jurisdiction_path__startswith="33/3304/330481/")
    last = patrols.aggregate(last=Max("pk"))["last"]
    middle = patrols.filter(pk__gte=last // 2).order_by("pk").first() or patrols.first()
    assert middle is not None
    token = encode(middle, "-reported_at", backward=False)
    return {
        "number": middle.number,
        "problem": f"/problems/{middle.pk}/",
        "deep": f"/problems/?page={quote(token)}",
    }


@dataclass
class Taken:
    """What one answer took: milliseconds in all and in the database, and the number of queries."""

    page_ms: float = 0.0
    sql_ms: float = 0.0
    queries: int = 0

    @contextmanager
    def watch(self) -> Iterator[None]:
        from django.db import connection

        begun = time.perf_counter()
        with connection.execute_wrapper(self._query):
            yield
        self.page_ms = (time.perf_counter() - begun) * 1000

    def _query(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.sql_ms += (time.perf_counter() - begun) * 1000
            self.queries += 1


@dataclass
class Reader:
    """Somebody with a desk, logged in once."""

    username: str
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        from django.test import Client

        from bihuan.kernel.people.models import User

        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(User.objects.get(username=self.username))

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())

    def measure(self, name: str, path: str, times: int) -> dict[str, Any]:
        """Ask `times` times after one that warms the caches; a past day is left behind at the end."""
        taken = [self._ask(path) for _time in range(times + 1)][1:]
        if "as_of" in path:
            self.client.get("/problems/?as_of=now")
        pages, sqls = [one.page_ms for one in taken], [one.sql_ms for one in taken]
        return {
            "page": name,
            "queries": max(one.queries for one in taken),
            "sql p50 ms": percentile(sqls, 0.5),
            "sql p95 ms": percentile(sqls, 0.95),
            "page p50 ms": percentile(pages, 0.5),
            "page p95 ms": percentile(pages, 0.95),
        }

    def _ask(self, path: str) -> Taken:
        taken = Taken()
        with taken.watch():
            answer = self.client.get(path)
        if answer.status_code != 200:
            raise click.ClickException(f"{path} answered {answer.status_code}")
        return taken
