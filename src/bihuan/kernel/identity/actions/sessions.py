"""Sessions: begun at the sign-in, kept awake, ended by their owner, an administrator, or time."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity.actions.log import Kind, record
from bihuan.kernel.identity.models import SignIn
from bihuan.kernel.identity.queries import idle_limit, idle_sessions
from bihuan.kernel.identity.requests import address_of, device_of
from bihuan.kernel.people.models import User

MARK, SEEN = "sign_in", "seen_at"
TOUCH_SECONDS = 60


def begin(request: HttpRequest, user: User, *, method: str) -> SignIn:
    """Write down a new session; the browser's session keeps the key of this row."""
    row, _made = SignIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "method": method,
            "address": address_of(request),
            "device": device_of(request),
            "ended_at": None,
            "ending": "",
        },
    )
    request.session[MARK] = row.pk
    touch(request, at_once=True)
    return row


def touch(request: HttpRequest, *, at_once: bool = False) -> None:
    """Keep the session awake; written down once a minute, so that a page costs no write."""
    now = timezone.now()
    if not at_once and now.timestamp() - request.session.get(SEEN, 0) < TOUCH_SECONDS:
        return
    request.session[SEEN] = int(now.timestamp())
    request.session.set_expiry(int(idle_limit().total_seconds()))
    if mark := request.session.get(MARK):
        fields = {"session_key": request.session.session_key, "last_seen_at": now}
        SignIn.objects.filter(pk=mark).update(**fields, address=address_of(request))


def finish(request: HttpRequest) -> None:
    """The owner signed out; Django throws the session itself away."""
    _end(SignIn.objects.filter(pk=request.session.get(MARK, 0)), SignIn.Ending.SIGNED_OUT)


@transaction.atomic
def revoke(sign_in: SignIn, *, by: User, request: HttpRequest | None = None) -> None:
    """End one session at once; the caller has made sure that `by` may."""
    row = SignIn.objects.select_for_update().get(pk=sign_in.pk)
    if row.ended_at is not None:
        raise Refused(reason=_("This session has already ended."))
    _throw_away(row.session_key)
    _end(SignIn.objects.filter(pk=row.pk), SignIn.Ending.REVOKED)
    record(Kind.REVOKED, user=row.user, by=by, request=request, note=row.device)


def end_all(user: User, *, but: int = 0) -> int:
    """End every session of the account, except the one at hand: its rights or its password changed."""
    rows = SignIn.objects.filter(user=user, ended_at=None).exclude(pk=but)
    for key in rows.values_list("session_key", flat=True):
        _throw_away(key)
    return _end(rows, SignIn.Ending.CLOSED)


def end_idle() -> int:
    return _end(idle_sessions(timezone.now()), SignIn.Ending.IDLE)


def _end(rows: Any, ending: SignIn.Ending) -> int:
    return int(rows.filter(ended_at=None).update(ended_at=timezone.now(), ending=ending))


def _throw_away(session_key: str) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore().delete(session_key)
