"""`bihuan check --deploy`: what makes a configuration unsafe, and what to set instead."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from bihuan.web.home import SHORTEST_SECRET

FEWEST_LETTERS = 10
SHORTEST_PASSWORD = 12
LOCAL = frozenset({"127.0.0.1", "localhost", "::1", ""})
KNOWN_PASSWORDS = frozenset({"", "postgres", "password", "bihuan", "admin", "root", "123456", "changeme"})
SEALED_MODES = frozenset({"require", "verify-ca", "verify-full"})
SILENT_MAIL = ("dummy", "console", "locmem", "filebased")


class Look(NamedTuple):
    """`do` says what to set when `ok` is false."""

    ok: bool
    found: str
    do: str = ""


def debug() -> Look:
    return Look(not settings.DEBUG, "debug on" if settings.DEBUG else "debug off", "Unset BIHUAN_DEBUG.")


def demo() -> Look:
    from bihuan.web.demo_city.accounts import accounts

    shown = accounts()
    found = f"{len(shown)} demo accounts with a printed password" if shown else "no demo accounts"
    marked = ", pages marked as a demo" if settings.BIHUAN_DEMO else ""
    return Look(
        not shown and not settings.BIHUAN_DEMO,
        found + marked,
        "Start with `bihuan up` in a BIHUAN_HOME of its own; never turn a demo into a real instance.",
    )


def secret() -> Look:
    key = settings.SECRET_KEY
    strong = len(key) >= SHORTEST_SECRET and len(set(key)) >= FEWEST_LETTERS
    found = f"{len(key)} characters, {len(set(key))} different"
    return Look(
        strong,
        found,
        f"Unset BIHUAN_SECRET_KEY so that one is made, or set {SHORTEST_SECRET} random characters.",
    )


def hosts() -> Look:
    named = [host for host in settings.ALLOWED_HOSTS if host.strip()]
    open_to_all = any(host.startswith((".", "*")) for host in named)
    outside = [host for host in named if host not in LOCAL]
    do = "Set BIHUAN_HOSTS to the names under which people ask for the pages, without * or a leading dot."
    return Look(bool(outside) and not open_to_all, ",".join(named), do)


def https() -> Look:
    found = "pages by https" if settings.BIHUAN_HTTPS else "pages by plain http"
    return Look(settings.BIHUAN_HTTPS, found, "Put a proxy that ends TLS in front and set BIHUAN_HTTPS=1.")


def cookies() -> Look:
    sealed = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
    found = "cookies by https only" if sealed else "cookies travel by plain http"
    return Look(bool(sealed), found, "Set BIHUAN_HTTPS=1.")


def hsts() -> Look:
    seconds = settings.SECURE_HSTS_SECONDS
    return Look(bool(seconds), f"max-age {seconds}", "Set BIHUAN_HTTPS=1.")


def proxy() -> Look:
    count = settings.BIHUAN_TRUSTED_PROXIES
    do = (
        "Set BIHUAN_TRUSTED_PROXIES to the number of your own proxies: the pages themselves speak plain http."
    )
    return Look(bool(count) or not settings.BIHUAN_HTTPS, f"{count} trusted proxies", do)


def second_factor() -> Look:
    asked = settings.BIHUAN_SECOND_FACTOR
    return Look(asked == "required", asked, "Set BIHUAN_SECOND_FACTOR=required, or unset it.")


def identity_provider() -> Look:
    if not settings.BIHUAN_OIDC_NAME:
        return Look(True, "none")
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    url = app["settings"]["server_url"]
    complete = bool(app["client_id"] and app["secret"]) and url.startswith("https://")
    do = "Set BIHUAN_OIDC_URL to an https address, BIHUAN_OIDC_CLIENT and BIHUAN_OIDC_SECRET."
    return Look(complete, url or "no address", do)


def administrator() -> Look:
    from django.utils import timezone

    from bihuan.kernel.people.models import Post
    from bihuan.kernel.people.permissions import roles_with

    today = timezone.localdate()
    posts = Post.objects.valid_on(today).filter(
        role__in=roles_with("account.administer"), user__is_active=True
    )
    count = posts.values("user").distinct().count()
    return Look(count > 0, f"{count} administrators", "Make one: bihuan account new NAME PERSON.")


def database_in_use() -> dict[str, Any]:
    said: dict[str, Any] = settings.DATABASES["default"]
    return said


def database_password() -> Look:
    said = database_in_use()
    password = said["PASSWORD"]
    weak = password.lower() in KNOWN_PASSWORDS or password in (said["USER"], said["NAME"])
    found = "a known or guessable one" if weak else f"{len(password)} characters"
    do = (
        f"Give the database user of DATABASE_URL a random password of {SHORTEST_PASSWORD} or more characters."
    )
    return Look(not weak and len(password) >= SHORTEST_PASSWORD, found, do)


def database_tls() -> Look:
    said = database_in_use()
    mode = str(said["OPTIONS"].get("sslmode", "prefer"))
    near = said["HOST"] in LOCAL or said["HOST"].startswith("/")
    found = "on this machine" if near else f"{said['HOST']}, sslmode {mode}"
    return Look(near or mode in SEALED_MODES, found, "Add ?sslmode=verify-full to DATABASE_URL.")


def mail() -> Look:
    backend = settings.EMAIL_BACKEND
    silent = any(f".{word}." in backend for word in SILENT_MAIL)
    return Look(
        not silent, backend.split(".")[-2], "Set BIHUAN_SMTP to a mail server, so that notices go out."
    )


def home() -> Look:
    return _sealed(Path(settings.BIHUAN_HOME), f"Run: chmod 700 {settings.BIHUAN_HOME}")


def secret_file() -> Look:
    path = Path(settings.BIHUAN_HOME) / "secret_key"
    return _sealed(path, f"Run: chmod 600 {path}") if path.exists() else Look(True, "in the environment")


def process_owner() -> Look:
    root = os.geteuid() == 0
    do = "Run it as a user of its own, without rights elsewhere."
    return Look(not root, "root" if root else f"user {os.geteuid()}", do)


def framework() -> Look:
    """Django's own security checks, for whatever the list above doesn't name."""
    from django.core.checks import Tags, run_checks

    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    said = "; ".join(f"{one.id} {one.msg}" for one in found if one.id not in NAMED_ABOVE)
    return Look(not said, said or "nothing more", "See the documentation of the settings named.")


# The preload list of browsers (W021) is no place for a city's own pages.
CODES = ("W004", "W008", "W009", "W012", "W016", "W018", "W020", "W021")
NAMED_ABOVE = frozenset(f"security.{code}" for code in CODES)


def _sealed(path: Path, do: str) -> Look:
    mode = stat.S_IMODE(path.stat().st_mode)
    return Look(not mode & (stat.S_IRWXO | stat.S_IWGRP), f"mode {mode:o}", do)


DEPLOYMENT: dict[str, Callable[[], Look]] = {
    "debug": debug,
    "demo": demo,
    "secret": secret,
    "secret file": secret_file,
    "hosts": hosts,
    "https": https,
    "cookies": cookies,
    "hsts": hsts,
    "proxy": proxy,
    "second factor": second_factor,
    "identity provider": identity_provider,
    "administrator": administrator,
    "database password": database_password,
    "database tls": database_tls,
    "mail": mail,
    "home": home,
    "process owner": process_owner,
    "framework": framework,
}
