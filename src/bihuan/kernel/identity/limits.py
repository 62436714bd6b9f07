"""How often one may knock: fixed windows of time, counted in the database so that all processes agree."""

from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from bihuan.kernel.database.models import this_city
from bihuan.kernel.identity.models import Knocks
from bihuan.kernel.identity.queries import numbers

MINUTE, HOUR = 60, 3600
COUNT = """
    INSERT INTO identity_knocks (city, door, who, slot, count, ends_at) VALUES (%s, %s, %s, %s, 1, %s)
    ON CONFLICT (door, who, slot) DO UPDATE SET count = identity_knocks.count + 1 RETURNING count
"""


class Door(NamedTuple):
    """`most` names the rule with the number of knocks, in a window of `seconds`, or of the rule `minutes`."""

    name: str
    most: str
    seconds: int = 0
    minutes: str = ""

    @property
    def window(self) -> int:
        return self.seconds or numbers()[self.minutes] * MINUTE


SIGN_IN = Door("sign_in", "sign_ins_per_minute", seconds=MINUTE)
PUBLIC_FORM = Door("public_form", "public_forms_per_hour", seconds=HOUR)
ACCOUNT = Door("account", "account_failures", minutes="lockout_minutes")
SECOND_FACTOR = Door("second_factor", "lockout_failures", minutes="lockout_minutes")


def knock(door: Door, who: str) -> bool:
    """Count one knock; False when it was one too many."""
    slot, ends_at = _slot(door)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [this_city(), door.name, _key(who), slot, ends_at])
        count: int = cursor.fetchone()[0]
    return count <= numbers()[door.most]


def is_shut(door: Door, who: str) -> bool:
    """Whether the knocks of this window are used up."""
    slot, _ends_at = _slot(door)
    rows = Knocks.objects.filter(door=door.name, who=_key(who), slot=slot)
    return bool(rows.filter(count__gte=numbers()[door.most]).exists())


def opens_at(door: Door) -> datetime:
    return _slot(door)[1]


def forgive(door: Door, who: str) -> None:
    Knocks.objects.filter(door=door.name, who=_key(who)).delete()


def sweep() -> int:
    """Throw the counts of past windows away."""
    gone, _tables = Knocks.objects.filter(ends_at__lt=timezone.now()).delete()
    return int(gone)


def _slot(door: Door) -> tuple[int, datetime]:
    slot = int(timezone.now().timestamp()) // door.window
    return slot, datetime.fromtimestamp((slot + 1) * door.window, UTC)


def _key(who: str) -> str:
    return who.replace("\x00", "")[:80]
