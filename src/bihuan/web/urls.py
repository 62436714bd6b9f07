from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from bihuan.web import views

AREAS = (
    ("", "bihuan.web.city.urls"),
    ("public/", "bihuan.web.public.urls"),
    ("", "bihuan.kernel.identity.urls"),
    ("", "bihuan.web.watch.urls"),
    ("", "bihuan.loop.urls"),
    ("figures/", "bihuan.kernel.figures.urls"),
    ("evidence/", "bihuan.kernel.evidence.urls"),
    ("inbox/", "bihuan.kernel.notices.urls"),
    ("ledger/", "bihuan.web.ledger.urls"),
    ("registers/", "bihuan.kernel.registers.urls"),
    ("inspections/", "bihuan.governance.inspections.urls"),
    ("petitions/", "bihuan.governance.petitions.urls"),
    ("", "bihuan.oversight.enterprises.urls"),
    ("monitoring/", "bihuan.oversight.monitoring.urls"),
    ("reports/", "bihuan.reports.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.landing, name="landing"),
    path("language/", views.switch_language, name="language"),
    path("find/", views.find_anything, name="find"),
    path("wings/<slug:key>/", views.wing, name="wing"),
    path("as-of/", views.switch_as_of, name="as-of"),
]
urlpatterns += [path(prefix, include(module)) for prefix, module in AREAS]
if settings.DEBUG:
    from bihuan.web.gallery import gallery

    urlpatterns.append(path("web/components/", gallery, name="components"))

handler403 = "bihuan.web.errors.forbidden"
handler404 = "bihuan.web.errors.not_found"
handler500 = "bihuan.web.errors.broken"
