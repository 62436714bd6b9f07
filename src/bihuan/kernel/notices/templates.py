"""The texts of notices; an area registers its own, and a reader sees them in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@dataclass(frozen=True)
class Template:
    """One kind of message; `urgent` is only what its first rule says, see `KindRule`."""

    key: str
    title: Promise | str
    body: Promise | str
    urgent: bool = False

    @property
    def label(self) -> str:
        """The kind's name on a page: its title with the particulars left open."""
        return PLACEHOLDER.sub("…", str(self.title))


_templates: dict[str, Template] = {}


def register_template(key: str, *, title: Promise | str, body: Promise | str, urgent: bool = False) -> None:
    _templates[key] = Template(key, title, body, urgent)


def all_templates() -> list[Template]:
    return sorted(_templates.values(), key=lambda template: template.key)


def label_of(key: str) -> str:
    """A kind's name; a kind that no area registers any more keeps its key."""
    return _templates[key].label if key in _templates else key


def render_text(key: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Title and body in the language that is active; KeyError for a template nobody registered."""
    template = _templates[key]
    return str(template.title) % params, str(template.body) % params


def register_own() -> None:
    """The kinds that belong to no area."""
    register_template(
        "notices.test",
        title=_("Test message of Bihuan"),
        body=_("%(name)s asked whether messages arrive here. They do."),
        urgent=True,
    )
    register_template(
        "due.ahead",
        title=_("%(number)s is due on %(due_on)s"),
        body=_("“%(title)s” waits for your next step."),
    )
    register_template(
        "due.today",
        title=_("%(number)s is due today (%(due_on)s)"),
        body=_("“%(title)s” waits for your next step."),
        urgent=True,
    )
    register_template(
        "due.overdue",
        title=_("%(number)s is overdue since %(due_on)s"),
        body=_("“%(title)s” waits for your next step."),
        urgent=True,
    )
