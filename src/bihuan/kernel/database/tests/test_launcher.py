"""The launcher against real servers, each in a home of its own."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import psycopg
import pytest

from bihuan.kernel.database import launcher as module
from bihuan.kernel.database.launcher import Launcher, share_of
from bihuan.kernel.errors import Unusable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give privileges away")


@pytest.fixture(autouse=True)
def shared_place(monkeypatch):
    """Where the cluster of a closed home goes: a folder of this test instead of the machine's."""
    shared = Path(tempfile.mkdtemp(prefix="bihuan-shared-"))
    shared.chmod(0o755)
    monkeypatch.setattr(module, "SHARED", shared)
    yield shared
    shutil.rmtree(shared)


@pytest.fixture
def home():
    """A home that everybody may walk to, unlike pytest's own temporary folders."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan home "))
    folder.chmod(0o755)
    yield folder
    Launcher(folder).stop()
    shutil.rmtree(folder)


def setting(url: str, name: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.execute(f"SHOW {name}").fetchone()[0]


def test_first_start_second_start_and_stop(home):
    server = Launcher(home)
    assert not server.is_running()
    url = server.start()
    assert server.is_running()
    assert Launcher(home).start() == url
    assert setting(url, "fsync") == setting(url, "synchronous_commit") == "on"
    assert setting(url, "server_encoding") == "UTF8"
    server.stop()
    assert not server.is_running()
    server.stop()
    assert server.start() == url


@pytest.mark.parametrize(
    ("memory", "shared", "planned", "each"),
    [
        (1_000, "128MB", "512MB", "4MB"),
        (24_000, "2048MB", "12000MB", "46MB"),
        (128_000, "2048MB", "64000MB", "64MB"),
    ],
)
def test_the_server_s_share_grows_with_the_machine(memory, shared, planned, each):
    assert share_of(memory) == {
        "shared_buffers": shared,
        "effective_cache_size": planned,
        "work_mem": each,
    }


def test_a_server_without_durability_is_refused_where_it_matters(home):
    url = Launcher(home, durable=False).start()
    assert setting(url, "fsync") == "off"
    with pytest.raises(Unusable):
        Launcher(home).start()


def test_a_stale_pid_file_counts_as_stopped(home):
    server = Launcher(home)
    server.start()
    crashed = server._process()
    os.kill(crashed, 9)
    while server._process() is not None:
        pass
    pid_file = server.data / "postmaster.pid"
    assert pid_file.exists()
    assert not server.is_running()
    # The number now belongs to somebody else: this very test.
    pid_file.write_text(pid_file.read_text().replace(str(crashed), str(os.getpid()), 1))
    assert not server.is_running()
    # Orphans of the killed server hold its memory for a moment; the next start must outlast them.
    server.start()
    assert server.is_running()


def test_an_occupied_port_is_left_to_its_owner(home):
    server = Launcher(home)
    first = server.start()
    server.stop()
    with socket.create_server(("127.0.0.1", server.place.port)):
        second = server.start()
    assert second != first
    assert server.is_running()


def test_another_major_version_is_refused(home):
    server = Launcher(home)
    server._create()
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(Unusable) as refusal:
        server.start()
    assert "15" in str(refusal.value)


def test_a_broken_off_first_start_is_begun_again(home):
    server = Launcher(home)
    half_done = server.base / "data.new"
    half_done.mkdir(parents=True)
    (half_done / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.is_running()
    assert not half_done.exists()


def test_stop_leaves_a_server_that_others_use(home):
    server = Launcher(home, durable=False)
    with psycopg.connect(server.start()):
        server.stop(unless_in_use=True)
        assert server.is_running()
    server.stop(unless_in_use=True)


def test_recreate_forgets_every_record(home):
    server = Launcher(home, durable=False)
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    server.recreate_database()
    with psycopg.connect(server.place.url) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == (None,)


def test_a_failing_program_says_why(home):
    server = Launcher(home)
    with pytest.raises(Unusable) as refusal:
        server._run("postgres", "--no-such-option")
    assert "no-such-option" in str(refusal.value)
    assert server.log.stat().st_mode & 0o077 == 0


@as_root
def test_as_root_the_server_belongs_to_nobody(home):
    server = Launcher(home, durable=False)
    server.start()
    assert server.base == home / "postgres"
    assert Path(f"/proc/{server._process()}").stat().st_uid == server.owner.pw_uid


@as_root
def test_as_root_a_closed_home_keeps_its_cluster_elsewhere(tmp_path, shared_place):
    tmp_path.chmod(0o700)
    server = Launcher(tmp_path / "var", durable=False)
    try:
        server.start()
        assert server.base.parent == shared_place
        assert Launcher(tmp_path / "var").data == server.data
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


@as_root
def test_as_root_a_home_made_anew_does_not_meet_the_old_cluster(tmp_path):
    tmp_path.chmod(0o700)
    old = Launcher(tmp_path / "var")
    shutil.rmtree(tmp_path / "var")
    new = Launcher(tmp_path / "var")
    assert new.base != old.base
    assert Launcher(tmp_path / "var").base == new.base


@as_root
def test_as_root_closed_binaries_are_copied(home, monkeypatch):
    open_to_all = module._passable
    monkeypatch.setattr(
        module, "_passable", lambda path: "site-packages" not in str(path) and open_to_all(path)
    )
    server = Launcher(home, durable=False)
    server.start()
    assert server._binaries().is_relative_to(server.base)
    assert server.is_running()


def test_the_server_s_log_quotes_no_record(home):
    server = Launcher(home, durable=False)
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('张三丰')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('张三丰')")
        with pytest.raises(psycopg.errors.SyntaxError):
            connection.execute("SELECT '张三丰' FROM WHERE")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT '张三丰'::int")
    server.stop()
    log = server.log.read_text()
    assert "shut down" in log
    assert "张三丰" not in log


def test_the_socket_has_a_short_path_even_in_a_deep_home(home):
    shallow, deep = module._socket_folder(home), module._socket_folder(home / ("long" * 40))
    for folder in (shallow, deep):
        assert len(str(folder / ".s.PGSQL.65535")) <= module.SOCKET_PATH_LIMIT
    assert shallow == home / "run"
    assert deep != module._socket_folder(home / ("deep" * 40))


def test_a_folder_of_somebody_else_is_refused(home):
    server = Launcher(home)
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (home / "link").symlink_to(elsewhere)
    with pytest.raises(Unusable):
        server._folder(home / "link")
