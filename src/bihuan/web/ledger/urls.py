from django.urls import path

from bihuan.web.ledger import views

urlpatterns = [
    path("", views.overview, name="ledger"),
    path("verify/", views.verify, name="ledger-verify"),
    path("checkpoints/<int:pk>/", views.checkpoint, name="ledger-checkpoint"),
    path("events/<int:pk>/", views.event, name="ledger-event"),
    path("events/<int:pk>/proof.json", views.proof, name="ledger-proof"),
]
