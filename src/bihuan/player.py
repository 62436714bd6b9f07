"""One person's browser in a story: opens pages, chooses acts, fills their forms."""

from typing import Any

from bihuan.living import Living, sign_in


class Player:
    def __init__(self, browser: Any, instance: Living, name: str) -> None:
        self.page, self.instance = sign_in(browser, instance, name), instance

    def open(self, path: str) -> str:
        """What the page says once everything has come."""
        self.page.goto(f"{self.instance.url}{path}")
        self.page.wait_for_load_state("networkidle")
        return self.text()

    def problem(self, pk: int) -> str:
        return self.open(f"/problems/{pk}/")

    def act(self, pk: int, event: str, **fields: Any) -> None:
        """Choose the act on the problem's page, fill the form, send it; it must succeed."""
        self.problem(pk)
        self.page.click(f"a[href='/problems/{pk}/do/{event}/']")
        for name, value in fields.items():
            self.fill(name.replace("__", "-"), value)
        self.page.click("main form button.btn-primary")
        self.page.wait_for_url(f"**/problems/{pk}/")

    def fill(self, name: str, value: Any) -> None:
        field = self.page.locator(f"main form [name='{name}']")
        kind = field.first.evaluate("node => node.type")
        if kind == "file":
            field.set_input_files(value)
        elif kind.startswith("select"):
            field.select_option(label=value)
        elif kind == "checkbox":
            field.check()
        else:
            field.fill(value)

    def text(self) -> str:
        return str(self.page.inner_text("main"))
