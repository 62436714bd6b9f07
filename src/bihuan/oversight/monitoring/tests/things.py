"""What the addresses of this area name, made on the base world beside the plant of the enterprises."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.actions.orders import order
from bihuan.oversight.monitoring.models import Alarm, JudgedDay, QuarantinedFrame, Rejudgement, RuleVersion
from bihuan.oversight.monitoring.rules.periods import HOUR, SHANGHAI

NOON = datetime(2026, 11, 2, 12, tzinfo=SHANGHAI)
RULES = "validity@2017-05-01#3 conversion@2004-01-01#1 transmission@2004-01-01#1"
REASON_OF = {"V": "-", "M": "a", "S": "s", "I": "f", "-": "-"}


def make_monitoring(world: Any, plant: Mapping[str, Any]) -> Mapping[str, Any]:
    """One of each thing; `plant` are those of the enterprises."""
    outlet = Outlet.objects.select_related("enterprise").get(pk=plant["outlet"])
    mark = make_mark(
        outlet, by=world.clerk, kind="monitor", label="calibration", start=NOON, end=NOON + HOUR,
        reason="零点校准",
    )  # fmt: skip
    run = Rejudgement.objects.create(
        outlet=outlet, first=NOON.date(), last=NOON.date(), reason="复核", by=world.city_officer
    )
    return {
        "judged_day": judged(outlet, date(2026, 11, 2)).pk,
        "mark": mark.pk,
        "mark_act": "question",
        "alarm": make_alarm(outlet).pk,
        "alarm_act": "dismiss",
        "alarm_bulk": "acknowledge",
        "place": world.county.code,
        "year": 2026,
        "month": 10,
        "rule": "E1",
        "number_name": "idle_limit",
        "rejudgement": run.pk,
        **make_device(world, outlet),
    }


def make_device(world: Any, outlet: Outlet) -> Mapping[str, Any]:
    """What the outlet's logger was told to do, and a frame of it that was set aside."""
    logger = outlet.loggers.get()
    told = order(logger, by=world.city_officer, command=1011, reason="核对时钟")
    kept = QuarantinedFrame.objects.create(
        digest=b"0" * 16,
        mn=logger.mn,
        peer="10.0.0.9:40001",
        reason="wrong_check",
        faults=["wrong_check_value"],
        raw=f"##0030ST=32;CN=2011;MN={logger.mn};CP=&&&&0000\r\n".encode(),
        received_at=timezone.now(),
        last_at=timezone.now(),
    )
    return {
        "mn": logger.mn,
        "command": 2061,
        "order": told.pk,
        "kept_frame": kept.pk,
        "frame_act": "discard",
        "quarantine_bulk": "discard",
    }


def judged(
    outlet: Outlet, day: date, *, factor: str = "a21026", value: float = 30.0, statuses: str = "V" * 24,
    **more: Any,
) -> JudgedDay:  # fmt: skip
    """A judged day whose valid and invalid hours all have one value."""
    values = [value if letter in "VI" else None for letter in statuses]
    said = {
        "reasons": "".join(REASON_OF[letter] for letter in statuses),
        "means": values,
        "day_mean": value if "V" in statuses else None,
        "day_status": "valid" if "V" in statuses else "invalid",
        "day_method": "arithmetic",
        "rules": RULES,
        "read_at": timezone.now(),
        **more,
    }
    return JudgedDay.objects.create(outlet=outlet, factor_code=factor, day=day, statuses=statuses, **said)


def make_alarm(outlet: Outlet, rule: str = "E1", **more: Any) -> Alarm:
    """An hourly exceedance of SO₂ that began three hours ago and goes on, unless told otherwise."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    course = {
        "started_at": now - timedelta(hours=3),
        "peak": 92.0,
        "peak_at": now - timedelta(hours=2),
        "limit": Decimal(50),
        "unit": "mg/m3",
        "multiple": 0.84,
        "level": 2,
        "factor_code": "a21026",
        "period": "hour",
    }
    made: Alarm = Alarm.objects.create(
        **Alarm.where(outlet.jurisdiction),
        parties=outlet.parties,
        enterprise=outlet.enterprise,
        outlet=outlet,
        rule=rule,
        version=RuleVersion.objects.filter(rule=rule).first(),
        found_at=now,
        **(course | more),
    )
    return made
