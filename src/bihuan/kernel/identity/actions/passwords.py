from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.identity import rules
from bihuan.kernel.identity.actions.log import Kind, record
from bihuan.kernel.identity.models import PastPassword
from bihuan.kernel.identity.queries import numbers
from bihuan.kernel.people.models import User


class HousePassword:
    """Django's door to our rules: every form that sets a password asks here."""

    def validate(self, password: str, user: User | None = None) -> None:
        faults = rules.password_faults(password, names=_names(user), numbers=numbers())
        if not faults and user is not None and user.pk and _was_used(user, password):
            count = numbers()["password_history"]
            faults = [_("None of the last %(count)s passwords may return.") % {"count": count}]
        if faults:
            raise ValidationError(faults)

    def get_help_text(self) -> str:
        return " ".join(password_advice())


def password_advice() -> list[str]:
    """The rules in force, said before somebody types."""
    said = numbers()
    advice = [
        _("At least %(length)s characters, mixing %(kinds)s of: small letters, capitals, digits, signs.")
        % {"length": said["password_length"], "kinds": said["password_classes"]},
        _("Not your name, and none of the last %(count)s passwords.") % {"count": said["password_history"]},
    ]
    if said["password_days"]:
        advice.append(_("It lasts %(days)s days.") % {"days": said["password_days"]})
    return advice


@transaction.atomic
def change_password(
    user: User,
    password: str,
    *,
    by: User | None = None,
    request: HttpRequest | None = None,
    temporary: bool = False,
) -> None:
    """Set a password that has passed `HousePassword`; the old one is remembered, as a hash."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.has_usable_password() and row.password:
        PastPassword.objects.create(user=row, password=row.password)
    _forget_oldest(row)
    user.set_password(password)
    user.password_set_at, user.password_is_temporary = timezone.now(), temporary
    user.save(update_fields=["password", "password_set_at", "password_is_temporary"])
    record(Kind.PASSWORD, user=user, by=by, request=request)


def must_change(user: User) -> bool:
    """Whether the password was only lent, or has run out."""
    days = numbers()["password_days"]
    old = rules.is_too_old(user.password_set_at, days=days, now=timezone.now())
    return user.has_usable_password() and (user.password_is_temporary or old)


def _was_used(user: User, password: str) -> bool:
    kept = numbers()["password_history"]
    former = PastPassword.objects.filter(user=user).values_list("password", flat=True)[: max(kept - 1, 0)]
    return any(check_password(password, one) for one in ([user.password, *former] if kept else []))


def _forget_oldest(user: User) -> None:
    kept = PastPassword.objects.filter(user=user).values("pk")[: numbers()["password_history"]]
    PastPassword.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def _names(user: User | None) -> list[str]:
    return [user.username, user.name] if user is not None else []
