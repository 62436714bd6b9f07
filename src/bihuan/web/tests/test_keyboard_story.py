"""A handler's morning without a mouse: log in, find the problem, record progress, log out."""

from typing import Any

import pytest

from bihuan.base_world import PASSWORD
from bihuan.living import sign_in
from bihuan.web.tests.camera import Camera

pytestmark = pytest.mark.story
PLAY = "from bihuan.base_world import find_base_world; from bihuan.loop.tests.story import Story; "
RECTIFYING = PLAY + "Story(find_base_world()).rectifying()"
MOST_TABS = 300
FOCUSED = "selector => document.activeElement.matches(selector)"
# Whether the focused thing can be seen: it lies in the window and something marks it.
SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const style = getComputedStyle(document.activeElement);
  const around = getComputedStyle(document.activeElement.parentElement);
  const marked = [style, around].some((one) => one.outlineStyle !== "none" || one.boxShadow !== "none");
  return box.width > 0 && box.bottom > 0 && box.top < innerHeight && marked;
}"""


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the thing has the focus; it must be visible there."""
    for _press in range(MOST_TABS):
        if page.evaluate(FOCUSED, selector):
            assert page.evaluate(SEEN), f"{selector} has the focus and doesn't show it"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def send(page: Any) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_day_without_a_mouse(browser: Any, instance: Any) -> None:
    instance.run(RECTIFYING)
    ((pk, number),) = instance.rows("SELECT id, number FROM loop_problem ORDER BY id DESC LIMIT 1")
    page = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{instance.url}/login/")
    tab_to(page, "input[name=username]")
    page.keyboard.type("handler")
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")
    tab_to(page, f"a[href='/problems/{pk}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/problems/{pk}/")
    tab_to(page, f"a[href='/problems/{pk}/do/record_progress/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/record_progress/")
    tab_to(page, "textarea[name=text]")
    page.keyboard.type("排口已封堵，管网已接通。")
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/problems/{pk}/")
    assert "排口已封堵" in page.inner_text("main")
    tab_to(page, ".me summary")
    page.keyboard.press("Enter")
    tab_to(page, "form[action='/logout/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/**")
    page.context.close()


def test_the_keys_of_a_register(browser: Any, city: Any) -> None:
    camera = Camera(city, browser, (1440, 900))
    page = camera.visit("problems")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("x")
    assert page.inner_text("[data-picked]").endswith("2")
    second = page.get_attribute("tr[data-row]:nth-child(2) a", "href")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")
    page = camera.visit("problems")
    page.keyboard.press("/")
    page.keyboard.type("?x/")
    assert page.input_value("#filter-q") == "?x/", "keys are letters where one types"
    tab_to(page, "[data-open=columns-dialog]")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    tab_to(page, "#keys-on")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    page.keyboard.press("?")
    assert not page.is_visible("#keys"), "single keys are switched off"
    camera.close()


def test_columns_are_moved_without_a_mouse(browser: Any, city: Any) -> None:
    camera = Camera(city, browser, (1440, 900))
    page = camera.visit("problems")
    tab_to(page, "[data-open=columns-dialog]")
    page.keyboard.press("Enter")
    tab_to(page, "#columns-dialog li:nth-child(2) [data-move=up]")
    page.keyboard.press("Enter")
    tab_to(page, "#columns-dialog button.btn-primary")
    send(page)
    heads = page.locator("thead th[scope=col]").all_inner_texts()
    assert heads[1:3] == ["问题", "编号"], heads
    tab_to(page, "[data-open=columns-dialog]")
    page.keyboard.press("Enter")
    tab_to(page, "#columns-dialog button[name=usual]")
    send(page)
    assert page.locator("thead th[scope=col]").all_inner_texts()[1:3] == ["编号", "问题"]
    camera.close()


@pytest.mark.parametrize("name", ["desk", "city", "map", "problems", "problem", "form-report", "report"])
def test_no_page_holds_the_focus(browser: Any, city: Any, name: str) -> None:
    camera = Camera(city, browser, (1440, 900))
    page = camera.visit(name)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED, ".skip-link")
    page.keyboard.press("Tab")
    tabs = next((at for at in range(3000) if _round(page)), None)
    camera.close()
    assert tabs is not None, "Tab doesn't come round"


def _round(page: Any) -> bool:
    page.keyboard.press("Tab")
    return bool(page.evaluate(FOCUSED, ".skip-link"))


def test_menus_and_windows_close_with_escape_and_give_the_focus_back(browser: Any, instance: Any) -> None:
    page = sign_in(browser, instance, "handler")
    tab_to(page, ".me summary")
    page.keyboard.press("Enter")
    tab_to(page, ".me [data-open=keys]")
    page.keyboard.press("Enter")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED, ".me summary")
    assert not page.is_visible(".me .menu")
    page.context.close()
