"""The map of a phone that is turned, or of a window made smaller, shows the whole city again."""

from typing import Any

import pytest

from bihuan.living import Living
from bihuan.web.tests.camera import SIZES, Camera

pytestmark = pytest.mark.story
WIDE, (WIDTH, HEIGHT) = SIZES
NARROW = {"width": WIDTH, "height": HEIGHT}
OUTSIDE = """() => {
    const frame = document.querySelector("[data-map]").getBoundingClientRect();
    const middles = [...document.querySelectorAll(".map-label")].map((tag) => tag.getBoundingClientRect());
    return middles.filter((tag) => {
        const x = tag.left + tag.width / 2, y = tag.top + tag.height / 2;
        return x < frame.left || x > frame.right || y < frame.top || y > frame.bottom;
    }).length;
}"""


@pytest.fixture
def page(city: Living, browser: Any) -> Any:
    camera = Camera(city, browser, WIDE)
    page = camera.visit("map")
    page.wait_for_selector("[data-map][data-ready]")
    assert page.locator(".map-label").count() >= 9
    assert page.evaluate(OUTSIDE) == 0
    yield page
    camera.close()


def test_the_whole_city_stays_in_a_smaller_window(page: Any) -> None:
    page.set_viewport_size(NARROW)
    page.wait_for_function(f"({OUTSIDE})() === 0")


def test_what_the_reader_chose_to_see_stays_chosen(page: Any) -> None:
    for _time in range(2):
        page.click(".maplibregl-ctrl-zoom-in")
        page.wait_for_timeout(600)
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(600)
    assert page.evaluate(OUTSIDE) > 0
