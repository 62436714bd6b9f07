"""What stands in deploy/ is understood by those it is for, and names commands and settings that exist."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from bihuan.web import cli

DEPLOY = Path(__file__).resolve().parents[4] / "deploy"
SETTINGS = (DEPLOY.parent / "docs/settings.md").read_text(encoding="utf-8")
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
COMMAND = re.compile(r"\bbihuan (up|backup|restore|check|ledger)\b[^'\n]*")


def command_named(words: list[str]) -> None:
    """Fails unless the command and each of its options exist."""
    context = click.Context(cli.bihuan, resilient_parsing=True)
    command = cli.bihuan.get_command(context, words[0])
    assert command is not None, words
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("--")} <= known, words


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def commands() -> Iterator[list[str]]:
    for unit in UNITS:
        for found in COMMAND.finditer(unit.read_text(encoding="utf-8")):
            if found.string[found.start() - 1] == "/":
                yield shlex.split(found.group().replace("$$(", "").replace(")", ""))[1:]
    for service in compose()["services"].values():
        for key in ("command", "entrypoint"):
            words = service.get(key, ())
            if words and words[0] == "bihuan":
                yield words[1:]
            elif words and isinstance(words, list):
                yield shlex.split(words[-1].removeprefix("exec "))[1:]


def test_every_command_exists():
    found = list(commands())
    assert {words[0] for words in found} == {"up", "backup"}
    assert len(found) == 4
    for words in found:
        command_named(words)


def test_every_setting_exists():
    said = "".join(path.read_text(encoding="utf-8") for path in DEPLOY.iterdir())
    own = {"BIHUAN_DATABASE_PASSWORD"}  # the compose file's own
    for name in set(re.findall(r"\b(?:BIHUAN|DATABASE)_[A-Z_0-9]+\b", said)) - own:
        assert f"`{name}`" in SETTINGS, name


def test_the_compose_file_names_volumes_and_services_that_exist():
    found = compose()
    assert set(found["services"]) == {"database", "bihuan", "backup"}
    for service in found["services"].values():
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in found["volumes"]
        for needed in service.get("depends_on", ()):
            assert needed in found["services"]
    assert (DEPLOY / found["services"]["bihuan"]["build"]["context"] / "deploy/Dockerfile").exists()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_units(tmp_path):
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        installed = text.replace("/opt/bihuan/.venv/bin/bihuan", sys.executable).replace("/opt/bihuan", "/")
        (tmp_path / unit.name).write_text(installed)
    done = subprocess.run(
        [
            "systemd-analyze",
            "verify",
            "--man=no",
            "--recursive-errors=no",
            *map(str, sorted(tmp_path.iterdir())),
        ],
        capture_output=True,
        text=True,
    )
    assert done.stderr.strip() == ""
    assert done.returncode == 0


def test_a_misspelt_unit_would_be_found(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze")
    (tmp_path / "bad.service").write_text("[Service]\nExecStart=/bin/true\nRestrat=always\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "bad.service")],
        capture_output=True,
        text=True,
    )
    assert "Restrat" in done.stderr


@pytest.mark.parametrize("words", [["fly"], ["up", "--hots", "0.0.0.0"]])
def test_a_command_that_does_not_exist_would_be_found(words):
    with pytest.raises(AssertionError):
        command_named(words)
