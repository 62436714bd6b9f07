import pytest

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.models import Preference

pytestmark = pytest.mark.django_db
PAGE = "/inbox/preferences/"


def test_a_person_chooses_and_the_ledger_knows(reachable, as_user):
    me = as_user(reachable.handler)
    assert "handler@example.org" in me.get(PAGE).content.decode()
    me.post(PAGE, {"email": "digest"})
    assert Preference.objects.get(user=reachable.handler).email == "digest"
    assert Event.objects.get(kind="preference.chosen").payload == {"email": "digest"}
    me.post(PAGE, {"email": "off"})
    assert Preference.objects.get().email == "off"
    assert str(Preference.objects.get()) == f"{reachable.handler.pk} off"


def test_the_inbox_can_t_be_switched_off(reachable, as_user):
    page = as_user(reachable.handler).get(PAGE).content.decode()
    assert "不能关闭" in page
    assert 'name="inbox"' not in page


def test_a_choice_there_is_not_is_not_kept(reachable, as_user):
    as_user(reachable.handler).post(PAGE, {"email": "hourly"})
    assert not Preference.objects.exists()


def test_the_page_says_what_is_missing(world, as_user, settings, robot):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "尚未配置邮件" in as_user(world.acceptor).get(PAGE).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "没有邮箱地址" in as_user(world.acceptor).get(PAGE).content.decode()
    robot("wecom")
    assert "整改群（企业微信）" in as_user(world.handler).get(PAGE).content.decode()
    assert "整改群" not in as_user(world.acceptor).get(PAGE).content.decode()
