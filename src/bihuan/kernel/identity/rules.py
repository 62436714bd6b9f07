"""What makes a password good, who may hold which roles together, and what a browser says of itself. Pure."""

import secrets
import string
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.people.permissions import Role

SHORTEST_NAME = 2
SYMBOLS = "!#$%&*+-=?@_"
KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
# Letters and digits that are told apart when read aloud or from paper.
CLEAR = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def kinds_of(password: str) -> int:
    """How many of the four kinds stand in it: small letters, capitals, digits, anything else."""
    known = "".join(KINDS)
    return sum(any(one in kind for one in password) for kind in KINDS) + any(
        one not in known for one in password
    )


def password_faults(password: str, *, names: Iterable[str], numbers: Mapping[str, int]) -> list[str]:
    """What is wrong with a new password, in sentences; `numbers` are the rules in force.

    Source: GB/T 22239-2019 level 3, identity authentication (recalled); `names` are the user's own.
    """
    faults = []
    if len(password) < numbers["password_length"]:
        shortest = numbers["password_length"]
        faults.append(_("A password needs at least %(count)s characters.") % {"count": shortest})
    if kinds_of(password) < numbers["password_classes"]:
        faults.append(
            _("A password mixes at least %(count)s of: small letters, capitals, digits, other signs.")
            % {"count": numbers["password_classes"]}
        )
    if _names_somebody(password.lower(), names):
        faults.append(_("A password may not contain the name of the account or of its holder."))
    return faults


def _names_somebody(password: str, names: Iterable[str]) -> bool:
    """Forwards or backwards; one or two Latin letters are no name."""
    spoken = [name.lower() for name in names if len(name) > SHORTEST_NAME or not name.isascii()]
    return any(name in password or name[::-1] in password for name in spoken if name)


def one_time_password(length: int) -> str:
    """A random password of clear characters that satisfies any rule of up to four kinds."""
    fixed = [secrets.choice([one for one in kind if one in CLEAR + SYMBOLS]) for kind in (*KINDS, SYMBOLS)]
    rest = [secrets.choice(CLEAR) for _place in range(max(length, 12) - len(fixed))]
    letters = fixed + rest
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def is_too_old(set_at: datetime | None, *, days: int, now: datetime) -> bool:
    """Whether a password has run out; one without a date, or without a limit, has not."""
    return bool(days) and set_at is not None and now - set_at >= timedelta(days=days)


def clash(roles: Collection[str]) -> bool:
    """Whether these roles may not lie in one hand: whoever administers accounts does nothing else.

    Source: level 3 of GB/T 22239-2019 separates the administrators of system, security and audit (recalled).
    """
    return Role.ADMINISTRATOR in roles and len(set(roles)) > 1


def device_name(user_agent: str) -> str:
    """Browser and system in two words, as a reader of a list of sessions knows them; may be empty."""
    found = []
    for signs in (BROWSERS, SYSTEMS):
        found += [name for sign, name in signs if sign in user_agent][:1]
    return " · ".join(found)


def client_address(remote: str, forwarded: str, *, proxies: int) -> str:
    """Who asked: the peer itself, or what the outermost of our own `proxies` wrote down.

    Each proxy appends the address it was asked from: the n-th from the right is the last to be trusted.
    """
    if not proxies:
        return remote
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    return seen[-proxies] if len(seen) >= proxies else remote


def minutes_until(moment: datetime, *, now: datetime) -> int:
    """Whole minutes, rounded up, at least one."""
    return max(1, -(-int((moment - now).total_seconds()) // 60))
