"""A page as a browser reads it: its elements, and the forms that can be sent from it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TYPED = frozenset({"text", "textarea", "search", "tel", "url", "password", "email"})
SILENT = frozenset({"submit", "button", "reset", "image"})


@dataclass
class Control:
    name: str
    kind: str
    value: str = ""
    given: dict[str, str] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        """Whether somebody types free text into it."""
        return self.kind in TYPED


@dataclass
class Form:
    action: str
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [control.name for control in self.controls]

    @property
    def words(self) -> list[Control]:
        """What one types, but for passwords, which no page shows."""
        return [control for control in self.controls if control.typed and control.kind != "password"]


class Page(HTMLParser):
    """`elements` are the tags with their attributes, `forms` those that post."""

    def __init__(self, text: str, url: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._textarea: Control | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = {name: value or "" for name, value in attrs}
        self.elements.append((tag, said))
        if tag == "form" and said.get("method", "get").lower() == "post":
            self._form = Form(said.get("action") or self.url)
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        if tag == "option" and self._select is not None:
            self._select.choices.append(said.get("value", ""))
            if "selected" in said:
                self._select.value = said.get("value", "")
            return
        kind = said.get("type", "text").lower() if tag in ("input", "button") else tag
        if tag not in ("input", "textarea", "select") or kind in SILENT or "name" not in said:
            return
        control = Control(said["name"], kind, said.get("value", ""), said)
        self._form.controls.append(control)  # type: ignore[union-attr]
        if tag == "select":
            self._select = control
        elif tag == "textarea":
            self._textarea = control

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
