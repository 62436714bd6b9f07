from django.urls import include, path

from bihuan.kernel.registers.urls import for_register
from bihuan.oversight.monitoring import registers
from bihuan.oversight.monitoring.views import (
    alarms,
    devices,
    judged,
    marks,
    numbers,
    outlet,
    quarantine,
    rejudgements,
    rules,
    transmission,
    wall,
)

OUTLETS = [
    path("", wall.wall, name="monitoring-wall"),
    path("counts/", wall.wall_counts, name="monitoring-counts"),
    path("counties.geojson", wall.counties, name="monitoring-counties"),
    path("points.geojson", wall.points, name="monitoring-points"),
    path("outlets/", include(for_register(registers.MonitoredOutletRegister))),
    path("outlets/<int:pk>/", outlet.outlet_page, name="monitoring-outlet"),
    path("outlets/<int:pk>/curve.json", outlet.curve_data, name="monitoring-curve"),
    path("outlets/<int:pk>/data/", outlet.export, name="monitoring-data"),
    path("outlets/<int:pk>/judged/<int:day>/", judged.judged_page, name="judged-day"),
    path("outlets/<int:pk>/mark/", marks.mark_new, name="data-mark-new"),
]
MARKS = [
    path("marks/", include(for_register(registers.MarkRegister))),
    path("marks/<int:pk>/", marks.mark_page, name="data-mark"),
    path("marks/<int:pk>/do/<slug:act>/", marks.mark_act, name="data-mark-act"),
]
ALARMS = [
    path("alarms/", include(for_register(registers.AlarmRegister))),
    path("alarms/<int:pk>/", alarms.alarm_page, name="alarm"),
    path("alarms/<int:pk>/do/<slug:act>/", alarms.alarm_act, name="alarm-act"),
]
MONTH = "<int:year>-<int:month>"
TRANSMISSION = [
    path("transmission/", transmission.table, name="transmission"),
    path("transmission/table.xlsx", transmission.table_xlsx, name="transmission-xlsx"),
    path(f"transmission/outlets/<int:pk>/{MONTH}/", transmission.hours, name="transmission-hours"),
    path(f"transmission/<str:code>/{MONTH}/", transmission.outlets, name="transmission-outlets"),
    path(
        f"transmission/<str:code>/{MONTH}/outlets.xlsx",
        transmission.outlets_xlsx,
        name="transmission-outlets-xlsx",
    ),
]
RULES = [
    path("rules/", rules.rules_page, name="monitoring-rules"),
    path("numbers/", numbers.numbers_page, name="monitoring-numbers"),
    path("numbers/<slug:name>/new/", numbers.number_new, name="monitoring-number-new"),
    path("rules/<slug:rule>/", rules.rule_page, name="monitoring-rule"),
    path("rules/<slug:rule>/draft/", rules.rule_draft, name="monitoring-rule-draft"),
    path("recomputations/", include(for_register(registers.RejudgementRegister))),
    path("recomputations/new/", rejudgements.rejudgement_new, name="rejudgement-new"),
    path("recomputations/<int:pk>/", rejudgements.rejudgement_page, name="rejudgement"),
    path("recomputations/<int:pk>/differences.xlsx", rejudgements.rejudgement_xlsx, name="rejudgement-xlsx"),
]
DEVICES = [
    path("devices/", include(for_register(registers.DeviceRegister))),
    path("devices/<str:mn>/", devices.device_page, name="device"),
    path("devices/<str:mn>/order/", devices.device_order, name="device-order"),
    path("devices/<str:mn>/order/<int:command>/", devices.device_order, name="device-order-command"),
    path("orders/", include(for_register(registers.OrderRegister))),
    path("orders/<int:pk>/withdraw/", devices.order_withdraw, name="order-withdraw"),
    path("gaps/", include(for_register(registers.GapRegister))),
    path("quarantine/", include(for_register(registers.QuarantineRegister))),
    path("quarantine/<int:pk>/", quarantine.frame_page, name="quarantined-frame"),
    path("quarantine/<int:pk>/do/<slug:act>/", quarantine.frame_act, name="quarantined-act"),
]
urlpatterns = [*OUTLETS, *MARKS, *ALARMS, *TRANSMISSION, *RULES, *DEVICES]
