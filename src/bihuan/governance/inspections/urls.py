from django.urls import include, path

from bihuan.governance.inspections import views
from bihuan.governance.inspections.registers import ItemRegister, RoundRegister
from bihuan.kernel.registers.urls import for_register

urlpatterns = [
    path("", views.round_list, name="inspections"),
    path("rounds/", include(for_register(RoundRegister))),
    path("rounds/new/", views.round_open, name="round-open"),
    path("rounds/<int:pk>/", views.round_page, name="round"),
    path("rounds/<int:pk>/feedback/", views.round_feedback, name="round-feedback"),
    path("rounds/<int:pk>/plan/", views.round_plan, name="round-plan"),
    path("rounds/<int:pk>/items/new/", views.item_new, name="feedback-item-new"),
    path("rounds/<int:pk>/annex/", views.annex, name="annex"),
    path("rounds/<int:pk>/annex.xlsx", views.annex_xlsx, name="annex-xlsx"),
    path("items/", include(for_register(ItemRegister))),
    path("items/<int:pk>/", views.item_page, name="feedback-item"),
    path("items/<int:pk>/parent/", views.item_parent, name="feedback-item-parent"),
    path("visits/", views.visit_list, name="lookback-list"),
]
