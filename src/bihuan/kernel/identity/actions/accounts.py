"""What an administrator does with accounts and posts. Nobody touches their own account here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failures
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity import limits, rules
from bihuan.kernel.identity.actions.log import Kind, record, stream_of
from bihuan.kernel.identity.actions.passwords import change_password
from bihuan.kernel.identity.actions.sessions import end_all, revoke
from bihuan.kernel.identity.models import SignIn
from bihuan.kernel.identity.queries import numbers
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import require
from bihuan.kernel.people.models import Post, Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places.models import Jurisdiction

PERMISSION = "account.administer"


@dataclass(frozen=True)
class NewPost:
    """A role over a place, or in a unit, or both."""

    role: str
    jurisdiction: Jurisdiction | None = None
    unit: Unit | None = None
    title: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def path(self) -> str:
        place = self.jurisdiction or (self.unit.jurisdiction if self.unit else None)
        if place is None:
            raise Refused(reason=_("A post needs a place or a unit."))
        return place.path


@transaction.atomic
def open_account(
    username: str, name: str, *, post: NewPost, by: User | None, **contact: str
) -> tuple[User, str]:
    """A new account with its first post and a password for one sign-in; `by` None is the operator."""
    actor = require(by, PERMISSION, path=post.path) if by else SYSTEM
    if User.objects.filter(username=username).exists():
        raise Refused(reason=_("There is an account with this name already."))
    user = User(username=username, name=name, **contact)
    user.set_unusable_password()
    user.save(force_insert=True)
    append(stream_of(user), "account.opened", by=actor, payload={"username": username, "name": name})
    _write_post(user, post, actor=actor)
    return user, _lend_password(user, by=by)


@transaction.atomic
def correct_account(user: User, *, name: str, email: str, phone: str, by: User) -> User:
    """Change what the account says of its holder."""
    row, actor = _begin(user, by=by)
    row.name, row.email, row.phone = name, email, phone
    row.save(update_fields=["name", "email", "phone"])
    append(stream_of(row), "account.corrected", by=actor, payload={"name": name})
    return row


@transaction.atomic
def give_post(user: User, post: NewPost, *, by: User) -> Post:
    """One more post; what may not lie in one hand is refused."""
    row, actor = _begin(user, by=by)
    require(by, PERMISSION, path=post.path)
    return _write_post(row, post, actor=actor)


@transaction.atomic
def end_post(post: Post, *, by: User, reason: str) -> None:
    """The post ended yesterday, so that it counts no more from this moment on."""
    row, actor = _begin(post.user, by=by)
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    yesterday = timezone.localdate() - timedelta(days=1)
    if post.valid_to is not None and post.valid_to <= yesterday:
        raise Refused(reason=_("This post has already ended."))
    post.valid_to = yesterday
    post.save(update_fields=["valid_to"])
    payload = {"post": post.pk, "role": post.role}
    append(stream_of(row), "account.post_ended", by=actor, payload=payload, reason=reason)


@transaction.atomic
def close_account(user: User, *, by: User | None, reason: str) -> None:
    """Nobody signs in with it any more; its records stay. `by` None is the system, see `close_unused`."""
    row, actor = _begin(user, by=by)
    if not row.is_active:
        raise Refused(reason=_("This account is closed already."))
    row.is_active = False
    row.save(update_fields=["is_active"])
    append(stream_of(row), "account.closed", by=actor, reason=reason)
    end_all(row)


@transaction.atomic
def reopen_account(user: User, *, by: User, reason: str) -> str:
    """Open it again, with a password for one sign-in."""
    row, actor = _begin(user, by=by)
    if row.is_active:
        raise Refused(reason=_("This account is open already."))
    row.is_active = True
    row.save(update_fields=["is_active"])
    append(stream_of(row), "account.reopened", by=actor, reason=reason)
    return _lend_password(row, by=by)


@transaction.atomic
def reset_password(user: User, *, by: User | None, reason: str) -> str:
    """A password for one sign-in, shown once to the administrator; open sessions end."""
    row, actor = _begin(user, by=by)
    append(stream_of(row), "account.password_reset", by=actor, reason=reason)
    end_all(row)
    return _lend_password(row, by=by)


@transaction.atomic
def remove_second_factor(user: User, *, by: User | None, reason: str) -> None:
    """For a lost telephone: the next sign-in sets a new one up."""
    row, actor = _begin(user, by=by)
    if not Authenticator.objects.filter(user=row).delete()[0]:
        raise Refused(reason=_("This account has no second factor."))
    append(stream_of(row), "account.factor_reset", by=actor, reason=reason)
    record(Kind.FACTOR_REMOVED, user=row, by=by)
    end_all(row)


@transaction.atomic
def unlock(user: User, *, by: User | None, reason: str) -> None:
    """Forget the failed sign-ins of this account."""
    row, actor = _begin(user, by=by)
    forget_failures(username=row.username)
    limits.forgive(limits.ACCOUNT, row.username)
    limits.forgive(limits.SECOND_FACTOR, str(row.pk))
    append(stream_of(row), "account.unlocked", by=actor, reason=reason)


@transaction.atomic
def revoke_session(sign_in: SignIn, *, by: User) -> None:
    """Another person's session ends at once."""
    _begin(sign_in.user, by=by)
    revoke(sign_in, by=by)


def close_unused() -> int:
    """Close accounts that nobody has signed in with for as long as the rule says; 0 days is never."""
    days = numbers()["unused_days"]
    if not days:
        return 0
    before = timezone.now() - timedelta(days=days)
    stale = User.objects.filter(is_active=True, last_login__lt=before)
    for user in stale:
        close_account(user, by=None, reason=_("Not used for %(days)s days.") % {"days": days})
    return len(stale)


def _begin(user: User, *, by: User | None) -> tuple[User, Actor]:
    """Lock the account; whoever acts must administer every place in which it holds a post today."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if by is None:
        return row, SYSTEM
    if by.pk == row.pk:
        raise Refused(reason=_("Your own account is administered by somebody else."))
    actor = require(by, PERMISSION)
    posts = row.posts.valid_on(timezone.localdate()).select_related("jurisdiction", "unit__jurisdiction")
    for path in {NewPost(post.role, post.jurisdiction, post.unit).path for post in posts}:
        actor = require(by, PERMISSION, path=path)
    return row, actor


def _write_post(user: User, post: NewPost, *, actor: Actor) -> Post:
    today = timezone.localdate()
    held: Iterable[str] = user.posts.valid_on(today).values_list("role", flat=True)
    if rules.clash({*held, post.role}):
        role = Role.ADMINISTRATOR.label
        raise Refused(reason=_("“%(role)s” stands alone: no other post beside it.") % {"role": role})
    made = Post.objects.create(
        user=user,
        role=post.role,
        title=post.title,
        jurisdiction=post.jurisdiction,
        unit=post.unit,
        valid_from=post.valid_from or today,
        valid_to=post.valid_to,
    )
    payload: dict[str, Any] = {"post": made.pk, "role": post.role, "place": post.path}
    append(stream_of(user), "account.post_given", by=actor, payload=payload)
    return made


def _lend_password(user: User, *, by: User | None) -> str:
    password = rules.one_time_password(numbers()["password_length"])
    change_password(user, password, by=by, temporary=True)
    return password
