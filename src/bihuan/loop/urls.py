from django.urls import include, path

from bihuan.kernel.registers.urls import for_register
from bihuan.loop import views
from bihuan.loop.registers import ProblemRegister

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("problems/new/", views.report, name="problem-new"),
    path("problems/<int:pk>/", views.problem, name="problem"),
    path("problems/<int:pk>/do/<slug:event>/", views.act, name="problem-act"),
    path("problems/<int:pk>/answer/<int:source>/", views.answer, name="source-answer"),
    path("problems/", include(for_register(ProblemRegister))),
]
