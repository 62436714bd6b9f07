"""What the area counts: who is connected, how much is valid, what exceeded, what is going on."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.figures.registry import Figure, Scope, register_area, register_figure
from bihuan.oversight.enterprises.public import Enterprise, Logger, Outlet
from bihuan.oversight.monitoring.models import Alarm, JudgedDay, OutletMonth
from bihuan.oversight.monitoring.models.alarms import STANDING, Handling
from bihuan.oversight.monitoring.rules.catalogue import EXCEEDING
from bihuan.oversight.monitoring.rules.transmission import FactorHours, valid_transmission_rate

AREA = "monitoring"
FACTOR_HOURS = {name: Sum(name) for name in ("due", "came", "must_be_valid", "valid")}


def day_of(scope: Scope) -> date:
    return timezone.localdate(scope.as_of)


def connected_enterprises(scope: Scope) -> Any:
    running = Q(valid_to=None) | Q(valid_to__gt=scope.as_of)
    loggers = Logger.objects.filter(running, enterprise=OuterRef("pk"), valid_from__lte=scope.as_of)
    rows = Enterprise.objects.inside(scope.path).filter(Q(merged_at=None) | Q(merged_at__gt=scope.as_of))
    return rows.filter(Exists(loggers))


def sending_outlets(scope: Scope) -> Any:
    """Yesterday counts too: today's hours may still be on their way."""
    day = day_of(scope)
    came = JudgedDay.objects.filter(
        outlet=OuterRef("pk"), current=True, came__gt=0, day__gte=day - timedelta(days=1), day__lte=day
    )
    return Outlet.objects.inside(scope.path).filter(Exists(came))


def month_hours(scope: Scope) -> Any:
    rows = OutletMonth.objects.filter(month=day_of(scope).replace(day=1))
    return rows.filter(outlet__jurisdiction_path__startswith=scope.path)


def rate(measured: Mapping[str, Any]) -> Decimal | None:
    """One decimal, as the national lists give it; None where nothing was due."""
    hours = FactorHours(
        measured["due"] or 0, measured["came"] or 0, measured["must_be_valid"] or 0, measured["valid"] or 0
    )
    found = valid_transmission_rate(hours)
    return None if found is None else Decimal(f"{found:.1f}")


def begun_this_year(scope: Scope) -> Any:
    first = timezone.localtime(scope.as_of).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return Alarm.objects.inside(scope.path).filter(started_at__gte=first, started_at__lte=scope.as_of)


def exceedances(scope: Scope) -> Any:
    return begun_this_year(scope).filter(rule__in=EXCEEDING, handling__in=STANDING)


def hourly_exceedances(scope: Scope) -> Any:
    return exceedances(scope).filter(period="hour")


def going_on(scope: Scope) -> Any:
    held = Q(ended_at=None) | Q(ended_at__gt=scope.as_of)
    rows = Alarm.objects.inside(scope.path).filter(held, started_at__lte=scope.as_of)
    return rows.exclude(handling=Handling.ANNULLED)


def ended(scope: Scope) -> Any:
    rows = begun_this_year(scope).filter(ended_at__lte=scope.as_of)
    return rows.exclude(handling=Handling.ANNULLED)


FIGURES: tuple[tuple[Figure, dict[str, Any]], ...] = (
    (
        Figure(
            "enterprises_connected", "自动监控联网企业", "Enterprises connected", "家",
            "截至时点有在用数采仪的在册企业。",
            "Enterprises for which a data logger speaks at the moment.",
            area=AREA, order=1,
        ),
        {"query": connected_enterprises},
    ),
    (
        Figure(
            "outlets_sending", "有数据到达的排放口", "Outlets that send data", "个",
            "截至时点当日或前一日有小时数据到达的排放口。",
            "Outlets of which hourly data arrived on the day or the day before.",
            area=AREA, order=2,
        ),
        {"query": sending_outlets},
    ),
    (
        Figure(
            "valid_transmission_rate", "数据传输有效率", "Valid transmission rate", "%",
            "截至时点所在月份：传输率（实传÷应传）×有效率（有效÷应有效），按因子小时计。",
            "In the month of the moment: came ÷ due, times valid ÷ should be valid, in factor-hours.",
            area=AREA, order=3,
        ),
        {"query": month_hours, "measure": FACTOR_HOURS, "combine": rate},
    ),
    (
        Figure(
            "exceedance_hours", "本年超标小时数", "Hours of exceedance this year", "小时",
            "本年内按小时均值判定的超标报警所含超标小时之和；已说明、已排除和被后续数据推翻的不计。",
            "Hours beyond the limit in this year's alarms by hourly means, without those explained, dismissed"
            " or annulled.",
            area=AREA, order=4,
        ),
        {"query": hourly_exceedances, "measure": Sum("count")},
    ),
    (
        Figure(
            "exceedance_episodes", "本年超标次数", "Episodes of exceedance this year", "次",
            "本年内开始的超标报警，一次连续超标计一次；已说明、已排除和被后续数据推翻的不计。",
            "Alarms of exceedance begun this year, one for each episode, without those explained,"
            " dismissed or annulled.",
            area=AREA, order=5,
        ),
        {"query": exceedances},
    ),
    (
        Figure(
            "alarms_going_on", "持续中的报警", "Alarms going on", "条",
            "截至时点已开始且未结束的报警，被后续数据推翻的不计。",
            "Alarms that had begun and not ended at the moment, without annulled ones.",
            area=AREA, order=6,
        ),
        {"query": going_on},
    ),
    (
        Figure(
            "alarms_ended", "本年已结束的报警", "Alarms of this year that ended", "条",
            "本年内开始且截至时点已结束的报警，被后续数据推翻的不计。",
            "Alarms begun this year and ended by the moment, without annulled ones.",
            area=AREA, order=7,
        ),
        {"query": ended},
    ),
)  # fmt: skip


def register_all() -> None:
    register_area(AREA, _("Automatic monitoring"))
    for figure, how in FIGURES:
        register_figure(figure, **how)


register_all()
