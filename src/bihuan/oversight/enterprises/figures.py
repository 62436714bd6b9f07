"""What the area counts: enterprises with a code, their colours, outlets under automatic monitoring."""

from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.figures.registry import Figure, Scope, register_area, register_figure
from bihuan.oversight.enterprises.models import ColourSpan, Enterprise, EnterpriseCode, Logger, Outlet
from bihuan.oversight.enterprises.rules.colour import Colour

AREA = "enterprises"
COLOURS = (
    ("enterprises_green", Colour.GREEN, "绿码企业", "Enterprises with a green code"),
    ("enterprises_yellow", Colour.YELLOW, "黄码企业", "Enterprises with a yellow code"),
    ("enterprises_red", Colour.RED, "红码企业", "Enterprises with a red code"),
    ("enterprises_unrated", Colour.GREY, "未评企业", "Enterprises not rated"),
)


def entered(scope: Scope) -> Any:
    """Entries that stood at the moment: entered by then, and not merged into another by then."""
    rows = Enterprise.objects.inside(scope.path).filter(registered_on__lte=scope.as_of.date())
    return rows.filter(Q(merged_at=None) | Q(merged_at__gt=scope.as_of))


def coded(scope: Scope) -> Any:
    held = Q(revoked_at=None) | Q(revoked_at__gt=scope.as_of)
    codes = EnterpriseCode.objects.filter(held, enterprise=OuterRef("pk"), issued_at__lte=scope.as_of)
    return entered(scope).filter(Exists(codes))


def coloured(scope: Scope, colour: Colour) -> Any:
    spans = ColourSpan.objects.at(scope.as_of).filter(enterprise=OuterRef("pk"), colour=colour)
    return entered(scope).filter(Exists(spans))


def monitored(scope: Scope) -> Any:
    running = Q(valid_to=None) | Q(valid_to__gt=scope.as_of)
    loggers = Logger.objects.filter(running, outlets=OuterRef("pk"), valid_from__lte=scope.as_of)
    return Outlet.objects.inside(scope.path).filter(Exists(loggers))


def owing(scope: Scope) -> Any:
    """Outlets that must be monitored and have no logger at the moment."""
    open_then = Q(closed_on=None) | Q(closed_on__gt=scope.as_of.date())
    rows = Outlet.objects.inside(scope.path).filter(open_then, must_monitor=True)
    return rows.exclude(pk__in=monitored(scope).values("pk"))


def register_all() -> None:
    register_area(AREA, _("Enterprises"))
    register_figure(
        Figure(
            "enterprises_entered", "在册企业", "Enterprises entered", "家",
            "截至时点在册的企业，已并入其他档案的不计。",
            "Enterprises entered by the moment, without entries merged into another.",
            area=AREA, order=1,
        ),
        query=entered,
    )  # fmt: skip
    register_figure(
        Figure(
            "enterprises_coded", "一企一码赋码企业", "Enterprises with one code each", "家",
            "截至时点持有有效企业码的在册企业。",
            "Enterprises entered that hold a code in force at the moment.",
            area=AREA, order=2,
        ),
        query=coded,
        complete_with=AREA,
    )  # fmt: skip
    for order, (key, colour, zh, en) in enumerate(COLOURS, start=3):
        register_figure(
            Figure(
                key, zh, en, "家", "截至时点该色码的在册企业；人工设定的按所示色码计。",
                "Enterprises that show this colour at the moment, set by hand or by the rule.",
                area=AREA, order=order,
            ),
            query=partial(coloured, colour=colour),
        )  # fmt: skip
    register_figure(
        Figure(
            "outlets_monitored", "已装自动监测排放口", "Outlets with automatic monitoring", "个",
            "截至时点有在用数采仪对应的排放口。",
            "Outlets for which a data logger speaks at the moment.",
            area=AREA, order=7,
        ),
        query=monitored,
    )  # fmt: skip
    register_figure(
        Figure(
            "outlets_owing_monitoring", "应装未装自动监测排放口", "Outlets that owe automatic monitoring",
            "个",
            "截至时点应安装自动监测而没有在用数采仪的排放口。",
            "Outlets that must be monitored automatically and for which no logger speaks.",
            area=AREA, order=8,
        ),
        query=owing,
    )  # fmt: skip


register_all()
