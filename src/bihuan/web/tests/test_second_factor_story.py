"""A leader sets a second factor up in a real browser, where it is required, and signs in with it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from bihuan.base_world import PASSWORD
from bihuan.kernel.identity.tests.conftest import totp
from bihuan.living import Living, living

pytestmark = pytest.mark.story
FORM = "form:has(input[name={}]) button"


@pytest.fixture
def strict() -> Iterator[Living]:
    with living(BIHUAN_SECOND_FACTOR="required") as instance:
        yield instance


def enter(page: Any, instance: Living) -> None:
    page.goto(f"{instance.url}/login/")
    page.fill("input[name=username]", "leader")
    page.fill("input[name=password]", PASSWORD)
    page.click(FORM.format("password"))


def show_code(page: Any, secret: str, at: float) -> None:
    page.fill("input[name=code]", totp(secret, at))
    page.click(FORM.format("code"))


def test_a_leader_is_led_to_a_second_factor_and_comes_back_with_it(strict: Living, browser: Any) -> None:
    page, said = browser.new_context(locale="zh-CN").new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    enter(page, strict)
    page.wait_for_url("**/me/second-factor/")
    page.goto(f"{strict.url}/desk/")
    assert page.url.endswith("/me/second-factor/")
    secret = page.inner_text(".factor-key")
    assert page.query_selector(".factor-code svg path")
    begun = time.time()
    show_code(page, secret, begun)
    page.wait_for_url("**/me/second-factor/codes/")
    assert len(page.query_selector_all(".recovery-codes li")) == 10
    page.click("main a.btn-primary")
    page.wait_for_url("**/desk/")

    again = browser.new_context(locale="zh-CN").new_page()
    enter(again, strict)
    again.wait_for_url("**/login/code/")
    show_code(again, secret, begun + 30)
    again.wait_for_url("**/desk/")
    assert said == []
    kinds = [row[0] for row in strict.rows("SELECT kind FROM identity_loginrecord ORDER BY id")]
    assert kinds == ["signed_in", "factor_set", "signed_in"]
