"""What the worker puts in order by itself."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bihuan.kernel.identity import jobs, limits
from bihuan.kernel.identity.actions.log import forget_oldest
from bihuan.kernel.identity.models import Knocks, LoginRecord, SignIn
from bihuan.kernel.people.models import User

pytestmark = pytest.mark.django_db


def test_idle_sessions_and_past_counts_go(world, sign_in):
    sign_in("handler")
    limits.knock(limits.SIGN_IN, "10.0.0.1")
    long_ago = timezone.now() - timedelta(hours=1)
    SignIn.objects.update(last_seen_at=long_ago)
    Knocks.objects.update(ends_at=long_ago)
    jobs.tidy(timestamp=0)
    assert SignIn.objects.get().ending == SignIn.Ending.IDLE
    assert not Knocks.objects.exists()


def test_unused_accounts_and_expired_sessions_go(world, sign_in):
    sign_in("handler")
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    User.objects.filter(pk=world.clerk.pk).update(last_login=timezone.now() - timedelta(days=100))
    jobs.close(timestamp=0)
    assert LoginRecord.objects.count() == 1
    assert not Session.objects.exists()
    assert not User.objects.get(pk=world.clerk.pk).is_active


INSERT = """
    INSERT INTO identity_loginrecord (city, at, kind, username, device, method, note)
    VALUES ('3304', now() - %s::interval, 'failed', 'old', '', '', '')
"""


def write(age: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [age])


def test_s09_the_login_log_is_kept_as_long_as_the_rule_says(world, rule):
    for age in ("7 months", "40 months"):
        write(age)
    assert forget_oldest() == 1
    rule("login_log_months", 6)
    assert forget_oldest() == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda rows: rows.delete(),
        lambda rows: rows.update(username="somebody else"),
        lambda rows: connection.cursor().execute("TRUNCATE identity_loginrecord"),
    ],
)
def test_s06_nobody_touches_the_log_of_the_last_six_months(world, act):
    write("5 months")
    with pytest.raises(DatabaseError), transaction.atomic():
        act(LoginRecord.objects.filter(username="old"))
    assert LoginRecord.objects.filter(username="old").count() == 1
