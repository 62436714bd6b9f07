"""A reader's browser that goes to every kind of page of the demo city and keeps what went wrong there."""

import os
from pathlib import Path
from typing import Any

from PIL import Image

from bihuan.living import Living, sign_in
from bihuan.web.demo_city.world import PASSWORD

SIZES = ((1440, 900), (360, 740))
PAGES = {
    "desk": ("shiban", "/desk/"),
    "desk-lead": ("housing330481", "/desk/"),
    "city": ("lingdao", "/city/"),
    "map": ("lingdao", "/map/"),
    "problems": ("shiban", "/problems/"),
    "problem": ("shiban", "/problems/{problem}/"),
    "form-report": ("wangge", "/problems/new/"),
    "form-assign": ("shiban", "/problems/{registered}/do/assign/"),
    "inspections": ("shiban", "/inspections/"),
    "round": ("shiban", "/inspections/rounds/{round}/"),
    "feedback-item": ("shiban", "/inspections/items/{item}/"),
    "petitions": ("shiban", "/petitions/"),
    "petition": ("shiban", "/petitions/{petition}/"),
    "petition-table": ("shiban", "/petitions/table/"),
    "enterprises": ("shiban", "/enterprises/"),
    "enterprise": ("shiban", "/enterprises/{enterprise}/"),
    "plate": ("shiban", "/enterprises/{enterprise}/plate/"),
    "colour-rule": ("shiban", "/enterprises/colour-rule/"),
    "import": ("shiban", "/enterprises/import/"),
    "monitoring-wall": ("shiban", "/monitoring/"),
    "monitored-outlets": ("shiban", "/monitoring/outlets/"),
    "curve-week": ("shiban", "/monitoring/outlets/{monitored}/"),
    "curve-year": ("shiban", "/monitoring/outlets/{monitored}/?span=year"),
    "data-marks": ("shiban", "/monitoring/marks/"),
    "form-mark": ("shiban", "/monitoring/outlets/{monitored}/mark/"),
    "figures": ("shiban", "/figures/"),
    "figure": ("shiban", "/figures/feedback_done/?as_of=2023-01-20"),
    "report": ("shiban", "/reports/{report}/"),
    "alarm": ("shiban", "/monitoring/alarms/{alarm}/"),
    "alarm-problem": ("shiban", "/problems/{alarm_problem}/"),
    "device": ("shiban", "/monitoring/devices/{device}/"),
    "alarms": ("shiban", "/monitoring/alarms/"),
    "transmission": ("shiban", "/monitoring/transmission/"),
    "monitoring-rules": ("shiban", "/monitoring/rules/"),
    "rule-draft": ("shiban", "/monitoring/rules/E4/draft/"),
    "recompute": ("shiban", "/monitoring/recomputations/new/"),
    "devices": ("shiban", "/monitoring/devices/"),
    "quarantine": ("shiban", "/monitoring/quarantine/"),
    "gaps": ("shiban", "/monitoring/gaps/"),
    "wing": ("shiban", "/wings/governance/"),
    "find": ("shiban", "/find/?q=污泥"),
    "inbox": ("shiban", "/inbox/"),
    "notice-preferences": ("shiban", "/inbox/preferences/"),
    "deliveries": ("shenji", "/inbox/deliveries/"),
    "ledger": ("shenji", "/ledger/"),
    "my-account": ("xitong", "/me/"),
    "second-factor": ("xitong", "/me/second-factor/"),
    "password": ("xitong", "/me/password/"),
    "accounts": ("xitong", "/accounts/"),
    "account": ("xitong", "/accounts/{account}/"),
    "account-new": ("xitong", "/accounts/new/"),
    "login-records": ("shenji", "/login-records/"),
    "security-rules": ("xitong", "/security-rules/"),
    "not-found": ("shiban", "/problems/999999/"),
    "public-home": ("", "/public/"),
    "public-notice": ("", "/public/notices/{notice}/"),
    "public-board": ("", "/public/boards/{problem}/"),
    "public-petitions": ("", "/public/petitions/"),
    "public-report": ("", "/public/reports/{report}/"),
    "login": ("", "/login/"),
}
KEYS = {
    "account": "SELECT id FROM people_user WHERE username = 'shiban'",
    "problem": "SELECT problem_id FROM loop_sourcerecord WHERE title LIKE '%%污泥%%' AND kind = 'feedback'",
    "registered": "SELECT id FROM loop_problem WHERE state = 'registered' ORDER BY id LIMIT 1",
    "round": "SELECT id FROM inspections_round LIMIT 1",
    "item": "SELECT sourcerecord_ptr_id FROM inspections_feedbackitem ORDER BY ordinal LIMIT 1",
    "monitored": "SELECT outlet_id FROM enterprises_loggeroutlet b ORDER BY EXISTS"
    " (SELECT 1 FROM monitoring_judgedday d WHERE d.outlet_id = b.outlet_id) DESC, id LIMIT 1",
    "petition": "SELECT sourcerecord_ptr_id FROM petitions_petitioncase ORDER BY 1 LIMIT 1",
    "report": "SELECT id FROM reports_report LIMIT 1",
    "enterprise": "SELECT enterprise_id FROM monitoring_alarm ORDER BY id LIMIT 1",
    "alarm": "SELECT alarm_id FROM monitoring_alarmsource ORDER BY 1 LIMIT 1",
    "alarm_problem": "SELECT s.problem_id FROM loop_sourcerecord s JOIN monitoring_alarmsource a"
    " ON a.sourcerecord_ptr_id = s.id ORDER BY s.id LIMIT 1",
    "device": "SELECT mn FROM enterprises_logger WHERE valid_to IS NULL ORDER BY id LIMIT 1",
    "notice": "SELECT id FROM loop_publicnotice ORDER BY starts_on DESC LIMIT 1",
}


