from collections.abc import Callable
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.registers import bulk_views, habit_views, import_views, views
from bihuan.kernel.registers.register import REGISTERS, Register

View: TypeAlias = Callable[..., Any]
READING = ("list", "export", "word", "detail")

urlpatterns = [
    path("<slug:register>/columns/", habit_views.columns, name="register-columns"),
    path("<slug:register>/views/", habit_views.save, name="view-save"),
    path("views/<int:pk>/", habit_views.change, name="view-change"),
]


def for_register(declared: type[Register], *, prefix: str = "") -> list[URLPattern]:
    """The addresses of a register, each beginning with `prefix`."""
    found = REGISTERS[declared.id]

    def page(route: str, view: View, name: str) -> URLPattern:
        guarded = require_GET(view) if name in (*READING, "import-refused") else _both(view)
        seen_by_all = found.public and name in READING
        view = guarded if seen_by_all else login_required(guarded)
        return path(prefix + route, view, {"register": found}, name=f"{found.id}-{name}")

    pages = [
        page("", views.list_view, "list"),
        page("export.xlsx", views.export_view, "export"),
        page("export.docx", views.word_view, "word"),
    ]
    if found.bulk:
        pages.append(page("bulk/<slug:act>/", bulk_views.bulk_view, "bulk"))
    if found.importer is not None:
        pages += [
            page("import/", import_views.import_view, "import"),
            page("import/<str:token>/", import_views.preview_view, "import-preview"),
            page("import/<str:token>/refused.csv", import_views.refused_view, "import-refused"),
        ]
    if found.form_class is not None:
        pages += [page("new/", views.form_view, "new"), page("<int:pk>/edit/", views.form_view, "edit")]
    if found.detail_page:
        pages.append(page("<int:pk>/", views.detail_view, "detail"))
    return pages


def _both(view: View) -> View:
    return require_http_methods(["GET", "POST"])(view)
