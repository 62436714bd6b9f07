from django.urls import include, path

from bihuan.kernel.registers.urls import for_register
from bihuan.oversight.enterprises import registers
from bihuan.oversight.enterprises.views import acts, cards, pages, records

urlpatterns = [
    path("enterprises/template.xlsx", pages.template_file, name="enterprises-template"),
    path("enterprises/colour-rule/", pages.colour_rule, name="colour-rule"),
    path("enterprises/objections/", include(for_register(registers.ObjectionRegister))),
    path("enterprises/objections/<int:objection>/answer/", acts.objection_answer, name="objection-answer"),
    path("enterprises/scans/", include(for_register(registers.ScanRegister))),
    path("enterprises/scans/<int:scan>/justify/", cards.justify, name="scan-justify"),
    path("enterprises/mergers/<int:merger>/undo/", acts.merger_undo, name="merger-undo"),
    path("enterprises/", include(for_register(registers.EnterpriseRegister))),
    path("enterprises/<int:pk>/", pages.enterprise_page, name="enterprise"),
    path("enterprises/<int:pk>/map.geojson", pages.enterprise_map, name="enterprise-map"),
    path("enterprises/<int:pk>/outlets.geojson", pages.enterprise_points, name="enterprise-points"),
    path("enterprises/<int:pk>/plate/", pages.plate, name="enterprise-plate"),
    path("enterprises/<int:pk>/do/<slug:act>/", acts.enterprise_act, name="enterprise-act"),
    path("enterprises/<int:pk>/<slug:kind>/new/", records.record_new, name="enterprise-record-new"),
    path("enterprises/<int:pk>/<slug:kind>/<int:record>/", records.record_edit, name="enterprise-record"),
    path(
        "enterprises/<int:pk>/<slug:kind>/<int:record>/end/", records.record_end, name="enterprise-record-end"
    ),
    path("outlets/", include(for_register(registers.OutletRegister))),
    path("loggers/", include(for_register(registers.LoggerRegister))),
    path("limits/", include(for_register(registers.LimitRegister))),
    path("facilities/production/", include(for_register(registers.ProductionRegister))),
    path("facilities/treatment/", include(for_register(registers.TreatmentRegister))),
    path("c/<str:text>/", cards.card, name="code"),
    path("c/<str:text>/inspect/", cards.inspect, name="code-inspect"),
]
