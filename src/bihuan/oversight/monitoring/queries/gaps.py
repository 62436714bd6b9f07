"""Whether the records of a gap have come."""

from bihuan.oversight.monitoring.models import Gap, MinuteMessage, PeriodMessage, RealtimeMessage
from bihuan.oversight.monitoring.store.tables import MINUTE, PERIOD, REALTIME, table_of

MODELS = {REALTIME: RealtimeMessage, MINUTE: MinuteMessage, PERIOD: PeriodMessage}


def is_filled(gap: Gap) -> bool:
    """Whether at least as many records as were missing came since the gap was found."""
    table = table_of(gap.command)
    if table is None:
        return False
    found = MODELS[table].objects.filter(
        outlet=gap.outlet,
        command=gap.command,
        data_time__gte=gap.begin,
        data_time__lt=gap.end,
        arrived_at__gte=gap.found_at,
    )
    return bool(found.values("data_time").distinct().count() >= gap.missing)