class Camera:
    """One browser context per user; keeps what went wrong on any page."""

    def __init__(self, city: Living, browser: Any, size: tuple[int, int]) -> None:
        self.city, self.browser = city, browser
        self.view = {"viewport": {"width": size[0], "height": size[1]}}
        self.keys = {name: city.rows(sql)[0][0] for name, sql in KEYS.items()}
        self.pages: dict[str, Any] = {}
        self.complaints: list[str] = []

    def page_of(self, user: str) -> Any:
        if user not in self.pages:
            self.pages[user] = self._open(user)
        return self.pages[user]

    def _open(self, user: str) -> Any:
        if user:
            page = sign_in(self.browser, self.city, user, password=PASSWORD, **self.view)
        else:
            page = self.browser.new_context(locale="zh-CN", **self.view).new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message))
        page.on("request", lambda request: self._own_host(request.url))
        return page

    def _console(self, page: Any, message: Any) -> None:
        """Whatever the content policy forbids is said here, as an error."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{page.url}: {message.text}")

    def _own_host(self, url: str) -> None:
        if not url.startswith((self.city.url, "data:", "blob:")):
            self.complaints.append(f"asked another host: {url}")

    def visit(self, name: str) -> Any:
        """The page of this name, as its reader sees it once everything has come."""
        user, path = PAGES[name]
        page, path = self.page_of(user), path.format(**self.keys)
        answer = page.goto(f"{self.city.url}{path}")
        page.wait_for_load_state("networkidle")
        if answer.status >= 500 or (answer.status >= 400 and name != "not-found"):
            self.complaints.append(f"{path}: {answer.status}")
        return page

    def shoot(self, name: str, folder: Path) -> None:
        """A picture of the page that `visit` opened."""
        page, path = self.page_of(PAGES[name][0]), PAGES[name][1]
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wider > 0:
            self.complaints.append(f"{path}: {wider} px wider than the window")
        width = self.view["viewport"]["width"]
        page.screenshot(path=folder / f"{name}-{width}.png")
        if "SCREENSHOTS" in os.environ:
            slim(folder / f"{name}-{width}.png")
        for chart in page.query_selector_all("[data-chart]"):
            chart.hover()

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def slim(picture: Path) -> None:
    """Sixty-four colours are enough for a page, and a quarter of the bytes."""
    with Image.open(picture) as whole:
        few = whole.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)
