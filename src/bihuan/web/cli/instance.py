"""One instance at the command line: its settings loaded, its database running and migrated."""

import os
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command

from bihuan.kernel.database.errors import NoAnswer
from bihuan.kernel.database.launcher import Launcher
from bihuan.web.home import bihuan_home


def embedded() -> Launcher | None:
    """The launcher of this home's own server; None when DATABASE_URL names another."""
    return None if os.environ.get("DATABASE_URL") else Launcher(bihuan_home())


def open_instance() -> Callable[[], None]:
    """Make the database usable and load Django; gives back what undoes the first, for the end."""
    server = embedded()
    started = server is not None and not server.is_running()

    def close() -> None:
        from django.db import connections

        connections.close_all()
        if server is not None and started:
            server.stop(unless_in_use=True)

    if server is not None and started:
        server.start()
    try:
        load_django()
        reach_database()
        if started:
            migrate()
    except BaseException:  # whatever ends it, Ctrl-C too, must not leave a server behind
        if server is not None and started:
            server.stop(unless_in_use=True)
        raise
    return close


def load_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")
    django.setup()


def reach_database() -> None:
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise NoAnswer(error=error) from error


def migrate() -> None:
    """Bring the schema to this program's version, with what every city needs from the first day."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from bihuan.kernel.calendar.actions import load_days, load_rules
    from bihuan.kernel.calendar.models import CalendarDay
    from bihuan.kernel.identity.actions.security import load_security_rules
    from bihuan.kernel.notices.actions.rules import load_rules as load_notice_rules
    from bihuan.oversight.enterprises.actions import load_defaults
    from bihuan.oversight.monitoring.actions.keeping import load_keeping
    from bihuan.oversight.monitoring.actions.rules import load_rule_versions

    if not CalendarDay.objects.exists():
        load_days()
    load_rules()
    load_defaults()
    load_security_rules()
    load_rule_versions()
    load_keeping()
    load_notice_rules()


def logs() -> Path:
    folder = bihuan_home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
