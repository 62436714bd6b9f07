from django.urls import path

from bihuan.kernel.figures import views

urlpatterns = [
    path("", views.figure_list, name="figure-list"),
    path("<str:figure_id>/", views.figure_detail, name="figure"),
    path("<str:figure_id>/record/", views.figure_record, name="figure-record"),
    path("<str:figure_id>/complete/", views.figure_complete, name="figure-complete"),
]
