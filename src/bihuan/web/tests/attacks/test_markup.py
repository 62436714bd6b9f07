"""Text becomes markup in the templates, where it is escaped, and almost nowhere else."""

import re
from pathlib import Path

import bihuan

# The only places that make markup of something that isn't written in a template: codes that we draw.
DRAWN = {
    "web/public/views.py",
    "web/ledger/views.py",
    "web/jinja.py",
    "web/formats.py",
    "kernel/identity/views.py",
    "reports/queries.py",
    "oversight/enterprises/views/pages.py",
}
RAW = re.compile(
    r"(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|setHTML|\beval\(|new Function|\|\s*safe\b"
    r"|\bmark_safe\(|\bMarkup\(|autoescape false"
)


def test_no_other_place_makes_markup_of_text():
    root = Path(bihuan.__file__).parent
    found = {
        str(path.relative_to(root))
        for pattern in ("*.py", "*.html", "*.js")
        for path in root.rglob(pattern)
        if not {"vendor", "tests", "node_modules"} & set(path.parts) and RAW.search(path.read_text("utf-8"))
    }
    assert found == DRAWN
