from django.urls import re_path

from bihuan.kernel.evidence import views

SHA = r"(?P<sha256>[0-9a-f]{64})"

urlpatterns = [
    re_path(rf"^{SHA}/$", views.original, name="evidence-file"),
    re_path(rf"^{SHA}/display/$", views.display, name="evidence-display"),
]
