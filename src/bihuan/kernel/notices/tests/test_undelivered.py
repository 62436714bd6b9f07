import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.actions.deliver import claim, deliver_one
from bihuan.kernel.notices.actions.operating import give_up, retry
from bihuan.kernel.notices.models import Delivery

pytestmark = pytest.mark.django_db
PAGE = "/inbox/undelivered/"


@pytest.fixture
def stuck(reachable, tell, at):
    (row,) = claim(tell(reachable.handler))
    Delivery.objects.filter(pk=row.pk).update(state="failed", why="refused", said="550 no such mailbox")
    row.refresh_from_db()
    return row


@pytest.fixture
def office(world, as_user):
    return as_user(world.city_officer)


def test_the_page_says_why_and_to_whom(office, stuck):
    page = office.get(PAGE).content.decode()
    for words in ("郑承办", "邮件", "通知 已到", "未送达", "对方拒收：550 no such mailbox"):
        assert words in page


def test_a_person_sends_it_again(office, stuck, mailoutbox):
    office.post(PAGE, {"pk": [stuck.pk], "act": "retry"})
    stuck.refresh_from_db()
    assert stuck.state == "waiting"
    event = Event.objects.get(kind="delivery.retried")
    assert (event.stream, event.payload["was"], event.payload["why"]) == (
        f"delivery:{stuck.pk}",
        "failed",
        "refused",
    )
    assert ProcrastinateJob.objects.filter(
        task_name__endswith=".deliver", args={"delivery": stuck.pk}
    ).exists()
    deliver_one(stuck.pk)
    assert len(mailoutbox) == 1


def test_giving_up_needs_a_reason_and_keeps_it(office, stuck):
    assert "请说明放弃发送的原因" in office.post(PAGE, {"pk": [stuck.pk], "act": "give_up"}).content.decode()
    office.post(PAGE, {"pk": [stuck.pk], "act": "give_up", "reason": "信箱已停用"})
    stuck.refresh_from_db()
    assert stuck.state == "given_up"
    assert Event.objects.get(kind="delivery.given_up").reason == "信箱已停用"
    assert "消息均已送达" in office.get(PAGE).content.decode()


@pytest.mark.parametrize("said", [{"act": "retry"}, {"pk": ["x"], "act": "retry"}, {"pk": ["1"]}])
def test_without_a_choice_nothing_happens(office, stuck, said):
    assert "请至少勾选" in office.post(PAGE, said).content.decode()
    assert not Event.objects.filter(kind__startswith="delivery.").exists()


def test_what_is_not_stuck_is_left_alone(world, stuck):
    claimed = Delivery.objects.filter(pk=stuck.pk)
    claimed.update(state="waiting")
    assert retry([stuck.pk], by=world.city_officer) == 0
    assert give_up([stuck.pk], by=world.city_officer, reason="x") == 0


def test_only_the_city_office_decides(world, stuck, as_user):
    for user in (world.auditor, world.county_officer, world.handler):
        assert as_user(user).post(PAGE, {"pk": [stuck.pk], "act": "retry"}).status_code == 403
        with pytest.raises(Forbidden):
            retry([stuck.pk], by=user)
        with pytest.raises(Forbidden):
            give_up([stuck.pk], by=user, reason="x")
    with pytest.raises(Refused):
        give_up([stuck.pk], by=world.city_officer, reason=" ")


def test_the_log_shows_what_went_out_and_what_did_not(office, stuck):
    page = office.get(reverse("deliveries-list")).content.decode()
    for words in ("郑承办", "邮件", "… 已到", "thing#1", "未送达", "550 no such mailbox"):
        assert words in page
    assert "郑承办" not in office.get(reverse("deliveries-list"), {"state": "sent"}).content.decode()
    assert "郑承办" in office.get(reverse("deliveries-list"), {"channel": "email"}).content.decode()
