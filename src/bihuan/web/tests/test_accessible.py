"""axe-core on every kind of page at desk and at phone size: nothing serious, nothing critical."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from bihuan.living import Living
from bihuan.web.tests.test_screenshots import PAGES, SIZES, Camera

pytestmark = pytest.mark.story
AXE = (settings.SOURCE_ROOT.parents[1] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = "axe.run(document, {resultTypes: ['violations']})"
GRAVE = ("serious", "critical")
# What opens on top of a page: its page, and the script that opens it.
OPENED = {
    "menu of saved views": ("problems", "document.querySelector('.drop summary').click()"),
    "columns": ("problems", "document.querySelector('[data-open=columns-dialog]').click()"),
    "save a view": ("problems", "document.getElementById('view-dialog').showModal()"),
    "keys": ("problems", "document.getElementById('keys').showModal()"),
    "chosen rows": ("problems", "document.querySelector('input[name=row]').click()"),
    "my menu": ("desk", "document.querySelector('.me summary').click()"),
    "sidebar": ("desk", "document.querySelector('[data-toggle=sidebar]').click()"),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_no_kind_of_page_has_a_serious_finding(city: Living, browser: Any, size: Any) -> None:
    camera = Camera(city, browser, size)
    found = [finding for name in PAGES for finding in findings(name, camera.visit(name))]
    camera.close()
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_nor_has_what_opens_on_top(city: Living, browser: Any, size: Any) -> None:
    camera, found = Camera(city, browser, size), []
    for opened, (name, script) in OPENED.items():
        page = camera.visit(name)
        page.evaluate(script)
        found += findings(opened, page)
    camera.close()
    assert found == [], "\n".join(found)


def test_a_finding_is_found(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<main><input><p style='color:#ccc'>pale</p></main>")
    assert {finding.split(": ")[1] for finding in findings("bad", page)} >= {"label", "color-contrast"}
    page.close()


def findings(name: str, page: Any) -> Iterator[str]:
    page.evaluate(AXE)
    for violation in page.evaluate(RUN)["violations"]:
        if violation["impact"] in GRAVE:
            for node in violation["nodes"]:
                yield f"{name}: {violation['id']}: {node['target']}: {node['failureSummary']}"
