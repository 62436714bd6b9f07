from django.urls import include, path

from bihuan.kernel.registers.urls import for_register
from bihuan.reports import views
from bihuan.reports.registers import ReportRegister

urlpatterns = [
    path("", include(for_register(ReportRegister))),
    path("new/", views.report_new, name="report-new"),
    path("templates/", views.report_templates, name="report-templates"),
    path("templates/<str:which>.docx", views.report_template_file, name="report-template-file"),
    path("<int:pk>/", views.report_detail, name="report"),
    path("<int:pk>/edit/", views.report_edit, name="report-edit"),
    path("<int:pk>/refresh/", views.report_refresh, name="report-refresh"),
    path("<int:pk>/release/", views.report_release, name="report-release"),
    path("<int:pk>/withdraw/", views.report_withdraw, name="report-withdraw"),
    path("<int:pk>/report.docx", views.report_docx, name="report-docx"),
]
