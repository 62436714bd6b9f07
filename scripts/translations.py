"""The interface's words: `update` the catalogues from the code, `check` that Chinese is complete, `compile`.

Each app keeps its own catalogue; modules outside every app belong to the web app's. English needs none: the
words in the code are English sentences.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src/bihuan"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
METHODS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}}
# Without a date, so that an update changes only what was said differently.
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]+")
FEW_WORDS = 3
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")


def apps() -> list[Path]:
    return sorted(path.parent for path in SOURCE.rglob("apps.py"))


def words() -> dict[Path, Catalog]:
    """What the code says, by the app it belongs to."""
    homes = apps()
    catalogues = {home: Catalog(locale="zh_Hans") for home in homes}
    found = extract_from_dir(
        SOURCE, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS, comment_tags=()
    )
    for filename, _line, message, _comments, context in found:
        path = SOURCE / filename
        above = [home for home in homes if home in path.parents]
        home = max(above, key=lambda one: len(one.parts), default=SOURCE / "web")
        catalogues[home].add(message, context=context)
    return catalogues


def stored(home: Path) -> Catalog:
    path = home / CATALOGUE
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def update() -> int:
    for home, code in words().items():
        known = stored(home)
        for message in code:
            if message.id and (old := known.get(message.id, message.context)) is not None:
                message.string, message.flags = old.string, old.flags
        if len(code) == 0:
            continue
        text = BytesIO()
        write_po(text, code, width=100, no_location=True, sort_output=True, omit_header=True)
        path = home / CATALOGUE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + text.getvalue().decode(), encoding="utf-8")
    return 0


def check() -> int:
    code = words()
    faults = [fault for home, catalog in code.items() for fault in faults_of(home, catalog)]
    faults += rivals(code)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults in the catalogues.")
    return 1 if faults else 0


def faults_of(home: Path, code: Catalog) -> Iterator[str]:
    known, name = stored(home), home.relative_to(SOURCE)
    for message in code:
        if not message.id:
            continue
        said = known.get(message.id, message.context)
        if _is_chinese("".join(_texts(message.id))):
            yield f"{name}: Chinese where the English sentence should stand: {message.id!r}"
        elif said is None or not all(_texts(said.string)):
            yield f"{name}: no Chinese for {message.id!r}"
        elif "fuzzy" in said.flags:
            yield f"{name}: only a guess for {message.id!r}"
        elif any(_marks(text) != _marks(message.id) for text in _texts(said.string)):
            yield f"{name}: other placeholders in the Chinese of {message.id!r}"


def rivals(code: dict[Path, Catalog]) -> Iterator[str]:
    """The same English with two Chinese sentences: all catalogues are merged, so only one would be seen."""
    seen: dict[tuple[object, str | None], tuple[Path, object]] = {}
    for home, catalog in code.items():
        known = stored(home)
        for message in catalog:
            said = known.get(message.id, message.context) if message.id else None
            if said is None or not said.string:
                continue
            first, text = seen.setdefault((message.id, message.context), (home, said.string))
            if text != said.string:
                names = f"{first.relative_to(SOURCE)} and {home.relative_to(SOURCE)}"
                yield f"{names}: {message.id!r} is {text!r} and {said.string!r}; give one a context"


def _is_chinese(text: str) -> bool:
    """An English sentence may quote Chinese, such as the headers of a table."""
    return bool(CHINESE.search(text)) and len(WORD.findall(text)) < FEW_WORDS


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])  # type: ignore[call-overload]


def _marks(value: object) -> set[str]:
    return {mark for text in _texts(value) for mark in PLACEHOLDER.findall(text)} - {"%%"}


def compile_all() -> int:
    for home in apps():
        path = home / CATALOGUE
        goal = path.with_suffix(".mo")
        if path.exists() and (not goal.exists() or goal.stat().st_mtime < path.stat().st_mtime):
            with goal.open("wb") as file:
                write_mo(file, stored(home))
    return 0


if __name__ == "__main__":
    commands = {"update": update, "check": check, "compile": compile_all}
    sys.exit(commands[sys.argv[1]]())
