"""E-mail against a local SMTP server."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from bihuan.kernel.notices.actions.deliver import TryAgain, deliver_one, deliver_together
from bihuan.kernel.notices.actions.preferences import choose
from bihuan.kernel.notices.models import Notice
from bihuan.kernel.notices.tests.mailserver import mail_server
from bihuan.web.mail import mail_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings, reachable):
    settings.BIHUAN_URL = "https://bihuan.example"
    with mail_server(settings) as keeper:
        yield keeper


@pytest.fixture
def delivery(server, reachable, tell, at):
    (row,) = tell(reachable.handler)
    return row


def after(delivery):
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.why


def test_a_mail_arrives_in_the_reader_s_language(server, delivery):
    deliver_one(delivery.pk)
    (mail,) = server.got
    assert mail["Subject"] == "通知 已到"
    assert mail["To"] == "handler@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().split() == ["通知", "已到", "请看", "通知", "https://bihuan.example/desk/"]
    assert after(delivery) == ("sent", 1, "")
    assert delivery.reason == ""


def test_english_for_who_reads_english(server, reachable, tell, at):
    reachable.handler.language = "en"
    reachable.handler.save(update_fields=["language"])
    params = {"number": "P1", "title": "x", "due_on": "2026-03-11"}
    (row,) = tell(reachable.handler, template="due.today", params=params)
    deliver_one(row.pk)
    assert server.got[0]["Subject"] == "P1 is due today (2026-03-11)"


def test_what_was_sent_is_never_sent_again(server, delivery):
    for _turn in range(3):
        deliver_one(delivery.pk)
    assert len(server.got) == 1


def test_a_heading_can_t_carry_another_header(server, reachable, tell, at):
    (row,) = tell(reachable.handler, params={"word": "x\r\nBcc: thief@example.org"})
    deliver_one(row.pk)
    (mail,) = server.got
    assert mail["Bcc"] is None
    assert mail["Subject"] == "x Bcc: thief@example.org 已到"


def test_several_waiting_messages_are_one_digest(server, reachable, tell, at):
    choose(reachable.handler, email="digest")
    rows = [*tell(reachable.handler), *tell(reachable.handler, cause="thing#2", params={"word": "督办"})]
    at(rows[0].send_after)
    deliver_together("email", recipient=reachable.handler.pk, robot=None)
    (mail,) = server.got
    assert mail["Subject"] == "闭环：2 条消息"
    assert "通知 已到" in mail.get_content()
    assert "督办 已到" in mail.get_content()
    assert [after(row)[0] for row in rows] == ["sent", "sent"]
    deliver_together("email", recipient=reachable.handler.pk, robot=None)
    assert len(server.got) == 1


def test_a_server_that_isn_t_there_is_tried_again_later(delivery, settings, server):
    settings.EMAIL_PORT = 1
    with pytest.raises(TryAgain) as later:
        deliver_one(delivery.pk)
    assert after(delivery) == ("waiting", 1, "unreachable")
    assert delivery.send_after == later.value.at


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(server, delivery):
    server.rcpt = "451 try later"
    with pytest.raises(TryAgain):
        deliver_one(delivery.pk)
    assert after(delivery) == ("waiting", 1, "refused")
    server.rcpt = "550 no such mailbox"
    deliver_one(delivery.pk)
    assert after(delivery) == ("failed", 2, "refused")
    assert "550 no such mailbox" in delivery.reason


def test_a_refused_message_says_why(server, delivery):
    server.data = "554 too much"
    deliver_one(delivery.pk)
    assert after(delivery) == ("failed", 1, "refused")
    assert "554 too much" in delivery.reason


def test_a_line_that_breaks_after_the_message_leaves_a_doubt(server, delivery):
    """The server took the message and the answer never came: trying again could say it twice."""
    server.hang_up = True
    deliver_one(delivery.pk)
    assert after(delivery) == ("doubtful", 1, "no_answer")
    deliver_one(delivery.pk)
    assert len(server.got) == 1


def test_who_can_t_be_mailed_any_more_is_given_up(server, delivery, reachable):
    choose(reachable.handler, email="off")
    deliver_one(delivery.pk)
    assert after(delivery) == ("given_up", 0, "no_way")
    assert server.got == []
    assert Notice.objects.filter(recipient=reachable.handler).count() == 1


@pytest.mark.parametrize(
    ("address", "host", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", "mail.example", 25, False, False),
        ("smtp+tls://mail.example", "mail.example", 587, True, False),
        ("smtps://user:p%40ss@mail.example:4650", "mail.example", 4650, False, True),
    ],
)
def test_the_server_s_address_is_one_setting(address, host, port, tls, ssl):
    found = mail_settings(address)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)
    assert found["EMAIL_HOST_PASSWORD"] == ("p@ss" if "@" in address else "")


def test_no_server_is_no_mail_and_a_wrong_address_is_refused():
    assert mail_settings("") == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    with pytest.raises(ImproperlyConfigured):
        mail_settings("https://mail.example")
