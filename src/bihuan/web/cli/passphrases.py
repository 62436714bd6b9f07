"""A passphrase for a backup: from a file for programs, from the keyboard for people."""

from pathlib import Path

import click

from bihuan.web.backup.errors import NoPassphrase

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Take the passphrase from this file's first line.",
)


def from_file(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise NoPassphrase(file=path)
    return lines[0].strip()
