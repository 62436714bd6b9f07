"""台账: accounts, the login log that the auditor reads, and the numbers of the security rules."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.identity.account_forms import NumberForm
from bihuan.kernel.identity.actions.security import set_number
from bihuan.kernel.identity.defaults import NUMBERS
from bihuan.kernel.identity.labels import method_label
from bihuan.kernel.identity.models import LoginRecord, SecurityRule
from bihuan.kernel.identity.queries import accounts_for
from bihuan.kernel.people.access import post_for
from bihuan.kernel.people.models import User
from bihuan.kernel.people.permissions import SECOND_FACTOR_ACTS, Role
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import BooleanFilter, ChoiceFilter, DateRangeFilter, TextFilter
from bihuan.kernel.registers.register import Register, register

READ = "account.read"
Kind = LoginRecord.Kind
MARKS = {
    Kind.SIGNED_IN: "ok",
    Kind.SIGNED_OUT: "none",
    Kind.FAILED: "soon",
    Kind.CODE_FAILED: "soon",
    Kind.LOCKED: "late",
    Kind.REFUSED: "late",
}

OPEN, LENT, CLOSED = "open", "lent", "closed"
STATES = {OPEN: (_("in use"), "ok"), LENT: (_("password lent"), "soon"), CLOSED: (_("out of use"), "none")}


def state_key(user: Any) -> str:
    if not user.is_active:
        return CLOSED
    return LENT if user.password_is_temporary else OPEN


def posts_held(user: Any) -> list[str]:
    """The posts of today, each with its place or unit."""
    today = timezone.localdate()
    held = [post for post in user.posts.all() if post.valid_to is None or post.valid_to >= today]
    return [f"{post.get_role_display()}（{post.unit or post.jurisdiction}）" for post in held]


def rule_choices() -> Iterator[tuple[str, Any]]:
    return ((key, number.label) for key, number in NUMBERS.items())


@register
class LoginRegister(Register):
    id = "login-records"
    title = _("Login log")
    description = _("Every sign-in, failure, lock, sign-out and change of a password or second factor.")
    model = LoginRecord
    permission = READ
    columns = (
        Column("at", _("Time"), sort="at", kind="datetime"),
        Column("kind", _("What"), kind="badge", badge=lambda row: MARKS.get(row.kind, "info")),
        Column("username", _("Account"), kind="mono"),
        Column("name", _("Name"), value="user.name"),
        Column("address", _("Address"), kind="mono"),
        Column("device", _("Device")),
        Column("method", _("Opened with"), value=lambda row: method_label(row.method)),
        Column("note", _("Note")),
    )
    filters = (
        ChoiceFilter("kind", _("What"), choices=Kind.choices, multiple=True),
        TextFilter("username", _("Account")),
        TextFilter("address", _("Address")),
        DateRangeFilter("at", _("Time"), field="at"),
    )
    default_sort = "-at"
    related = ("user",)

    def queryset(self, user: Any, as_of: datetime | None) -> Any:  # noqa: ARG002
        """Records of the accounts in reach; unknown names are shown to everybody who may read the log."""
        if post_for(user, READ) is None:
            return LoginRecord.objects.none()
        known = LoginRecord.objects.filter(user__in=accounts_for(user))
        return known | LoginRecord.objects.filter(user=None)


@register
class AccountRegister(Register):
    id = "accounts"
    title = _("Accounts")
    description = _("Who may sign in, with which posts. Accounts are closed, never deleted.")
    model = User
    permission = READ
    columns = (
        Column("username", _("Account"), sort="username", kind="mono"),
        Column("name", _("Name"), sort="name"),
        Column("posts", _("Posts"), value=posts_held),
        Column(
            "state",
            _("State"),
            value=lambda row: STATES[state_key(row)][0],
            kind="badge",
            badge=lambda row: STATES[state_key(row)][1],
        ),
        Column(
            "factor", _("Second factor"), value=lambda row: _("set up") if row.factor else _("not set up")
        ),
        Column("last_login", _("Last sign-in"), sort="last_login", kind="datetime"),
    )
    filters = (
        ChoiceFilter("role", _("Role"), choices=Role.choices, condition=lambda role: Q(posts__role=role)),
        BooleanFilter("open", _("Open"), field="is_active"),
        BooleanFilter("lent", _("Password lent"), field="password_is_temporary"),
    )
    search_texts = ("username", "name")
    default_sort = "username"
    prefetch = ("posts__jurisdiction", "posts__unit")
    new_page = "account-new"
    new_label = _("Open an account")
    write_permission = "account.administer"

    def queryset(self, user: Any, as_of: datetime | None) -> Any:  # noqa: ARG002
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return accounts_for(user).annotate(factor=Exists(factor))

    def detail_url(self, obj: Any) -> str:
        return reverse("account", args=[obj.pk])


@register
class SecurityRuleRegister(Register):
    id = "security-rules"
    title = _("Security rules")
    model = SecurityRule
    permission = READ
    columns = (
        Column("rule", _("Rule"), value=lambda row: NUMBERS[row.rule_id].label, sort="rule_id"),
        Column("value", _("Set to"), value=lambda row: f"{row.value} {NUMBERS[row.rule_id].unit}"),
        Column("valid_from", _("Valid from"), sort="valid_from", kind="date"),
        Column("source", _("Source of the number"), value=lambda row: gettext(row.source)),
        Column(
            "ours",
            _("Whose number"),
            value=lambda row: _("ours") if row.ours else _("the standard's"),
            kind="badge",
            badge=lambda row: "info" if row.ours else "none",
        ),
    )
    filters = (ChoiceFilter("rule", _("Rule"), field="rule_id", choices=rule_choices),)
    default_sort = "rule_id"
    form_class = NumberForm
    write_permission = "account.administer"
    new_label = _("Set a number")

    @property
    def description(self) -> str:  # type: ignore[override]
        acts = "、".join(str(label) for label in SECOND_FACTOR_ACTS.values())
        return gettext("Numbers of signing in. A second factor is needed to: %(acts)s (our choice).") % {
            "acts": acts
        }

    def queryset(self, user: Any, as_of: datetime | None) -> Any:  # noqa: ARG002
        readable = post_for(user, READ) is not None
        return SecurityRule.objects.all() if readable else SecurityRule.objects.none()

    def form(self, *, data: Any, files: Any, obj: Any, user: Any) -> Any:  # noqa: ARG002
        """A change is a new version too: it begins with what holds now."""
        kept = ("rule_id", "value", "source", "ours")
        initial = {name: getattr(obj, name) for name in kept} if obj else {}
        return NumberForm(data, initial={"valid_from": timezone.localdate(), **initial})

    def save(self, form: Any, by: Any) -> Any:
        return set_number(by=by, **form.cleaned_data)
