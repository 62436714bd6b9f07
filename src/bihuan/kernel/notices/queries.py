from datetime import date

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.notices.models import Delivery, KindRule, Notice, Robot, SendingRule
from bihuan.kernel.notices.rules.reminders import Steps
from bihuan.kernel.notices.rules.timing import Hours
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.people.models import User


class NoSendingRule(BihuanError):
    message = _("No rule says when messages go out on %(day)s; load the rules or add a version.")


def unread_count(user: User) -> int:
    return Notice.objects.filter(recipient=user, read_at=None).count()


def inbox(user: User) -> QuerySet[Notice]:
    """The user's notices, unread first, newest first."""
    return Notice.objects.filter(recipient=user).order_by(F("read_at").desc(nulls_first=True), "-pk")


def sending_rule(day: date) -> SendingRule:
    """The version in force on a day; raises NoSendingRule."""
    rule = SendingRule.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if rule is None:
        raise NoSendingRule(day=day.isoformat())
    return rule


def hours_on(day: date) -> Hours:
    rule = sending_rule(day)
    return Hours(
        ((rule.morning_from, rule.morning_to), (rule.afternoon_from, rule.afternoon_to)), rule.digest_at
    )


def steps_of(rule: SendingRule) -> Steps:
    return Steps(tuple(rule.reminder_days), rule.repeat_days)


def is_urgent(template: str, day: date) -> bool:
    """Whether the kind goes out at once on that day; a kind without a rule waits like an ordinary one."""
    rules = KindRule.objects.filter(template=template, valid_from__lte=day)
    return bool(rules.order_by("-valid_from").values_list("urgent", flat=True).first())


def kinds_in_force(day: date) -> list[KindRule]:
    """For each kind the version that holds on a day."""
    rules = KindRule.objects.filter(valid_from__lte=day).order_by("template", "-valid_from")
    return list(rules.distinct("template"))


def stuck() -> QuerySet[Delivery]:
    """Deliveries that nobody will try again by themselves, newest first."""
    rows = Delivery.objects.filter(state__in=Delivery.STUCK)
    return rows.select_related("notice__recipient", "notice__robot").order_by("-pk")


def robots_of(user: User) -> QuerySet[Robot]:
    """The robots that speak to the groups of the user's units."""
    units = [post.unit_id for post in posts_of(user) if post.unit_id]
    return Robot.objects.filter(unit__in=units, is_active=True).select_related("unit")
