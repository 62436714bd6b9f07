"""What the pages say when something they stand on fails, each failure made for real."""

import errno
import html
import os
import re
import shutil
import smtplib
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from bihuan.kernel.database.connection import free_port
from bihuan.kernel.evidence.configuration import evidence_store
from bihuan.kernel.people.models import User
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.models import Problem
from bihuan.loop.tests.files import picture
from bihuan.page_text import page_text
from bihuan.web import outages
from bihuan.web.tests.elsewhere import elsewhere

WORDS = "昨夜三点河水发黑 <气味刺鼻>"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def place(django_db_setup, django_db_blocker, tmp_path):
    """A place whose failures reach nobody else, and a handler logged in to it."""
    with django_db_blocker.unblock(), elsewhere(tmp_path / "home", base_world=True):
        yield


@pytest.fixture
def client(place) -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(User.objects.get(username="handler"))
    return made


@pytest.fixture
def form(place) -> dict[str, Any]:
    county = Jurisdiction.objects.get(code="330481")
    return {
        "title": WORDS,
        "jurisdiction": county.pk,
        "place": "运河边",
        "procedure": "patrol",
        "once": uuid4().hex,
    }


def offered(answer: Any) -> dict[str, str]:
    """The form that the error page offers to send again."""
    found = HIDDEN.findall(answer.content.decode())
    return {name: html.unescape(value) for name, value in found}


def assert_told(answer: Any, heading: str) -> None:
    text = page_text(answer, 503)
    assert heading in text
    assert html.escape(WORDS) in text
    assert answer.headers["Retry-After"]
    assert answer.headers["X-Request-ID"] in text


def test_a_stopped_database_keeps_the_words_and_takes_them_later(client, form):
    there = connection.settings_dict
    connection.close()
    kept, there["PORT"] = there["PORT"], str(free_port())
    try:
        assert "数据库" in page_text(client.get(reverse("desk")), 503)
        answer = client.post(reverse("problem-new"), form)
        assert_told(answer, "数据库")
    finally:
        there["PORT"] = kept
    again = offered(answer)
    assert again["title"] == WORDS
    assert client.post(reverse("problem-new"), again).status_code == 302
    assert client.post(reverse("problem-new"), again).status_code == 302
    assert Problem.objects.get().title == WORDS


def test_a_connection_that_is_cut_is_the_database_s_fault(client, form):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    with cut(backend):
        answer = client.post(reverse("problem-new"), form)
    assert_told(answer, "数据库")
    assert client.post(reverse("problem-new"), offered(answer)).status_code == 302
    assert Problem.objects.count() == 1


@contextmanager
def cut(backend: int):
    """End the page's own connection when it writes its first event."""
    there = connection.settings_dict
    other = psycopg.connect(
        host=there["HOST"],
        port=there["PORT"],
        user=there["USER"],
        password=there["PASSWORD"],
        dbname=there["NAME"],
        autocommit=True,
    )
    done = []

    def end(execute, sql, params, many, context):
        if "ledger_event" in sql and sql.startswith("INSERT") and not done:
            done.append(other.execute("SELECT pg_terminate_backend(%s)", [backend]).fetchone())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end):
        yield
    other.close()
    assert done


def test_a_read_only_database_still_shows_and_says_why_it_takes_nothing(client, form):
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    connection.close()
    assert client.get(reverse("problems-list")).status_code == 200
    assert_told(client.post(reverse("problem-new"), form), "暂时不能")
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    connection.close()
    assert client.post(reverse("problem-new"), form).status_code == 302


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes, and a way to fill it to the last byte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted as root where the machine allows it")
    for folder in tmp_path.parents:
        if folder.owner() == "root" and folder.stat().st_mode & 0o005 != 0o005 and folder != Path("/root"):
            folder.chmod(folder.stat().st_mode | 0o005)
    tmp_path.chmod(0o755)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    waste = disk / "waste"
    with waste.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(disk).free < 4096
    return waste


def test_a_full_disk_of_the_evidence_keeps_the_words(client, form, small_disk, settings):
    settings.MEDIA_ROOT = small_disk / "evidence"
    waste = fill(small_disk)
    answer = client.post(reverse("problem-new"), form | {"photo": picture("before")})
    assert_told(answer, "磁盘")
    assert "重新选择" in page_text(answer, 503)
    assert offered(answer) == {}
    assert not Problem.objects.exists()
    waste.unlink()
    assert client.post(reverse("problem-new"), form | {"photo": picture("before")}).status_code == 302


