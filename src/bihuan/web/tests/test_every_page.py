"""Every kind of page at desk and at phone size, on the demo city: drawn without an error, without a sideways
scroll on the phone, without anything the content policy forbids, without a word to any other host, without a
serious finding of axe. `make screenshots` keeps the pictures."""

import os
from pathlib import Path
from typing import Any

import pytest

from bihuan.living import Living
from bihuan.web.tests.axe import findings
from bihuan.web.tests.camera import PAGES, SIZES, Camera

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Path:
    kept = os.environ.get("SCREENSHOTS")
    goal = Path(kept) if kept else tmp_path_factory.mktemp("screenshots")
    goal.mkdir(parents=True, exist_ok=True)
    return goal


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_every_kind_of_page_stands(city: Living, browser: Any, folder: Path, size: Any) -> None:
    camera, found = Camera(city, browser, size), []
    for name in PAGES:
        found += findings(name, camera.visit(name))
        camera.shoot(name, folder)
    camera.close()
    wrong = [*camera.complaints, *found]
    assert wrong == [], "\n".join(wrong)
