"""axe-core on what opens on top of a page, at desk and at phone size: nothing serious, nothing critical."""

from typing import Any

import pytest

from bihuan.living import Living
from bihuan.web.tests.axe import findings
from bihuan.web.tests.camera import SIZES, Camera

pytestmark = pytest.mark.story
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
def test_what_opens_on_top_has_no_serious_finding(city: Living, browser: Any, size: Any) -> None:
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
