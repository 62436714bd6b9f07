"""Every command, option and setting stands in the reference pages."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from bihuan.web.cli import ENTRIES, bihuan

ROOT = Path(__file__).resolve().parents[1]
SETTING = re.compile(r"""environ(?:\.get\(|\[|\.setdefault\()\s*["']((?:BIHUAN_|DATABASE_)\w+)["']""")
FOR_TESTS = "BIHUAN_TEST"


def commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group, resilient_parsing=True)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        elif command is not None:
            yield f"{prefix} {name}", command


def settings() -> set[str]:
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        found |= set(SETTING.findall(path.read_text(encoding="utf-8")))
    return {name for name in found if not name.startswith(FOR_TESTS)}


def main() -> int:
    reference = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    said = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    missing = [f"docs/settings.md: {name}" for name in sorted(settings()) if f"`{name}`" not in said]
    for name, command in commands(bihuan, "bihuan"):
        if f"`{name}" not in reference:
            missing.append(f"docs/commands.md: {name}")
        for option in (
            option for param in command.params for option in param.opts if option.startswith("--")
        ):
            if option not in reference:
                missing.append(f"docs/commands.md: {name} {option}")
    print("\n".join(missing) or f"{len(ENTRIES)} commands and {len(settings())} settings are documented.")
    return 1 if missing else 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")
    sys.exit(main())
