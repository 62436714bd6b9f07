"""The login log: every knock is a row; what changes an account or opens it is also an event in the ledger."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from bihuan.kernel.identity.models import LoginRecord
from bihuan.kernel.identity.queries import numbers
from bihuan.kernel.identity.requests import address_of, device_of
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import actor_of
from bihuan.kernel.people.models import User

# Failures may be made by anybody in any number: they fill the log, not the ledger.
LOG_ONLY = frozenset({LoginRecord.Kind.FAILED, LoginRecord.Kind.CODE_FAILED, LoginRecord.Kind.REFUSED})
USERNAME_LENGTH = 80
DAYS_A_MONTH = 31
Kind = LoginRecord.Kind


def stream_of(user: User) -> str:
    return f"account:{user.pk}"


@transaction.atomic
def record(
    kind: LoginRecord.Kind,
    *,
    user: User | None,
    request: HttpRequest | None = None,
    by: User | None = None,
    username: str = "",
    method: str = "",
    note: str = "",
    in_ledger: bool = True,
) -> LoginRecord:
    """Write the row and, for a known account, the ledger event `account.<kind>` by `by` or the user."""
    row = LoginRecord.objects.create(
        kind=kind,
        user=user,
        username=(user.username if user else username).replace("\x00", "")[:USERNAME_LENGTH],
        address=address_of(request) if request else None,
        device=device_of(request) if request else "",
        method=method,
        note=note,
    )
    if user is not None and in_ledger and kind not in LOG_ONLY:
        payload: dict[str, Any] = {"record": row.pk, "method": method, "note": note}
        append(stream_of(user), f"account.{kind}", by=actor_of(by or user), payload=payload)
    return row


def forget_oldest() -> int:
    """Throw rows away that are older than the rule keeps them; the database itself keeps six months."""
    kept = timedelta(days=numbers()["login_log_months"] * DAYS_A_MONTH)
    gone, _tables = LoginRecord.objects.filter(at__lt=timezone.now() - kept).delete()
    return int(gone)
