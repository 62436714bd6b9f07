"""`bihuan`: the command line. `--help` reads like a table of contents; commands are loaded when used."""

import sys
import traceback
from importlib import import_module
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    name: str
    module: str
    summary: str
    needs_database: bool = True
    offline: tuple[str, ...] = ()  # its commands that do without


CONTENTS: dict[str, tuple[Entry, ...]] = {
    "Run it": (
        Entry("up", "run", "Start the database, the web pages and the worker.", False),
        Entry("demo", "run", "The same with a generated demo city and demo accounts.", False),
        Entry("gateway", "gateway", "Take what the monitoring devices send (HJ 212)."),
    ),
    "Set a city up": (
        Entry("setup", "setup", "Load the places of the city."),
        Entry("account", "account", "Open the first account, or the way back into one."),
    ),
    "Bring records in": (
        Entry("import", "imports", "Import petition cases, tasks, enterprises, loggers … from a file."),
    ),
    "Look at the city": (
        Entry("figures", "figures", "Print every registered figure as of a day."),
        Entry("report", "report", "Generate the rectification report."),
    ),
    "Trust it": (
        Entry("ledger", "ledger", "Verify, seal and prove what was written.", offline=("check",)),
        Entry("check", "check", "Check that this instance is fit to run."),
    ),
    "Operate it": (
        Entry("backup", "backup", "Write everything into one file, while it runs."),
        Entry("archive", "archive", "Move finished days of monitoring data into the archive."),
        Entry("restore", "restore", "Bring a backup back into an empty place.", False),
        Entry("simulate", "simulate", "Play the registered devices against a gateway."),
        Entry("hj212", "hj212", "Read, write and check frames of the monitoring protocol.", False),
        Entry("bench", "bench", "Measure how fast it is, in a database of its own.", False),
        Entry("database", "database", "Say which database is in use.", False),
    ),
}
ENTRIES = {entry.name: entry for entries in CONTENTS.values() for entry in entries}
DONE, FINDINGS, COULD_NOT_RUN = 0, 1, 2


class TableOfContents(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(ENTRIES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        entry = ENTRIES.get(name)
        if entry is None:
            return None
        if not ctx.resilient_parsing and not _asks_for_help():
            _prepare(ctx, entry)
        module = import_module(f"bihuan.web.cli.{entry.module}")
        command: click.Command = getattr(module, f"{name}_" if name == "import" else name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, entries in CONTENTS.items():
            with formatter.section(title):
                formatter.write_dl([(entry.name, entry.summary) for entry in entries])


def _prepare(ctx: click.Context, entry: Entry) -> None:
    from bihuan.web.cli.instance import load_django, open_instance

    if sys.argv[2:3] and sys.argv[2] in entry.offline:
        load_django()
    elif entry.needs_database:
        ctx.call_on_close(open_instance())


def _asks_for_help() -> bool:
    return "--help" in sys.argv


@click.group(cls=TableOfContents)
def bihuan() -> None:
    """A city's ecological-environment governance in one loop."""


def main() -> Any:
    """Run the command; a refusal is one sentence on standard error and exit code 2."""
    from bihuan.kernel.errors import BihuanError

    try:
        bihuan(standalone_mode=False)
    except BihuanError as error:
        click.echo(sentence(error), err=True)
    except click.ClickException as error:
        error.show()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
    except Exception:  # noqa: BLE001 - an unforeseen failure must not end as 1, which means findings
        traceback.print_exc()
    else:
        return
    sys.exit(COULD_NOT_RUN)


def sentence(error: Exception) -> str:
    """What the error says; in English when it comes before the settings could be read."""
    return sentence_of(error)


def sentence_of(words: Any) -> str:
    """Words that wait for their language; in English when the settings were not read."""
    from django.apps import apps
    from django.conf import settings

    if not apps.ready:
        if not settings.configured:
            settings.configure()
        settings.USE_I18N = False
    return str(words)
