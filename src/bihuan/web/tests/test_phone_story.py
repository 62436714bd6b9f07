"""A grid worker with a slow phone on a slow network reports a problem with a photo, through a tunnel."""

import re
from typing import Any

import pytest

from bihuan.living import sign_in
from bihuan.loop.tests.files import picture

pytestmark = pytest.mark.story
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True,
         "device_scale_factor": 2}  # fmt: skip
# "Slow 3G" as browsers' tools define it, and a processor a quarter as fast as this machine's.
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWDOWN = 4
PATIENCE_MS = 120_000
TITLE = "运河边堆放污泥，约两吨"


def slow(page: Any) -> Any:
    page.set_default_timeout(PATIENCE_MS)
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_3G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return page


def test_what_was_typed_and_photographed_outlives_a_lost_connection(browser: Any, instance: Any) -> None:
    page = sign_in(browser, instance, "grid_worker", **PHONE)
    context = page.context
    slow(page).tap(".phonebar a[href='/problems/new/']")
    photo = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    page.set_input_files("input[name=photo]", photo)
    page.fill("input[name=title]", TITLE)
    page.fill("input[name=place]", "长安镇运河桥东二十米")

    context.set_offline(True)
    page.tap("main form button[type=submit]")
    page.wait_for_selector(".kept-note:has-text('网络已断开')")
    assert page.input_value("input[name=title]") == TITLE
    assert instance.rows("SELECT count(*) FROM loop_problem WHERE title = %s", TITLE) == [(0,)]
    page.close()

    context.set_offline(False)
    page = slow(context.new_page())
    page.goto(f"{instance.url}/problems/new/")
    page.wait_for_selector(".kept-note")
    assert page.input_value("input[name=title]") == TITLE
    page.wait_for_function("document.querySelector('input[name=photo]').files.length === 1")
    page.tap("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    ((count, size),) = instance.rows(
        "SELECT count(*), max(file.size) FROM loop_problem p JOIN loop_attachment a ON a.problem_id = p.id"
        " JOIN evidence_evidencefile file ON file.id = a.file_id WHERE p.title = %s",
        TITLE,
    )
    assert (count, size) == (1, len(photo["buffer"]))

    page.goto(f"{instance.url}/problems/new/")
    page.wait_for_load_state("networkidle")
    assert page.input_value("input[name=title]") == ""
    assert page.evaluate("document.querySelector('input[name=photo]').files.length") == 0
    context.close()


def test_another_person_at_the_same_device_sees_nothing_of_it(browser: Any, instance: Any) -> None:
    page = sign_in(browser, instance, "grid_worker", **PHONE)
    page.goto(f"{instance.url}/problems/new/")
    page.fill("input[name=title]", TITLE)
    page.goto(f"{instance.url}/desk/")
    page.evaluate("document.querySelector('form[action=\"/logout/\"]').submit()")
    page.wait_for_url("**/login/**")
    page.fill("input[name=username]", "clerk")
    page.fill("input[name=password]", "bihuan-test")
    page.click("form:has(input[name=password]) button")
    page.wait_for_url("**/desk/")
    page.goto(f"{instance.url}/problems/new/")
    page.wait_for_load_state("networkidle")
    assert page.input_value("input[name=title]") == ""
    page.context.close()
