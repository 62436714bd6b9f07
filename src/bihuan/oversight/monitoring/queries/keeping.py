"""The numbers of gateway and store in force on a day."""

from datetime import date

from bihuan.oversight.monitoring.models import Keeping
from bihuan.oversight.monitoring.rules.keeping import BY_NAME


def numbers_on(day: date) -> dict[str, int]:
    """Every number by its name: the newest version of that day, where there is none the one delivered."""
    found = {number.name: number.value for number in BY_NAME.values()}
    rows = Keeping.objects.filter(valid_from__lte=day, name__in=found).order_by("valid_from")
    return found | dict(rows.values_list("name", "value"))
