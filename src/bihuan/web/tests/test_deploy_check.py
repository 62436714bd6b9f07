"""`bihuan check --deploy`: each unsafe setting is named with what to set instead; a safe one passes."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bihuan.kernel.people.models import User
from bihuan.web.cli import check, deploy
from bihuan.web.demo_city import accounts
from bihuan.web.tests.test_commands import bihuan

pytestmark = pytest.mark.django_db
LONG = "q7RkT2vXyZ0aBcDeFgHiJkLmNoPqRsTuVwXyZ123456789ab"
SAFE = {
    "DEBUG": False,
    "BIHUAN_DEMO": False,
    "SECRET_KEY": LONG,
    "ALLOWED_HOSTS": ["bihuan.example.gov.cn"],
    "BIHUAN_HTTPS": True,
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "BIHUAN_TRUSTED_PROXIES": 1,
    "BIHUAN_SECOND_FACTOR": "required",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


def database(**changed) -> dict:
    said = {"NAME": "bihuan", "USER": "bihuan", "PASSWORD": LONG, "HOST": "db.example.cn", "OPTIONS": {}}
    said["OPTIONS"] = {"sslmode": "verify-full"}
    return {"default": said | changed}


@pytest.fixture
def safe(world, settings, tmp_path, monkeypatch):
    """A configuration without a finding, which each case spoils in one place."""
    tmp_path.chmod(0o700)
    for name, value in SAFE.items():
        setattr(settings, name, value)
    settings.BIHUAN_HOME = tmp_path
    monkeypatch.setattr(deploy, "database_in_use", lambda: database()["default"])
    monkeypatch.setattr(deploy.os, "geteuid", lambda: 1000)
    return settings


def findings() -> dict[str, deploy.Look]:
    return {name: look() for name, look in deploy.DEPLOYMENT.items()}


def refused() -> set[str]:
    return {name for name, look in findings().items() if not look.ok}


def test_a_safe_configuration_passes(safe):
    assert refused() == set()


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("DEBUG", True, "debug"),
        ("BIHUAN_DEMO", True, "demo"),
        ("SECRET_KEY", "short", "secret"),
        ("SECRET_KEY", "ab" * 40, "secret"),
        ("ALLOWED_HOSTS", ["*"], "hosts"),
        ("ALLOWED_HOSTS", [".gov.cn"], "hosts"),
        ("ALLOWED_HOSTS", ["127.0.0.1", "localhost"], "hosts"),
        ("BIHUAN_HTTPS", False, "https"),
        ("SESSION_COOKIE_SECURE", False, "cookies"),
        ("SECURE_HSTS_SECONDS", 0, "hsts"),
        ("BIHUAN_TRUSTED_PROXIES", 0, "proxy"),
        ("BIHUAN_SECOND_FACTOR", "optional", "second factor"),
        ("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend", "mail"),
        ("BIHUAN_OIDC_NAME", "浙政通", "identity provider"),
        ("X_FRAME_OPTIONS", "SAMEORIGIN", "framework"),
    ],
)
def test_an_unsafe_setting_is_named_with_what_to_set(safe, name, value, finding):
    if name == "BIHUAN_OIDC_NAME":
        app = {"client_id": "", "secret": "", "settings": {"server_url": "http://idp"}}
        safe.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    setattr(safe, name, value)
    assert refused() == {finding}
    assert findings()[finding].do


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"PASSWORD": "postgres"}, "database password"),
        ({"PASSWORD": ""}, "database password"),
        ({"PASSWORD": "Bihuan"}, "database password"),
        ({"PASSWORD": "k3#Lq9"}, "database password"),
        ({"OPTIONS": {}}, "database tls"),
        ({"OPTIONS": {}, "HOST": "127.0.0.1"}, None),
        ({"OPTIONS": {}, "HOST": "/run/postgresql"}, None),
    ],
)
def test_the_database_s_password_and_line(safe, monkeypatch, changed, finding):
    monkeypatch.setattr(deploy, "database_in_use", lambda: database(**changed)["default"])
    assert refused() == ({finding} if finding else set())


@pytest.mark.parametrize(("mode", "ok"), [(0o700, True), (0o750, True), (0o755, False), (0o770, False)])
def test_a_home_that_others_read_is_refused(safe, tmp_path, mode, ok):
    tmp_path.chmod(mode)
    assert (refused() == set()) is ok


def test_a_secret_that_others_read_is_refused(safe, tmp_path):
    (tmp_path / "secret_key").touch(0o644)
    assert refused() == {"secret file"}


def test_root_and_missing_administrators_are_named(safe, monkeypatch):
    monkeypatch.setattr(deploy.os, "geteuid", lambda: 0)
    User.objects.filter(username="administrator").update(is_active=False)
    assert refused() == {"process owner", "administrator"}


def test_accounts_of_the_demo_are_named(safe):
    User.objects.filter(username="leader").update(username=accounts.SHOWN[0])
    assert refused() == {"demo"}


def test_the_command_prints_both_lists_and_exits_with_1(world):
    shown = CliRunner().invoke(check.check, ["--deploy", "--json"])
    said = {one["id"]: one for one in json.loads(shown.output)}
    assert set(said) == {*check.CHECKS, *deploy.DEPLOYMENT}
    assert not said["https"]["ok"]
    assert "BIHUAN_HTTPS=1" in said["https"]["do"]
    assert shown.exit_code == 1
    assert "what to set" in CliRunner().invoke(check.check, ["--deploy"], env={"COLUMNS": "200"}).output


READ = "from bihuan.web import settings; print(settings.BIHUAN_SECOND_FACTOR, len(settings.SECRET_KEY))"


def read_settings(home, **environment: str) -> subprocess.CompletedProcess[str]:
    """The settings as a process of their own reads them."""
    cleared = {
        "BIHUAN_HOME": str(home),
        "BIHUAN_SECOND_FACTOR": "",
        "BIHUAN_DEMO": "",
        "BIHUAN_SECRET_KEY": "",
    }
    command = [sys.executable, "-c", READ]
    return subprocess.run(command, env=os.environ | cleared | environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({}, "required"),
        ({"BIHUAN_DEMO": "1"}, "optional"),
        ({"BIHUAN_DEMO": "1", "BIHUAN_SECOND_FACTOR": "required"}, "required"),
    ],
)
def test_the_second_factor_is_required_unless_it_is_a_demo(tmp_path, environment, asked):
    said, letters = read_settings(tmp_path, **environment).stdout.split()
    assert said == asked
    assert int(letters) >= deploy.SHORTEST_SECRET


NOWHERE = "postgresql://me@127.0.0.1:1/none"


def test_no_weak_secret_outside_debug(tmp_path):
    refused = bihuan("check", BIHUAN_HOME=str(tmp_path), DATABASE_URL=NOWHERE, BIHUAN_SECRET_KEY="changeme")
    assert refused.returncode == 2
    assert "BIHUAN_SECRET_KEY" in refused.stderr
    assert read_settings(tmp_path, BIHUAN_SECRET_KEY="changeme", BIHUAN_DEBUG="1").returncode == 0


def test_a_number_that_is_none_is_said_by_its_name(tmp_path):
    variables = {"BIHUAN_HOME": str(tmp_path), "DATABASE_URL": NOWHERE, "BIHUAN_TRUSTED_PROXIES": "many"}
    assert bihuan("--help", **variables).returncode == 0
    wrong = bihuan("check", **variables)
    assert wrong.returncode == 2
    assert "BIHUAN_TRUSTED_PROXIES" in wrong.stderr
