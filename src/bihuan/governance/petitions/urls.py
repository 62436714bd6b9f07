from django.urls import include, path

from bihuan.governance.petitions import views
from bihuan.governance.petitions.registers import BatchRegister, PetitionRegister
from bihuan.kernel.registers.urls import for_register

urlpatterns = [
    path("table/", views.table, name="petition-table"),
    path("table.xlsx", views.table_xlsx, name="petition-table-xlsx"),
    path("rates/", views.rates, name="petition-rates"),
    path("batches/", include(for_register(BatchRegister))),
    path("batches/<int:pk>/", views.batch_page, name="petition-batch"),
    path("new/", views.case_new, name="petition-new"),
    path("<int:pk>/", views.case_page, name="petition"),
    path("<int:pk>/unmask/", views.case_unmask, name="petition-unmask"),
    path("<int:pk>/<slug:act>/", views.case_act, name="petition-act"),
    path("", include(for_register(PetitionRegister))),
]
