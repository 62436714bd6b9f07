"""Looking at an instance from outside: alive, ready, figures; and from where one may look."""

import subprocess
import sys
from unittest.mock import patch

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.evidence.storage import StoreUnreachable
from bihuan.loop.tests.story import Story
from bihuan.web.watch import health, metrics
from bihuan.web.watch.networks import inside

pytestmark = pytest.mark.django_db
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


def heartbeat(seconds_ago: float = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')",
            [seconds_ago],
        )


def job(*, due_seconds_ago: float, status: str = "todo") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)"
            " VALUES ('notices', 'x', 0, '{}', %s, now() - %s * interval '1 second')",
            [status, due_seconds_ago],
        )


def test_alive_asks_nobody(anonymous, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert anonymous.get("/healthz").content == b"ok\n"


def test_alive_while_the_database_is_gone(anonymous):
    with patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        assert anonymous.get("/healthz").status_code == 200
        answer = anonymous.get("/readyz")
    assert answer.status_code == 503
    assert [check["id"] for check in answer.json()["checks"]] == ["database"]


def test_ready_when_every_part_is(anonymous, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    heartbeat()
    answer = anonymous.get("/readyz")
    assert answer.json()["ready"], answer.json()
    assert [check["id"] for check in answer.json()["checks"]] == list(health.CHECKS)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def not_ready(client: Client) -> dict[str, str]:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    return {check["id"]: check["found"] for check in answer.json()["checks"] if not check["ok"]}


def test_not_ready_without_a_worker(anonymous):
    assert "no worker" in not_ready(anonymous)["worker"]
    heartbeat(health.HEARTBEAT_SECONDS + 5)
    assert set(not_ready(anonymous)) == {"worker"}


def test_not_ready_with_a_forgotten_job(anonymous):
    heartbeat()
    job(due_seconds_ago=health.LAG_SECONDS - 5)
    job(due_seconds_ago=-5000)
    job(due_seconds_ago=9000, status="succeeded")
    assert anonymous.get("/readyz").status_code == 200
    job(due_seconds_ago=health.LAG_SECONDS + 5)
    assert set(not_ready(anonymous)) == {"queue"}


def test_not_ready_with_a_schema_of_yesterday(anonymous):
    heartbeat()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'web'")
    health._missing.cache_clear()
    try:
        assert "not applied" in not_ready(anonymous)["migrations"]
    finally:
        health._missing.cache_clear()


def test_not_ready_without_a_place_for_files(anonymous, monkeypatch):
    class Gone:
        def probe(self):
            raise StoreUnreachable(error="refused")

    heartbeat()
    monkeypatch.setattr(health, "store", Gone)
    assert "refused" in not_ready(anonymous)["evidence"]


def test_not_ready_where_nothing_can_be_written(anonymous):
    heartbeat()
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    assert "read-only" in not_ready(anonymous)["database"]


def test_a_stranger_is_told_yes_or_no_and_nothing_else(anonymous):
    assert anonymous.get("/readyz", **STRANGER).json() == {"ready": False}
    assert anonymous.get("/metrics", **STRANGER).status_code == 404
    assert anonymous.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404
    assert anonymous.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 200


def lines(client: Client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_the_figures_say_what_is(anonymous, world):
    story = Story(world).assigned()
    heartbeat(3)
    job(due_seconds_ago=100)
    job(due_seconds_ago=0, status="failed")
    found = lines(anonymous)
    assert found['bihuan_problems{state="assigned"}'] == 1, story
    assert found['bihuan_jobs{queue="notices",state="failed"}'] == 1
    assert 99 < found["bihuan_queue_lag_seconds"] < 200
    assert 2 < found["bihuan_worker_heartbeat_seconds"] < 60
    assert found["bihuan_ledger_last_event"] > 0
    assert found["bihuan_database_up"] == 1
    assert found["bihuan_database_bytes"] > 1e6
    assert 0 < found["bihuan_disk_free_bytes"] < found["bihuan_disk_bytes"]


def test_requests_are_counted_by_page_and_status(anonymous, world, as_user):
    name = 'bihuan_requests_total{method="GET",page="desk",status="200"}'
    before = lines(anonymous).get(name, 0)
    as_user(world.handler).get("/desk/")
    anonymous.get("/desk/")
    anonymous.get("/no/such/张三/")
    anonymous.get("/static/bihuan/mark.svg")
    found = lines(anonymous)
    assert found[name] == before + 1
    assert found['bihuan_requests_total{method="GET",page="desk",status="302"}'] > 0
    assert found['bihuan_request_seconds_count{page="desk"}'] > 0
    assert not any("张三" in line or "static" in line for line in found)


def test_figures_without_a_database_still_say_how_it_stands(anonymous):
    with patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        found = lines(anonymous)
    assert found["bihuan_database_up"] == 0
    assert found["bihuan_disk_free_bytes"] > 0


def test_the_counts_of_all_processes_are_added_up(tmp_path):
    """Two processes count, a third is asked, as under a server with several workers."""
    count = "from bihuan.web.watch.metrics import REQUESTS; REQUESTS.labels('desk', 'GET', 200).inc({})"
    setup = (
        "import os, django; os.environ['PROMETHEUS_MULTIPROC_DIR'] = {!r};"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'bihuan.web.settings'; django.setup(); {}"
    )
    ask = "from bihuan.web.watch.metrics import text; print(text().decode())"
    for code in (count.format(2), count.format(3)):
        subprocess.run([sys.executable, "-c", setup.format(str(tmp_path), code)], check=True)
    asked = [sys.executable, "-c", setup.format(str(tmp_path), ask)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    assert 'bihuan_requests_total{method="GET",page="desk",status="200"} 5.0' in said


@pytest.mark.parametrize(
    ("addresses", "networks", "may"),
    [
        (["127.0.0.1"], ["127.0.0.0/8"], True),
        (["10.1.2.3"], ["127.0.0.0/8", " 10.1.0.0/16 "], True),
        (["::1"], ["::1/128"], True),
        (["127.0.0.1", "10.1.2.3"], ["127.0.0.0/8"], False),
        (["127.0.0.1", " 127.0.0.2"], ["127.0.0.0/8"], True),
        (["unix"], ["127.0.0.0/8"], False),
        ([""], ["127.0.0.0/8"], False),
        ([], ["127.0.0.0/8"], False),
        (["127.0.0.1"], [""], False),
    ],
)
def test_every_address_on_the_way_must_be_known(addresses, networks, may):
    assert inside(addresses, networks) is may


@given(st.lists(st.ip_addresses(v=4).map(str), min_size=1), st.ip_addresses(v=4).map(str))
def test_a_stranger_can_t_claim_their_way_in(claimed, stranger):
    """Whatever a sender writes into the header, the proxy adds the true address."""
    if not stranger.startswith("10."):
        assert not inside([*claimed, stranger], ["10.0.0.0/8"])


def test_every_query_reads_from_a_lived_in_database(world):
    Story(world).assigned()
    for name, says, labels, query in metrics.QUERIES:
        family = metrics._read(name, says, labels, query)
        assert all(len(sample.labels) == len(labels) for sample in family.samples)
    assert timezone.now()


def test_only_the_database_s_own_faults_are_caught():
    assert issubclass(psycopg.OperationalError, psycopg.Error)
    with patch.object(metrics, "QUERIES", (("broken", "", (), "SELECT no_such_column"),)):
        families = {family.name: family for family in metrics.State().collect()}
    assert families["bihuan_database_up"].samples[0].value == 0


def test_the_gateway_s_figures_are_shown_per_process(world, settings, tmp_path, client):
    from bihuan.oversight.monitoring.gateway.figures import Figures, folder
    from bihuan.oversight.monitoring.models import DeviceState, QuarantinedFrame

    settings.BIHUAN_HOME = tmp_path
    folder(tmp_path).mkdir()
    counted = Figures()
    counted.connections = 7
    counted.messages["2051", "stored"] = 12
    counted.answer_seconds.add(0.004)
    counted.answer_seconds.add(0.2)
    counted.write(folder(tmp_path) / "0.json")
    DeviceState.objects.create(mn="MN1", last_seen=timezone.now(), peer="10.0.0.1")
    QuarantinedFrame.objects.create(
        digest=b"d" * 16, peer="p", reason="unreadable", raw=b"#", received_at=timezone.now(),
        last_at=timezone.now(),
    )  # fmt: skip
    said = client.get("/metrics").content.decode()
    for line in (
        'bihuan_gateway_messages_total{command="2051",process="0",result="stored"} 12.0',
        'bihuan_gateway_connections{process="0"} 7.0',
        'bihuan_gateway_answer_seconds_bucket{le="0.005",process="0"} 1.0',
        'bihuan_gateway_answer_seconds_bucket{le="+Inf",process="0"} 2.0',
        'bihuan_quarantine_frames{reason="unreadable"} 1.0',
    ):
        assert line in said
    assert 'bihuan_device_last_seen_seconds{mn="MN1"}' in said


def test_a_process_of_the_gateway_that_is_gone_says_nothing(settings, tmp_path, monkeypatch):
    from bihuan.oversight.monitoring.gateway import figures

    figures.folder(tmp_path).mkdir()
    figures.Figures().write(figures.folder(tmp_path) / "1.json")
    assert [number for number, _said in figures.read(tmp_path)] == ["1"]
    monkeypatch.setattr(figures, "STALE_SECONDS", -1)
    assert not list(figures.read(tmp_path))
