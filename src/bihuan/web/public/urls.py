from django.urls import path

from bihuan.web.public import views

urlpatterns = [
    path("", views.home, name="public-home"),
    path("notices/", views.notices, name="public-notices"),
    path("notices/<int:pk>/", views.notice, name="public-notice"),
    path("boards/", views.boards, name="public-boards"),
    path("boards/<int:pk>/", views.board, name="public-board"),
    path("petitions/", views.petitions, name="public-petitions"),
    path("reports/", views.reports, name="public-reports"),
    path("reports/<int:pk>/", views.report, name="public-report"),
    path("reports/<int:pk>/report.docx", views.report_docx, name="public-report-docx"),
]
