"""Issuing and revoking codes, changing the key, and what an officer's scan leaves behind."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import actor_of, require
from bihuan.oversight.enterprises import keys, tasks
from bihuan.oversight.enterprises.models import CodeKey, Enterprise, EnterpriseCode, Scan
from bihuan.oversight.enterprises.permissions import CODES, INSPECT
from bihuan.oversight.enterprises.rules import codes as rules

# Ours; set down for emergencies in the description of the code.
JUSTIFY_WITHIN = timedelta(hours=24)
CODES_STREAM = "enterprises:codes"


def key_in_force() -> CodeKey:
    """The newest key that isn't retired; the first is made when it is needed."""
    found = CodeKey.objects.filter(retired_at=None).order_by("-version").first()
    return found or _make_key()


@transaction.atomic
def change_key(*, by: Any, reason: str) -> CodeKey:
    """Sign codes with a new key from now on; plates signed with older keys keep working."""
    actor = require(by, CODES)
    key = _make_key()
    append(CODES_STREAM, "codes.key_changed", by=actor, payload={"version": key.version}, reason=reason)
    return key


@transaction.atomic
def retire_key(version: int, *, by: Any, reason: str) -> CodeKey:
    """Take a key out of use, with every plate it signed: for a key that became known."""
    actor = require(by, CODES)
    key = CodeKey.objects.select_for_update().filter(version=version, retired_at=None).first()
    if key is None:
        raise Refused(reason=_("There is no key %(version)s in use.") % {"version": version})
    key.retired_at = timezone.now()
    key.save(update_fields=["retired_at"])
    append(CODES_STREAM, "codes.key_retired", by=actor, payload={"version": version}, reason=reason)
    return key


def _make_key() -> CodeKey:
    last = CodeKey.objects.order_by("-version").values_list("version", flat=True).first() or 0
    sealed = keys.sealed(secrets.token_bytes(32))
    return CodeKey.objects.create(version=last + 1, sealed=sealed, made_at=timezone.now())


@transaction.atomic
def issue_code(
    enterprise: Enterprise, *, by: Any, reason: str = "", at: datetime | None = None
) -> EnterpriseCode:
    """Give the enterprise its code; one that it has is revoked with the reason, and its plate with it."""
    actor = _actor(by, enterprise)
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if enterprise.merged_into_id:
        raise Refused(reason=_("This enterprise was merged into another; the code is that one's."))
    last = enterprise.codes.filter(revoked_at=None).first()
    if last is not None:
        if not reason.strip():
            raise Refused(reason=_("Say why the code is replaced: the printed plate stops working."))
        _revoke(last, reason, by=actor)
    moment = at or timezone.now()
    code = EnterpriseCode.objects.create(
        enterprise=enterprise,
        token=rules.token_of(secrets.token_bytes(rules.TOKEN_BYTES)),
        key_version=key_in_force().version,
        issued_at=moment,
        issued_by=by,
    )
    append(enterprise.stream, "enterprise.code_issued", by=actor, payload={"code": code.pk}, at=moment)
    return code


@transaction.atomic
def revoke_code(enterprise: Enterprise, *, by: Any, reason: str) -> None:
    """Take the code in force out of use without a new one."""
    actor = _actor(by, enterprise)
    code = enterprise.codes.select_for_update().filter(revoked_at=None).first()
    if code is None:
        raise Refused(reason=_("The enterprise has no code in force."))
    if not reason.strip():
        raise Refused(reason=_("Say why the code is revoked."))
    _revoke(code, reason, by=actor)


def _revoke(code: EnterpriseCode, reason: str, *, by: Actor) -> None:
    code.revoked_at, code.revoked_because = timezone.now(), reason.strip()
    code.save(update_fields=["revoked_at", "revoked_because"])
    append(
        code.enterprise.stream,
        "enterprise.code_revoked",
        by=by,
        payload={"code": code.pk},
        reason=reason.strip(),
    )


def _actor(by: Any, enterprise: Enterprise) -> Actor:
    return SYSTEM if by is None else require(by, CODES, path=enterprise.jurisdiction_path)


def note_look(code: EnterpriseCode, *, by: Any) -> Scan:
    """An officer read the code and saw the public card."""
    return Scan.objects.create(
        code=code, enterprise=code.enterprise, kind=Scan.Kind.LOOK, user=by, scanned_at=timezone.now()
    )


@dataclass(frozen=True)
class Visit:
    """What an officer says at the gate; without a task number it is an emergency."""

    task: str = ""
    purpose: str = ""
    emergency: bool = False
    lon: float | None = None
    lat: float | None = None


@transaction.atomic
def begin_inspection(code: EnterpriseCode, visit: Visit, *, by: Any) -> Scan:
    """Open the officer's view: with a task number, or as an emergency that must be justified within a day."""
    enterprise = code.enterprise.current
    actor = require(by, INSPECT, path=enterprise.jurisdiction_path)
    task = visit.task.strip()
    if not task and not visit.emergency:
        raise Refused(reason=_("An inspection needs the number of its task."))
    known = tasks.is_approved(task, enterprise, by) if task else None
    if known is False:
        raise Refused(
            reason=_("The task %(task)s is not approved for this enterprise and you.") % {"task": task}
        )
    now = timezone.now()
    scan = Scan.objects.create(
        code=code,
        enterprise=enterprise,
        kind=Scan.Kind.INSPECTION if task else Scan.Kind.EMERGENCY,
        user=by,
        scanned_at=now,
        task=task,
        task_known=known,
        purpose=visit.purpose.strip(),
        lon=visit.lon,
        lat=visit.lat,
        justify_by=None if task else now + JUSTIFY_WITHIN,
    )
    payload = {
        "scan": scan.pk,
        "kind": scan.kind,
        "task": task,
        "task_checked": known,
        "purpose": scan.purpose,
    }
    append(enterprise.stream, "enterprise.inspection_begun", by=actor, payload=payload)
    return scan


@transaction.atomic
def justify(scan: Scan, *, by: Any, text: str) -> Scan:
    """Say afterwards why an inspection couldn't wait for a task; late is late, and still written down."""
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if scan.user_id != by.pk or scan.kind != Scan.Kind.EMERGENCY or scan.justified_at:
        raise Refused(reason=_("Only whoever began an emergency inspection can justify it, and once."))
    if not text.strip():
        raise Refused(reason=_("Say why the inspection could not wait."))
    scan.justification, scan.justified_at = text.strip(), timezone.now()
    scan.save(update_fields=["justification", "justified_at"])
    late = bool(scan.justify_by and scan.justified_at > scan.justify_by)
    append(
        scan.enterprise.stream,
        "enterprise.inspection_justified",
        by=actor_of(by),
        payload={"scan": scan.pk, "late": late},
        reason=scan.justification,
    )
    return scan
