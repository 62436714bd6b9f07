"""The Jinja2 backend: templates live in each app's `templates`, components and filters are everywhere."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.template.backends.jinja2 import Jinja2 as DjangoJinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bihuan.web import formats
from bihuan.web.requests import came_from
from bihuan.web.shell import public_places, shell

COMPONENTS = ("marks", "forms", "lists", "story", "numbers", "screens")


class Jinja2(DjangoJinja2):
    app_dirname = "templates"


class Components:
    """The macros of templates/components under one name, `ui`, in every template without an import."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._found: dict[str, Callable[..., Markup]] = {}

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        if not self._found or self._environment.auto_reload:
            self._found = self._load()
        try:
            return self._found[name]
        except KeyError:
            raise AttributeError(f"there is no component {name!r}") from None

    @pass_context
    def form(self, context: Context, *args: Any, **kwargs: Any) -> Markup:
        """The one component that needs the request: its form carries the CSRF token."""
        return self.form_body(*args, csrf=context.get("csrf_input", ""), **kwargs)

    @pass_context
    def table(self, context: Context, page: Any) -> Markup:
        """A register's table, drawn by the register's own template."""
        template = self._environment.get_template("registers/_table.html")
        return Markup(template.render({**context.get_all(), "page": page}))

    @pass_context
    def filters(self, context: Context, page: Any) -> Markup:
        template = self._environment.get_template("registers/_filters.html")
        return Markup(template.render({**context.get_all(), "page": page}))

    def _load(self) -> dict[str, Callable[..., Markup]]:
        found: dict[str, Callable[..., Markup]] = {}
        for name in COMPONENTS:
            module = self._environment.get_template(f"components/{name}.html").module
            found |= {key: macro for key, macro in vars(module).items() if callable(macro)}
        return found


def environment(**options: Any) -> Environment:
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(**options, extensions=["jinja2.ext.i18n"])
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {
        "url": _url,
        "static": static,
        "ui": Components(env),
        "shell_of": shell,
        "messages_of": get_messages,
        "public_places": public_places,
        "way_back": came_from,
        "demo_city": lambda: settings.BIHUAN_DEMO,
        "html_lang": _html_lang,
    }
    env.filters |= formats.FILTERS
    return env


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _html_lang() -> str:
    return "en" if get_language() == "en" else "zh-CN"
