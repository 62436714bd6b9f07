"""Robots of units' groups. Neither address nor secret stands in the ledger, a log or a page afterwards."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.notices.channels import owner_of
from bihuan.kernel.notices.models import Notice, Robot
from bihuan.kernel.notices.rules.robots import fits
from bihuan.kernel.notices.scheduling import later
from bihuan.kernel.notices.sealing import Secrets, seal, unseal
from bihuan.kernel.outgoing.post import NotAllowed, check
from bihuan.kernel.people.access import require, unit_token

SHOWN = ("name", "language", "rhythm", "with_text", "is_active")


@transaction.atomic
def save_robot(robot: Robot, *, by: Any, address: str = "", secret: str = "") -> Robot:
    """Add a robot or change it; an empty address keeps the secrets that are there."""
    actor = require(by, "notice.robots", path=robot.unit.jurisdiction.path)
    new = robot.pk is None
    if new or address:
        robot.origin = _usable(robot.kind, address)
        robot.sealed = seal(Secrets(address, secret), owner=owner_of(robot))
    elif secret:
        kept = unseal(robot.sealed, owner=owner_of(robot))
        robot.sealed = seal(Secrets(kept.address, secret), owner=owner_of(robot))
    _check_alone(robot)
    place = robot.unit.jurisdiction
    robot.jurisdiction, robot.jurisdiction_path = place, place.path
    robot.parties = [unit_token(robot.unit_id)]
    robot.save()
    payload = {name: getattr(robot, name) for name in SHOWN}
    payload |= {"unit": robot.unit_id, "kind": robot.kind, "origin": robot.origin}
    payload["secrets_changed"] = bool(address or secret)
    append(stream_of(robot), "robot.added" if new else "robot.changed", by=actor, payload=payload)
    return robot


@transaction.atomic
def try_robot(robot: Robot, *, by: Any) -> Notice:
    """Send a test message to the group; the delivery log tells how it went."""
    actor = require(by, "notice.robots", path=robot.unit.jurisdiction.path)
    if not robot.is_active:
        raise Refused(reason=_("This robot is not in use."))
    event = append(stream_of(robot), "robot.tested", by=actor)
    told = {"template": "notices.test", "params": {"name": actor.name}, "url": ""}
    notice = Notice.objects.create(robot=robot, cause=f"{event.stream}#{event.seq}", **told)
    later("dispatch", cause=notice.cause)
    return notice


def stream_of(robot: Robot) -> str:
    return f"robots:{robot.pk}"


def _usable(kind: str, address: str) -> str:
    """The origin of an address that the service hands out and the settings allow."""
    try:
        origin = check(address)
    except NotAllowed as error:
        raise Refused(reason=str(error)) from error
    if not fits(kind, address):
        raise Refused(reason=_("This is not an address that the service gives its group robots."))
    return str(origin)


def _check_alone(robot: Robot) -> None:
    others = Robot.objects.filter(unit=robot.unit, kind=robot.kind, is_active=True).exclude(pk=robot.pk)
    if robot.is_active and others.exists():
        raise Refused(reason=_("The unit already has a robot of this service in use."))