def test_a_full_disk_for_arriving_files_keeps_the_words(client, form, small_disk, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(small_disk)
    waste = fill(small_disk)
    for content in (b"short", bytes(1 << 20)):
        answer = client.post(reverse("problem-new"), {"photo": SimpleUploadedFile("a.jpg", content)} | form)
        assert_told(answer, "磁盘")
    waste.unlink()
    answer = client.post(reverse("problem-new"), form | {"photo": picture("before")})
    assert answer.status_code == 302


def test_a_full_disk_of_the_database_keeps_the_words(client, form, small_disk):
    space = f"full_{uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        owner = Path(cursor.fetchone()[0]).stat()
        (small_disk / "data").mkdir()
        os.chown(small_disk / "data", owner.st_uid, owner.st_gid)
        cursor.execute(f"CREATE TABLESPACE {space} LOCATION '{small_disk / 'data'}'")
        cursor.execute(f"ALTER TABLE loop_problem SET TABLESPACE {space}")
    try:
        waste = fill(small_disk)
        for _try in range(40):  # until the page at hand has no room left
            answer = client.post(
                reverse("problem-new"), form | {"once": uuid4().hex, "description": token_hex(2000)}
            )
            if answer.status_code != 302:
                break
        assert_told(answer, "磁盘")
        before = Problem.objects.count()
        waste.unlink()
        assert client.post(reverse("problem-new"), offered(answer)).status_code == 302
        assert Problem.objects.count() == before + 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE loop_problem SET TABLESPACE pg_default")
            cursor.execute(f"DROP TABLESPACE {space}")


def test_a_store_that_is_gone_shows_the_form_again_with_its_words(client, form, settings):
    gone = {"BIHUAN_S3_BUCKET": "city", "BIHUAN_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    keys = {"BIHUAN_S3_ACCESS_KEY": "key", "BIHUAN_S3_SECRET_KEY": "secret", "BIHUAN_S3_REGION": "cn"}
    settings.STORAGES = {**settings.STORAGES, "evidence": evidence_store(gone | keys)}
    answer = client.post(reverse("problem-new"), form | {"photo": picture("before")})
    text = page_text(answer)
    assert html.escape(WORDS) in text
    assert "佐证存储" in text
    assert not Problem.objects.exists()


def test_a_secret_is_not_offered_again(client):
    there = connection.settings_dict
    connection.close()
    kept, there["PORT"] = there["PORT"], str(free_port())
    try:
        answer = Client(raise_request_exception=False).post(
            reverse("login"), {"username": "handler", "password": "bihuan-test"}
        )
    finally:
        there["PORT"] = kept
    text = page_text(answer, 503)
    assert "bihuan-test" not in text
    assert offered(answer) == {}


def test_a_fault_of_ours_offers_the_words_again_too(client, form, monkeypatch):
    from bihuan.loop.forms import ReportForm

    def fail(form):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(ReportForm, "perform", fail)
        answer = client.post(reverse("problem-new"), form)
    assert html.escape(WORDS) in page_text(answer, 500)
    assert client.post(reverse("problem-new"), offered(answer)).status_code == 302


def psycopg_error(state: str) -> Exception:
    return psycopg.errors.lookup(state)("words that are not looked at")


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (psycopg_error("25006"), "database-read-only"),
        (psycopg_error("53100"), "disk-full"),
        (psycopg_error("53300"), "busy"),
        (psycopg_error("40P01"), "busy"),
        (psycopg_error("40001"), "busy"),
        (psycopg_error("57P03"), "database-gone"),
        (psycopg_error("08006"), "database-gone"),
        (psycopg.OperationalError("connection refused"), "database-gone"),
        (psycopg_error("23505"), None),
        (smtplib.SMTPServerDisconnected(), "mail-gone"),
        (OSError(errno.ENOSPC, "full"), "disk-full"),
        (OSError(errno.EDQUOT, "quota"), "disk-full"),
        (OSError(errno.EROFS, "read-only"), "disk-full"),
        (OSError(errno.ENOENT, "gone"), None),
        (ValueError(), None),
        (None, None),
    ],
)
def test_an_outage_is_known_by_its_code(error, key):
    found = outages.outage_of(error)
    assert (found.key if found else None) == key


def test_an_outage_is_known_behind_what_it_caused():
    wrapped = OperationalError("outer")
    wrapped.__cause__ = psycopg_error("53100")
    assert outages.outage_of(wrapped) is outages.DISK_FULL


def test_each_outage_has_its_chapter_for_the_operator(db):  # `db`: pytest-django builds for such tests only
    guide = (Path(__file__).resolve().parents[4] / "docs/operate.md").read_text(encoding="utf-8")
    for _applies, outage in outages.TABLE:
        assert f"`{outage.key}`" in guide
