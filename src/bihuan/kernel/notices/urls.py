from django.urls import include, path

from bihuan.kernel.notices import rule_views, views
from bihuan.kernel.notices.registers import DeliveryRegister, RobotRegister
from bihuan.kernel.registers.urls import for_register

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="inbox-read"),
    path("<int:pk>/", views.open_notice, name="notice"),
    path("preferences/", views.preferences, name="notice-preferences"),
    path("undelivered/", views.undelivered, name="undelivered"),
    path("deliveries/", include(for_register(DeliveryRegister))),
    path("robots/", include(for_register(RobotRegister))),
    path("robots/<int:pk>/try/", views.robot_try, name="robot-try"),
    path("rules/", rule_views.rules, name="notice-rules"),
    path("rules/hours/", rule_views.sending_rule_new, name="sending-rule-new"),
    path("rules/urgency/", rule_views.kind_rule_new, name="kind-rule-new"),
]
