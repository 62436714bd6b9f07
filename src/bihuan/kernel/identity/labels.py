"""What the kinds of events and the ways of signing in are called on screen."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.identity.models import LoginRecord

EVENTS = {f"account.{kind}": kind.label for kind in LoginRecord.Kind} | {
    "account.opened": _("account opened"),
    "account.corrected": _("account corrected"),
    "account.post_given": _("post given"),
    "account.post_ended": _("post ended"),
    "account.closed": _("account closed"),
    "account.reopened": _("account opened again"),
    "account.password_reset": _("new password lent"),
    "account.factor_reset": _("second factor taken off"),
    "account.unlocked": _("unlocked"),
}

METHODS = {
    "password": _("by password"),
    "openid": _("by the identity provider"),
    "second factor": _("second factor"),
}


def method_label(method: str) -> str:
    """“密码 + 双因素验证” for the stored "password + second factor"."""
    return " + ".join(str(METHODS.get(part, part)) for part in method.split(" + ")) if method else ""


def account_event(kind: str) -> str:
    """The label of an event; an unknown kind shows itself."""
    return str(EVENTS.get(kind, kind))
